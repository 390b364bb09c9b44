import { type Instant, instant, plus } from '../../domain/instant.ts'
import type { Keep } from '../../domain/service.ts'

const DAY_MS = 86_400_000

export const KEEP_KINDS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const
export type KeepKind = (typeof KEEP_KINDS)[number]
export type PeriodKind = Exclude<KeepKind, 'last'>

/** The period that an instant lies in, in UTC: "2026-11-20" for days, the Monday of its week for (ISO) weeks. */
export function periodOf(kind: PeriodKind, at: Instant): string {
  // ISO 8601 weeks begin on Monday; 1970-01-01 was a Thursday
  const start = kind === 'weekly' ? at - ((((Math.floor(at / DAY_MS) + 3) % 7) + 7) % 7) * DAY_MS : at
  return new Date(start).toISOString().slice(0, LENGTH[kind])
}
const LENGTH: Record<PeriodKind, number> = { hourly: 13, daily: 10, weekly: 10, monthly: 7, yearly: 4 }

/**
 * The points that `restic forget --keep-...` keeps, with the kinds that keep each: of the newest so many periods that have
 * any point, the newest point; of the last, the newest so many; -1 is all. In UTC, where restic takes each snapshot's own time
 * zone; newer versions of restic also keep the oldest point while there are fewer periods than asked for.
 * https://restic.readthedocs.io/en/stable/060_forget.html#removing-snapshots-according-to-a-policy
 */
export function keptBy<P extends { id: string; recoverableTo: Instant }>(
  policy: Keep,
  points: readonly P[],
): Map<P, KeepKind[]> {
  const kept = new Map<P, KeepKind[]>()
  const left = { ...policy }
  const before = new Map<KeepKind, string>()
  const newestFirst = points.toSorted((a, b) => b.recoverableTo - a.recoverableTo)
  for (const [index, point] of newestFirst.entries()) {
    const kinds = KEEP_KINDS.filter((kind) => {
      if (left[kind] === 0) return false
      const period = kind === 'last' ? String(index) : periodOf(kind, point.recoverableTo)
      if (period === before.get(kind)) return false
      before.set(kind, period)
      if (left[kind] > 0) left[kind] -= 1
      return true
    })
    if (kinds.length > 0) kept.set(point, kinds)
  }
  return kept
}

/**
 * The periods of which the policy wants a point and there is none: of the newest so many, without the one that goes on, and
 * without those that began before `since` (nobody can have points of a time before).
 */
export function gapsOf(
  policy: Keep,
  points: readonly { recoverableTo: Instant }[],
  since: Instant,
  now: Instant,
): { kind: PeriodKind; wanted: number; missing: string[] }[] {
  return KEEP_KINDS.flatMap((kind) => {
    if (kind === 'last' || policy[kind] <= 1) return []
    const there = new Set(points.map((point) => periodOf(kind, point.recoverableTo)))
    const missing: string[] = []
    let start = startOf(kind, now)
    for (let n = 1; n < policy[kind]; n++) {
      start = startOf(kind, plus(start, -1))
      if (start < since) break
      const period = periodOf(kind, start)
      if (!there.has(period)) missing.push(period)
    }
    return missing.length > 0 ? [{ kind, wanted: policy[kind], missing }] : []
  })
}

function startOf(kind: PeriodKind, at: Instant): Instant {
  const period = periodOf(kind, at)
  // "2026", "2026-11" and "2026-11-20" are dates as they are
  return instant(Date.parse(kind === 'hourly' ? `${period}:00:00Z` : period))
}
