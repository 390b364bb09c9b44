import { inflateSync } from 'node:zlib'

/** The texts of a PDF that pdfkit has written with the standard fonts: page by page, a line for each. */
export function textsOfPdf(pdf: Uint8Array): string[][] {
  const bytes = Buffer.from(pdf)
  const pages: string[][] = []
  for (let at = bytes.indexOf('stream\n'); at !== -1; at = bytes.indexOf('stream\n', at + 1)) {
    if (bytes.subarray(at - 3, at).toString() === 'end') continue
    const end = bytes.indexOf('\nendstream', at)
    let content: string
    try {
      content = inflateSync(bytes.subarray(at + 7, end)).toString('latin1')
    } catch {
      continue
    }
    const lines = [...content.matchAll(/\[([^\]]*)\] TJ/g)].map(([, parts = '']) =>
      new TextDecoder('windows-1252').decode(
        Buffer.from([...parts.matchAll(/<([0-9a-f]*)>/gi)].map(([, hex = '']) => hex).join(''), 'hex'),
      ),
    )
    if (lines.length > 0) pages.push(lines)
  }
  return pages
}
