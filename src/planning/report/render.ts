import { breather } from '../../lib/time-slice.ts'
import { htmlParts } from '../runbook/html.ts'
import { type CsvTable, csvParts } from './csv.ts'
import { REPORT_TITLE, reportBlocks } from './document.ts'
import { jsonParts } from './json.ts'
import type { Report } from './report.ts'

export const REPORT_FORMATS = ['json', 'html', 'pdf', 'csv'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** The report in one format, piece by piece; others get their turn between the pieces. `table` is for CSV. */
export async function* renderReport(
  report: Report,
  format: ReportFormat,
  table: CsvTable,
): AsyncGenerator<string | Uint8Array> {
  if (format === 'pdf') {
    // no command that prints none waits for it
    const { toPdf } = await import('./pdf.ts')
    const { period, instance } = report
    yield await toPdf(reportBlocks(report), {
      title: REPORT_TITLE,
      header: `${REPORT_TITLE}, ${period.from} to ${period.to}, of ${instance}, made ${report.generated_at}`,
      createdAt: new Date(report.generated_at),
    })
    return
  }
  const breathe = breather()
  for (const part of partsOf(report, format, table)) {
    yield part
    await breathe()
  }
}

function partsOf(report: Report, format: 'json' | 'html' | 'csv', table: CsvTable): Iterable<string> {
  if (format === 'json') return jsonParts(report)
  if (format === 'csv') return csvParts(report, table)
  return htmlParts(REPORT_TITLE, reportBlocks(report))
}

/** "backproof-report-2026-10-21-2026-11-20.pdf": a name to keep it by. */
export function reportFile({ period }: Report, format: ReportFormat, table: CsvTable): string {
  const day = (iso: string) => iso.slice(0, 10)
  const kind = format === 'csv' ? `-${table}` : ''
  return `backproof-report-${day(period.from)}-${day(period.to)}${kind}.${format}`
}
