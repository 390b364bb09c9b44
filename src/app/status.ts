import { presentCheck } from '../api/present.ts'
import { policyFor } from '../config/policy.ts'
import type { Check } from '../domain/check.ts'
import { type Instant, instant, toIso } from '../domain/instant.ts'
import { summarise, WORST_FIRST } from '../domain/status.ts'
import { subjectOf } from '../domain/subject.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { systemClock } from '../lib/clock.ts'
import { formatDuration } from '../lib/duration.ts'
import type { Reader, ScopeState } from '../store/store.ts'
import type { CheckReport } from './check.ts'
import { type InstanceChoice, locateInstance, withStore } from './known-instance.ts'

/** A scope this far past its time says that nobody is looking. */
const OVERDUE_MS = 5 * 60_000

/** What an instance knows, from its database, judged as of now: what was fresh when it was stopped may be stale by now. */
export async function statusReport(options: InstanceChoice): Promise<{ report: CheckReport; remarks: string[] }> {
  return withStore(await locateInstance(options), async (store, settled) => {
    const config = await settled()
    const now = instant(systemClock.now())
    const checks: Check[] = []
    for await (const check of store.read.eachCheck()) {
      const { judgement } = evaluate(check, policyFor(config, check), check, now)
      checks.push({ ...check, judgement })
    }
    const scopes = await store.read.scopes()
    return {
      report: {
        generated_at: toIso(now),
        summary: summarise(checks.map(({ judgement }) => judgement.status)),
        checks: checks.sort(worstFirst).map((check) => presentCheck(check, now)),
        scopes: scopes.map(({ id, status, fault }) => ({ id, status, error: fault?.message ?? null })),
      },
      remarks: [...remarksOn(scopes, now), ...(await beyondChecks(store.read))],
    }
  })
}

/** What is wrong with services and sources stands in no check. */
async function beyondChecks(read: Reader): Promise<string[]> {
  const { items, next } = await read.incidents(
    { kinds: ['service', 'source'], states: ['open', 'acknowledged'] },
    SHOWN,
  )
  if (items.length === 0) return []
  const words = items.map(({ subject, type }) => `${subjectOf(subject).name} (${type})`)
  return [`Unresolved incidents of services and sources: ${[...words, ...(next === null ? [] : ['...'])].join(', ')}.`]
}

const SHOWN = 20

function worstFirst(a: Check, b: Check): number {
  return WORST_FIRST.indexOf(a.judgement.status) - WORST_FIRST.indexOf(b.judgement.status) || (a.id < b.id ? -1 : 1)
}

function remarksOn(scopes: readonly ScopeState[], now: Instant): string[] {
  if (scopes.length === 0) return ['Nothing is known yet: no instance has looked at anything (backproof serve).']
  const overdue = scopes.filter((scope) => scope.nextLookAt + OVERDUE_MS < now)
  if (overdue.length === 0) return []
  const lastLookAt = Math.max(...scopes.map((scope) => Math.max(scope.lastCompleteAt ?? 0, scope.lastFailedAt ?? 0)))
  const ago = lastLookAt === 0 ? 'ever' : `for ${formatDuration(now - lastLookAt)}`
  return [`Nobody has looked ${ago}: no instance seems to run. What follows is what was known then, judged as of now.`]
}
