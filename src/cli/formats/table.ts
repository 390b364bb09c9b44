import { countsInWords } from '../../domain/status.ts'
import { formatDuration } from '../../lib/duration.ts'
import { printable } from '../../lib/printable.ts'
import { paint, STATUS_STYLE } from '../terminal.ts'
import type { Format, Report } from './report.ts'

type Row = Report['checks'][number]

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text)
const words = (seconds: number | null): string => (seconds === null ? '-' : formatDuration(seconds * 1000))

/** What could not be read is not known; "never" is for what was read whole, and is not there. */
function lastBackup({ age_seconds, status }: Row): string {
  if (age_seconds !== null) return `${words(age_seconds)} ago`
  return status === 'error' ? 'unknown' : 'never'
}

/** For people: a line a check, and under those that are not well a line that says why. */
export const table: Format = ({ checks, scopes, summary }) => {
  const rows = checks.map((check) => [
    check.status.toUpperCase(),
    cut(printable(check.id), 48),
    check.type,
    lastBackup(check),
    words(check.threshold_seconds),
  ])
  const head = ['STATUS', 'CHECK', 'TYPE', 'LAST BACKUP', 'LIMIT']
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()

  const lines = [paint('bold', line(head))]
  checks.forEach((check, index) => {
    const text = line(rows[index] ?? [])
    lines.push(paint(STATUS_STYLE[check.status], text.slice(0, widths[0])) + text.slice(widths[0] ?? 0))
    if (check.status !== 'ok') lines.push(paint('dim', `  ${why(check)}`))
  })
  if (checks.length === 0) lines.push('Nothing to check.')
  const shown = new Set(checks.map((check) => check.scope))
  for (const scope of scopes)
    if (scope.error && !shown.has(scope.id)) lines.push(`${printable(scope.id)}: ${printable(scope.error)}`)
  const counts = countsInWords(summary)
  lines.push('', `${summary.total} ${summary.total === 1 ? 'check' : 'checks'}${counts && `: ${counts}`}`)
  return `${lines.join('\n')}\n`
}

function why(check: Row): string {
  const advice = check.fault?.advice ? ` ${check.fault.advice}` : ''
  const limit = check.status === 'stale' ? ` (${check.threshold_from})` : ''
  return printable(`${check.reason}${advice}${limit}`)
}
