import type { RecoveryPoint } from '../api/client.ts'

/** From `from` to `to` the newest point that there was is `base`: so the age of the data grows from from-base to to-base. */
export interface Stretch {
  base: number
  from: number
  to: number
}

const isGood = (point: RecoveryPoint) => point.state === 'complete'

/** How old the newest good point was at each moment up to `now`. A point counts until it is gone. */
export function stretches(points: readonly RecoveryPoint[], now: number): Stretch[] {
  const good = points
    .filter(isGood)
    .map((point) => ({
      at: Date.parse(point.recoverable_to),
      goneAt: point.gone_at === null ? Number.POSITIVE_INFINITY : Date.parse(point.gone_at),
    }))
    .filter(({ at }) => at <= now)
    .sort((a, b) => b.at - a.at)
  const edges = [...new Set(good.flatMap(({ at, goneAt }) => (goneAt <= now ? [at, goneAt] : [at])))].sort(
    (a, b) => a - b,
  )
  const found: Stretch[] = []
  for (const [n, from] of edges.entries()) {
    const base = good.find(({ at, goneAt }) => at <= from && goneAt > from)?.at
    if (base === undefined) continue
    const to = edges[n + 1] ?? now
    const last = found.at(-1)
    if (last && last.base === base && last.to === from) last.to = to
    else found.push({ base, from, to })
  }
  return found
}

/** The part of each stretch in which the data was older than the threshold. */
export function excesses(all: readonly Stretch[], thresholdMs: number | null): Stretch[] {
  if (thresholdMs === null) return []
  return all
    .map((stretch) => ({ ...stretch, from: Math.max(stretch.from, stretch.base + thresholdMs) }))
    .filter(({ from, to }) => to > from)
}

const DAY = 86_400_000

export const WINDOWS = [
  { days: 1, label: '1 day' },
  { days: 3, label: '3 days' },
  { days: 7, label: '7 days' },
  { days: 14, label: '14 days' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: '1 year' },
] as const

/** So much that a dozen of the gaps that are expected fit in; at least what reaches back to the newest point. */
export function usualWindow(thresholdMs: number | null, newestAgeMs: number | null): number {
  const wanted = Math.max(10 * (thresholdMs ?? DAY), 1.5 * (newestAgeMs ?? 0))
  return (WINDOWS.find(({ days }) => days * DAY >= wanted) ?? WINDOWS[WINDOWS.length - 1] ?? WINDOWS[0]).days
}

const STEPS_HOURS = [1, 3, 6, 12, 24, 48, 7 * 24, 14 * 24, 30 * 24, 61 * 24]

/** Moments to write under the axis, on the hours and midnights of the reader's time zone. */
export function ticks(from: number, to: number, most: number): { at: number; isDay: boolean }[] {
  const hours = STEPS_HOURS.find((step) => (to - from) / (step * 3_600_000) <= most) ?? 122 * 24
  const at = new Date(from)
  at.setHours(0, 0, 0, 0)
  const found = []
  while (at.getTime() <= to) {
    if (at.getTime() >= from) found.push({ at: at.getTime(), isDay: hours >= 24 })
    // by the calendar, so that a change of the clocks moves no midnight
    if (hours >= 24) at.setDate(at.getDate() + hours / 24)
    else at.setHours(at.getHours() + hours)
  }
  return found
}
