import Pdf from 'pdfkit'
import { breather } from '../../lib/time-slice.ts'
import type { Block, Part, Shares } from '../runbook/document.ts'
import { pdfText, wrapped } from './pdf-text.ts'

export interface PdfOptions {
  title: string
  /** Stands at the top of each page. */
  header: string
  /** The date that the file says it was made: the same facts make the same bytes. */
  createdAt: Date
}

const MARGIN = { top: 48, bottom: 40, side: 40 }
const INK = '#1b1f24'
const SOFT = '#eef0f2'
const LINE = '#c9ced4'
const PAD = 3
const TEXT = 8.5
const LEADING = 1.25
const SIZES = { 1: 18, 2: 12.5, 3: 10 } as const

type Font = 'Helvetica' | 'Helvetica-Bold' | 'Courier'

/** The blocks as A4 pages, with numbers, a head on each page, and tables that go on over pages under their heads. */
export async function toPdf(blocks: Iterable<Block | Shares>, options: PdfOptions): Promise<Uint8Array> {
  const doc = new Pdf({
    size: 'A4',
    layout: 'landscape',
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info: {
      Title: pdfText(options.title),
      Creator: 'Backproof',
      Producer: 'Backproof',
      CreationDate: options.createdAt,
    },
  })
  const chunks: Uint8Array[] = []
  doc.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  const done = new Promise<void>((resolve, reject) => doc.on('end', resolve).on('error', reject))
  const breathe = breather()
  const sheet = sheetOf(doc)
  sheet.newPage()
  for (const block of blocks) {
    for (const _ of draw(sheet, block)) await breathe()
    await breathe()
  }
  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    sheet.margins(options.header, `${page + 1} of ${count}`)
  }
  doc.end()
  await done
  return Buffer.concat(chunks)
}

type Sheet = ReturnType<typeof sheetOf>

/** A page that is filled from the top; knows fonts, widths and where it is. */
function sheetOf(doc: PDFKit.PDFDocument) {
  const widths = new Map<string, number>()
  const sheet = {
    y: 0,
    left: MARGIN.side,
    width: 0,
    bottom: 0,
    newPage() {
      doc.addPage()
      sheet.y = MARGIN.top
      sheet.width = doc.page.width - 2 * MARGIN.side
      sheet.bottom = doc.page.height - MARGIN.bottom
    },
    /** Goes on to the next page where so much does not fit. Whether it did. */
    needs(height: number): boolean {
      if (sheet.y + height <= sheet.bottom || sheet.y === MARGIN.top) return false
      sheet.newPage()
      return true
    },
    widthOf(font: Font, size: number): (text: string) => number {
      return (text) => {
        let sum = 0
        for (const sign of text) {
          const key = `${font} ${sign}`
          let width = widths.get(key)
          if (width === undefined) {
            width = doc.font(font, 1000).widthOfString(sign) / 1000
            widths.set(key, width)
          }
          sum += width * size
        }
        return sum
      }
    },
    write(lines: readonly string[], x: number, y: number, font: Font, size: number): void {
      doc.font(font, size).fillColor(INK)
      for (const [n, line] of lines.entries())
        if (line !== '') doc.text(line, x, y + n * size * LEADING, { lineBreak: false })
    },
    fill(x: number, y: number, width: number, height: number, colour: string): void {
      doc.rect(x, y, width, height).fill(colour)
    },
    frame(x: number, y: number, width: number, height: number): void {
      doc.lineWidth(0.5).rect(x, y, width, height).stroke(LINE)
    },
    bookmark(title: string): void {
      doc.outline.addItem(title)
    },
    margins(header: string, page: string): void {
      const size = 7.5
      const widthOf = sheet.widthOf('Helvetica', size)
      const room = sheet.width - widthOf(page) - 20
      const [first = ''] = wrapped(pdfText(header), room, widthOf)
      sheet.write([first], MARGIN.side, 22, 'Helvetica', size)
      const foot = doc.page.height - 26
      sheet.write([page], doc.page.width - MARGIN.side - widthOf(page), foot, 'Helvetica', size)
      const legend = 'Signs that the font does not have are written as \\u{...}, by their Unicode number.'
      sheet.write([legend], MARGIN.side, foot, 'Helvetica', size)
    },
  }
  return sheet
}

/** Yields between rows, for others to have their turn. */
function* draw(sheet: Sheet, block: Block | Shares): Generator<void> {
  switch (block.kind) {
    case 'heading':
      return drawHeading(sheet, block.level, pdfText(block.text))
    case 'paragraph':
      return drawLines(sheet, [pdfText(block.text)], 'Helvetica')
    case 'list':
      return drawLines(
        sheet,
        block.items.map((item, n) => `${block.ordered ? `${n + 1}.` : '•'} ${pdfText(item)}`),
        'Helvetica',
      )
    case 'code':
      return drawLines(sheet, block.lines.map(pdfText), 'Courier')
    case 'shares':
      return drawShares(sheet, pdfText(block.title), block.parts)
    case 'table':
      return yield* drawTable(sheet, block.head.map(pdfText), block.rows)
  }
}

function drawHeading(sheet: Sheet, level: 1 | 2 | 3, text: string): void {
  const size = SIZES[level]
  const lines = wrapped(text, sheet.width, sheet.widthOf('Helvetica-Bold', size))
  const before = level === 1 ? 0 : size
  // never alone at the bottom of a page
  if (!sheet.needs(before + lines.length * size * LEADING + 60)) sheet.y += before
  sheet.write(lines, sheet.left, sheet.y, 'Helvetica-Bold', size)
  if (level < 3) sheet.bookmark(text)
  sheet.y += lines.length * size * LEADING + 4
}

