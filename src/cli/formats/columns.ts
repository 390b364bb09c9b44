import { printable } from '../../lib/printable.ts'
import { paint } from '../terminal.ts'

/** Rows in columns for a terminal. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map((cell) => printable(cell)))
  const widths = head.map((title, n) => shown.reduce((most, row) => Math.max(most, row[n]?.length ?? 0), title.length))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd()
  return [paint('bold', line(head)), ...shown.map(line)]
}

/** The same as a table in Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)]
}

export function markdownText(text: string): string {
  return printable(text).replace(/[\\`*_[\]<>|#&]/g, (sign) => `\\${sign}`)
}
