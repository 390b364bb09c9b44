import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import type { Check } from '../domain/check.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import type { ProvingCheck } from '../evaluation/services/proving-check.ts'
import { equal } from '../lib/equal.ts'
import type { ScopeState } from '../store/store.ts'

/** A check as services are judged by it, and until when, and not at it, it is so without news. */
export interface KeptCheck {
  proving: ProvingCheck
  /** When it was last looked at, as it was written. */
  lookedAt: Instant
  until: Instant
}

/** When each scope was last read whole: a check that a look has found as it was is not written again. */
export type SeenAt = ReadonlyMap<string, Instant | null>

export function seenAtOf(scopes: readonly ScopeState[]): SeenAt {
  return new Map(scopes.map(({ id, lastCompleteAt }) => [id, lastCompleteAt]))
}

export function keptCheck(
  config: Config,
  check: Check,
  seenAt: SeenAt,
  now: Instant,
  lookedAt = check.lastLookAt,
): KeptCheck {
  const policy = policyFor(config, check)
  const { judgement } = evaluate(check, policy, check, now)
  const lastLookAt = lastLookOf(check, lookedAt, seenAt)
  // a status holds up to and with its instant, a pause up to it
  const paused = check.paused && check.paused.until > now ? check.paused.until : NEVER
  const turns = [judgement.changesAt, judgement.deadlineAt, check.facts.running?.overdueAt]
  return {
    lookedAt,
    proving: { check: { ...check, judgement, lastLookAt }, tags: policy.tags, points: null },
    until: instant(
      turns.reduce<number>((first, at) => (at != null && at >= now ? Math.min(first, at + 1) : first), paused),
    ),
  }
}

export const NEVER = Number.MAX_SAFE_INTEGER

function lastLookOf({ look, scope }: Check, lookedAt: Instant, seenAt: SeenAt): Instant {
  const seen = look.outcome === 'complete' ? (seenAt.get(scope) ?? null) : null
  return seen !== null && seen > lookedAt ? seen : lookedAt
}

/**
 * Brings kept checks up to date, in place: those that were written, and those that time has turned. `changed`: any is another now.
 * `looked`: others that were found as they were by a newer look.
 */
export function bringUpToDate(
  checks: Map<CheckId, KeptCheck>,
  written: readonly Check[],
  config: Config,
  seenAt: SeenAt,
  now: Instant,
): { changed: boolean; looked: ReadonlySet<CheckId> } {
  const looked = new Set<CheckId>()
  let changed = false
  for (const [id, { proving, lookedAt, until }] of checks) {
    const { check } = proving
    if (now >= until) {
      checks.set(id, keptCheck(config, check, seenAt, now, lookedAt))
      changed = true
      continue
    }
    const lastLookAt = lastLookOf(check, lookedAt, seenAt)
    if (lastLookAt === check.lastLookAt) continue
    check.lastLookAt = lastLookAt
    looked.add(id)
  }
  for (const check of written) {
    if (check.retiredAt !== null) {
      if (checks.delete(check.id)) changed = true
      continue
    }
    const next = keptCheck(config, check, seenAt, now)
    const known = checks.get(check.id)
    // what was written is perhaps told more than once
    if (known && equal(known.proving.check, next.proving.check, ['lastLookAt'])) {
      known.lookedAt = next.lookedAt
      known.proving.check.lastLookAt = next.proving.check.lastLookAt
      looked.add(check.id)
      continue
    }
    checks.set(check.id, next)
    changed = true
  }
  return { changed, looked }
}