function drawLines(sheet: Sheet, texts: readonly string[], font: Font): void {
  const widthOf = sheet.widthOf(font, TEXT)
  for (const text of texts)
    for (const line of wrapped(text, sheet.width, widthOf)) {
      sheet.needs(TEXT * LEADING)
      sheet.write([line], sheet.left, sheet.y, font, TEXT)
      sheet.y += TEXT * LEADING
    }
  sheet.y += 5
}

function drawShares(sheet: Sheet, title: string, parts: readonly Part[]): void {
  const words = parts.map(({ label, text }) => pdfText(`${label} ${text}`))
  const widthOf = sheet.widthOf('Helvetica', TEXT)
  sheet.needs(3 * TEXT * LEADING + 14)
  sheet.write([title], sheet.left, sheet.y, 'Helvetica-Bold', TEXT)
  sheet.y += TEXT * LEADING + 2
  let x = sheet.left
  for (const { share, colour } of parts) {
    if (share > 0) sheet.fill(x, sheet.y, share * sheet.width, 10, colour)
    x += share * sheet.width
  }
  sheet.frame(sheet.left, sheet.y, sheet.width, 10)
  sheet.y += 14
  x = sheet.left
  for (const [n, text] of words.entries()) {
    sheet.fill(x, sheet.y, 7, 7, parts[n]?.colour ?? INK)
    sheet.write([text], x + 10, sheet.y - 1, 'Helvetica', TEXT)
    x += widthOf(text) + 26
  }
  sheet.y += TEXT * LEADING + 6
}

function* drawTable(sheet: Sheet, head: readonly string[], rows: readonly (readonly string[])[]): Generator<void> {
  const plain = sheet.widthOf('Helvetica', TEXT)
  const bold = sheet.widthOf('Helvetica-Bold', TEXT)
  const columns = columnsOf(head, rows, sheet.width, plain, bold)
  const isHeaded = head.some((cell) => cell !== '')
  const top = head.map((cell, n) => wrapped(cell, (columns[n] ?? 0) - 2 * PAD, bold))
  const drawHead = () => {
    if (isHeaded) drawRow(sheet, columns, top, 'Helvetica-Bold', heightOf(top))
  }
  const height = isHeaded ? heightOf(top) : 0
  let begun = false
  for (const row of rows) {
    let cells = row.map((cell, n) => wrapped(pdfText(cell), (columns[n] ?? 0) - 2 * PAD, plain))
    if (!begun) {
      sheet.needs(height + Math.min(heightOf(cells), 100))
      drawHead()
      begun = true
    } else if (sheet.needs(Math.min(heightOf(cells), sheet.bottom - MARGIN.top - height))) drawHead()
    // a row that is higher than a page goes on over pages
    for (;;) {
      const fits = Math.max(1, Math.floor((sheet.bottom - sheet.y - 2 * PAD) / (TEXT * LEADING)))
      if (cells.every((lines) => lines.length <= fits)) break
      const part = cells.map((lines) => lines.slice(0, fits))
      drawRow(sheet, columns, part, 'Helvetica', heightOf(part))
      cells = cells.map((lines) => lines.slice(fits))
      sheet.newPage()
      drawHead()
    }
    drawRow(sheet, columns, cells, 'Helvetica', heightOf(cells))
    yield
  }
  if (!begun) drawHead()
  sheet.y += 8
}

function heightOf(cells: readonly (readonly string[])[]): number {
  return cells.reduce((most, lines) => Math.max(most, lines.length), 1) * TEXT * LEADING + 2 * PAD
}

function drawRow(
  sheet: Sheet,
  columns: readonly number[],
  cells: readonly (readonly string[])[],
  font: Font,
  height: number,
): void {
  let x = sheet.left
  for (const [n, width] of columns.entries()) {
    if (font === 'Helvetica-Bold') sheet.fill(x, sheet.y, width, height, SOFT)
    sheet.frame(x, sheet.y, width, height)
    sheet.write(cells[n] ?? [], x + PAD, sheet.y + PAD, font, TEXT)
    x += width
  }
  sheet.y += height
}

/** Rows that are looked at to find out how wide columns have to be. */
const SAMPLE = 200

/** Each column as wide as its longest word; what is left goes to those that have more to say. */
function columnsOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  plain: (text: string) => number,
  bold: (text: string) => number,
): number[] {
  const wordsOf = (text: string) => text.split(' ')
  const needs = head.map((name, n) => {
    const cells = rows.slice(0, SAMPLE).map((row) => pdfText(row[n] ?? ''))
    const least = Math.max(
      ...wordsOf(name).map(bold),
      ...cells.flatMap((cell) => wordsOf(cell.slice(0, 300)).map((word) => Math.min(plain(word), width / 6))),
      12,
    )
    const most = Math.max(bold(name), ...cells.map((cell) => Math.min(plain(cell.slice(0, 300)), width)), least)
    return { least: least + 2 * PAD + 1, more: most - least }
  })
  const least = needs.reduce((sum, one) => sum + one.least, 0)
  // too many columns: all are cut alike
  if (least >= width) return needs.map((one) => (one.least * width) / least)
  const more = needs.reduce((sum, one) => sum + one.more, 0)
  const room = width - least
  return needs.map((one) => one.least + (more === 0 ? room / needs.length : (one.more * room) / more))
}
