import { presentCheck } from '../api/present.ts'
import type { CheckJson } from '../api/schemas.ts'
import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import { instant, toIso } from '../domain/instant.ts'
import type { Scope } from '../domain/scope.ts'
import { type StatusSummary, summarise } from '../domain/status.ts'
import { systemClock } from '../lib/clock.ts'
import { globToRegExp } from '../lib/glob.ts'
import { silentLog } from '../lib/log.ts'
import { checkOnce } from '../tasks/check-once.ts'
import { tellCheckOutcomes } from '../tasks/outgoing.ts'

/** What `check --format json` prints; the API answers with the same words. */
export interface CheckReport {
  generated_at: string
  summary: StatusSummary
  checks: CheckJson[]
  scopes: { id: string; status: 'complete' | 'failed' | 'never'; error: string | null }[]
}

export interface CheckReportOptions {
  selectors: readonly string[]
  /** Whether to send the outgoing heartbeats of what was looked at. */
  push: boolean
  signal: AbortSignal
  onProgress(done: number, total: number, scope: string): void
}

/** Looks at everything that the selectors name, once. `unmatched` selectors name none of the `known` scopes. */
export async function checkReport(
  config: Config,
  options: CheckReportOptions,
): Promise<{ report: CheckReport; skipped: string[]; unmatched: string[]; known: string[] }> {
  const selectors = options.selectors.map((text) => ({ text, pattern: globToRegExp(text), used: false }))
  const known: string[] = []
  const wants = (scope: Scope) => {
    known.push(scope.id)
    const matching = selectors.filter(
      ({ text, pattern }) => text === scope.source || pattern.test(scope.id) || scope.id.startsWith(`${text}/`),
    )
    for (const selector of matching) selector.used = true
    return selectors.length === 0 || matching.length > 0
  }
  const checked = await checkOnce({
    config,
    policyOf: (check) => policyFor(config, check),
    wants,
    wantsSource: (name) =>
      selectors.length === 0 ||
      selectors.some(({ text }) => text === name || text.startsWith(`${name}/`) || /[*?]/.test(text)),
    clock: systemClock,
    log: silentLog,
    signal: options.signal,
    onProgress: (done, total, scope) => options.onProgress(done, total, scope.id),
  })
  if (options.push && !options.signal.aborted)
    await tellCheckOutcomes(checked.checks, config, { log: silentLog, signal: options.signal, clock: systemClock })
  const now = instant(systemClock.now())
  const report: CheckReport = {
    generated_at: toIso(now),
    summary: summarise(checked.checks.map(({ judgement }) => judgement.status)),
    checks: checked.checks.map((check) => presentCheck(check, now)),
    scopes: checked.scopes.map(({ scope, fault }) => ({
      id: scope.id,
      status: fault ? 'failed' : 'complete',
      error: fault?.message ?? null,
    })),
  }
  return {
    report,
    known,
    skipped: checked.skipped,
    unmatched: selectors.filter(({ used }) => !used).map(({ text }) => text),
  }
}
