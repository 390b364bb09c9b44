import type { PointSummary } from '../../domain/facts.ts'

const NEWEST = 20

/** How far points lie apart, as most of the newest do, in milliseconds; null: too few to say. `points` newest first. */
export function cadenceOf(points: readonly PointSummary[] | null): number | null {
  if (points === null || points.length < 4) return null
  const newest = points.slice(0, NEWEST)
  const apart = newest.slice(1).map((point, n) => (newest[n]?.recoverableTo ?? 0) - point.recoverableTo)
  return apart.sort((a, b) => a - b)[Math.floor(apart.length / 2)] ?? null
}
