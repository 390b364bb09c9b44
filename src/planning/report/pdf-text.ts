import { printable } from '../../lib/printable.ts'

/**
 * The fonts that every PDF reader has know Windows-1252 and nothing else (WinAnsiEncoding,
 * https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf, annex D): whatever else a name holds is
 * written as its number, "\\u{4e2d}", and never as a sign that looks like another or as nothing. Of a name that itself says
 * "\\u{", the backslash is written so: what is read can be told apart.
 */
export function pdfText(text: string): string {
  const told = printable(text.replace(/\\(?=u[{\da-f])/gi, BACKSLASH))
  return Array.from(told, (sign) => (isShown(sign) ? sign : numbered(sign))).join('')
}

const BACKSLASH = String.raw`\u{5c}`

function numbered(sign: string): string {
  return `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`
}

/** What Windows-1252 has in place of control characters. */
const EXTRA = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ')

function isShown(sign: string): boolean {
  // no soft hyphen and no space that is none: neither would be seen
  return /^[\x20-\x7e¡-¬®-ÿ]$/.test(sign) || EXTRA.has(sign)
}

/** Lines no wider than `width`: broken at spaces, and inside of a word only where it is wider than a line. */
export function wrapped(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = []
  let line = ''
  let used = 0
  /** Puts a piece where it fits: on this line, else on the next. */
  const put = (piece: string, before: string) => {
    const needs = widthOf(piece)
    const gap = line === '' ? '' : before
    if (line !== '' && used + widthOf(gap) + needs > width) {
      lines.push(line)
      line = piece
      used = needs
    } else {
      line += gap + piece
      used += widthOf(gap) + needs
    }
  }
  for (const word of text.split(' ')) {
    if (widthOf(word) <= width) {
      put(word, ' ')
      continue
    }
    // names of files and constants break where their parts do
    let before = ' '
    for (const part of word.split(/(?<=[_/:.-])/)) {
      for (const piece of widthOf(part) <= width ? [part] : part) {
        put(piece, before)
        before = ''
      }
    }
  }
  lines.push(line)
  return lines
}
