import { type Instant, instant, toIso } from '../../domain/instant.ts'
import type { Keep } from '../../domain/service.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export const KEEP_KINDS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const
export type KeepKind = (typeof KEEP_KINDS)[number]
export type PeriodKind = Exclude<KeepKind, 'last'>

/** The number of the hour, day, ISO week, month or year that an instant lies in, in UTC: one more is the next. */
function periodOf(kind: PeriodKind, at: Instant): number {
  if (kind === 'hourly') return Math.floor(at / HOUR_MS)
  const day = Math.floor(at / DAY_MS)
  if (kind === 'daily') return day
  // ISO 8601 weeks begin on Monday; 1970-01-01 was a Thursday
  if (kind === 'weekly') return Math.floor((day + 3) / 7)
  const date = new Date(at)
  return kind === 'monthly' ? date.getUTCFullYear() * 12 + date.getUTCMonth() : date.getUTCFullYear()
}

function startOf(kind: PeriodKind, period: number): Instant {
  if (kind === 'hourly') return instant(period * HOUR_MS)
  if (kind === 'daily') return instant(period * DAY_MS)
  if (kind === 'weekly') return instant((period * 7 - 3) * DAY_MS)
  return instant(kind === 'monthly' ? Date.UTC(Math.floor(period / 12), period % 12) : Date.UTC(period, 0))
}

/** "2026-11-20", "2026-11", "2026-11-20T12"; a week by its Monday. */
function periodName(kind: PeriodKind, period: number): string {
  return toIso(startOf(kind, period)).slice(0, { hourly: 13, daily: 10, weekly: 10, monthly: 7, yearly: 4 }[kind])
}

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
  const asked = KEEP_KINDS.filter((kind) => policy[kind] !== 0)
  const before = new Map<KeepKind, number>()
  const newestFirst = points.toSorted((a, b) => b.recoverableTo - a.recoverableTo)
  for (const [index, point] of newestFirst.entries()) {
    const kinds = asked.filter((kind) => {
      if (left[kind] === 0) return false
      const period = kind === 'last' ? index : periodOf(kind, point.recoverableTo)
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
    const current = periodOf(kind, now)
    for (let period = current - 1; period > current - policy[kind]; period--) {
      if (startOf(kind, period) < since) break
      if (!there.has(period)) missing.push(periodName(kind, period))
    }
    return missing.length > 0 ? [{ kind, wanted: policy[kind], missing }] : []
  })
}
