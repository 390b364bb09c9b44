import { hostname } from 'node:os'
import { type Instant, instant, parseInstant } from '../domain/instant.ts'
import { systemClock } from '../lib/clock.ts'
import { parseDuration } from '../lib/duration.ts'
import type { CsvTable } from '../planning/report/csv.ts'
import { periodOf } from '../planning/report/period.ts'
import { type ReportFormat, renderReport } from '../planning/report/render.ts'
import { makeReport } from '../tasks/make-report.ts'
import { remarksOnScopes } from '../tasks/scope-remarks.ts'
import { UnavailableError, UsageError } from './errors.ts'
import { hasDatabase, type InstanceChoice, locateInstance, withStore } from './known-instance.ts'
import { version } from './root.ts'

export interface ReportFileOptions extends InstanceChoice {
  /** As a person writes them; none of them: the last 30 days. */
  from?: string | undefined
  to?: string | undefined
  last?: string | undefined
  services: readonly string[]
  owners: readonly string[]
  tiers: readonly number[]
  format: ReportFormat
  table: CsvTable
  signal: AbortSignal
  onProgress(done: number, total: number, what: string): void
}

/**
 * Compliance over a period, from an instance's database, running or stopped. Throws UsageError where nothing is named so or the
 * period can't be, and UnavailableError where there is no instance: a look has no past.
 */
export async function reportParts(
  options: ReportFileOptions,
): Promise<{ parts: AsyncIterable<string | Uint8Array>; remarks: string[] }> {
  const now = instant(systemClock.now())
  const period = periodOf({ from: when(options.from), to: when(options.to), lastMs: length(options.last) }, now)
  if (typeof period === 'string') throw new UsageError(period)
  const instance = await locateInstance(options)
  if (!hasDatabase(instance))
    throw new UnavailableError(
      `there is no database in ${instance.directory}: a report is of what an instance has seen (backproof serve, or --data)`,
    )
  return withStore(instance, async (store, settled) => {
    const config = await settled()
    const { services, owners, tiers, signal } = options
    const report = await makeReport(
      config,
      store.read,
      { period, services, owners, tiers },
      {
        now,
        instance: config.server.baseUrl ?? hostname(),
        version: version(),
        signal,
        onProgress: (done, total) => options.onProgress(done, total, 'services'),
      },
    )
    const chosen = services.length + owners.length + tiers.length > 0
    if (chosen && report.services.length === 0 && !signal.aborted)
      throw new UsageError('no service is chosen by these names, owners and tiers: backproof services lists all')
    const remarks = remarksOnScopes(config, await store.read.scopes())
    return { parts: renderReport(report, options.format, options.table), remarks: [...remarks] }
  })
}

function when(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? parseInstant(text) : null
  if (at === null) throw new UsageError(`"${text}" is not a time: write 2026-11-01 or 2026-11-01T12:00:00Z`)
  return at
}

function length(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms === null || ms <= 0) throw new UsageError(`"${text}" is not a duration: write 30d, 12w or 36h`)
  return ms
}
