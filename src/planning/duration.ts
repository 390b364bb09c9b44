import type { Instant } from '../domain/instant.ts'
import type { ServiceView } from '../evaluation/services/estate.ts'
import { type TimedDrill, timedDrills } from '../evaluation/services/timed.ts'

/** How long it takes until a service is back, and who says so. */
export interface Duration {
  ms: number | null
  /**
   * drill: as long as its last restore took. restore: at least this, which the data of one of its copies alone took. rto: its
   * target, which nobody has tried. unknown: nobody says.
   */
  from: 'drill' | 'restore' | 'rto' | 'unknown'
  /** The drill that says so. */
  drill: { id: string; at: Instant } | null
}

export function durationOf(view: ServiceView | undefined): Duration {
  const target = view?.service.rtoMs ?? null
  const { whole, part } = timedDrills(view?.drills ?? [])
  if (whole && (part === null || whole.rtaMs >= part.rtaMs))
    return { ms: whole.rtaMs, from: 'drill', drill: named(whole) }
  // it can't be back before its data is
  if (part && (whole !== null || part.rtaMs > (target ?? 0)))
    return { ms: part.rtaMs, from: 'restore', drill: named(part) }
  return { ms: target, from: target === null ? 'unknown' : 'rto', drill: null }
}

const named = ({ id, at }: TimedDrill) => ({ id, at })
