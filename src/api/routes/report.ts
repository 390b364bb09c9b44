import { hostname } from 'node:os'
import { periodOf } from '../../planning/report/period.ts'
import { type ReportFormat, renderReport, reportFile } from '../../planning/report/render.ts'
import { makeReport } from '../../tasks/make-report.ts'
import { RefusedError } from '../problem.ts'
import { report } from '../report-schemas.ts'
import * as ask from '../requests.ts'
import { fileRoute, type Route } from '../route.ts'

const TYPES: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8; header=present',
}

/** One at a time: each holds all services, and several would only wait for each other. */
export function reportRoutes(): Route[] {
  let busy = false
  return [
    fileRoute(
      {
        method: 'GET',
        url: '/report',
        name: 'getReport',
        tag: 'services',
        summary: 'Compliance over a period, as JSON, HTML, PDF, or a table as CSV',
        input: { query: ask.reportQuery },
        answer: report,
        async handle({ query }, { context, now, reply }) {
          const period = periodOf({ from: query.from, to: query.to, lastMs: query.last }, now)
          if (typeof period === 'string') throw new RefusedError(400, period)
          if (busy) throw new RefusedError(503, 'Another report is being made: ask again.', { 'retry-after': '5' })
          // nothing would ever tell that it was sent
          if (reply.raw.destroyed) throw new RefusedError(400, 'The connection was closed.')
          busy = true
          const gone = new AbortController()
          // it was sent, or nobody waits for it any more
          reply.raw.once('close', () => {
            busy = false
            gone.abort()
          })
          const made = await makeReport(
            context.config(),
            context.store.read,
            {
              period,
              services: query.service ?? [],
              owners: query.owner ?? [],
              tiers: (query.tier ?? []).map(Number),
            },
            {
              now,
              instance: context.config().server.baseUrl ?? hostname(),
              version: context.version,
              signal: gone.signal,
            },
          )
          const { format, table } = query
          return {
            type: TYPES[format],
            name: format === 'pdf' || format === 'csv' ? reportFile(made, format, table) : null,
            isPage: format === 'html',
            parts: renderReport(made, format, table),
          }
        },
      },
      ['text/html', 'application/pdf', 'text/csv'],
    ),
  ]
}
