import type { Instant } from '../../domain/instant.ts'
import { isFresh, type ServiceView } from './estate.ts'

/** What is proven of a service, each rung more than the one before. */
export const RUNGS = ['job-ran', 'exists', 'readable', 'restored', 'verified', 'within-rto'] as const
export type Rung = (typeof RUNGS)[number]

export interface Ladder {
  /** The highest that is proven, with all below it; null: none is. */
  rung: Rung | null
  /** When it was proven: the time of the recovery point, or of the drill. */
  since: Instant | null
  next: { rung: Rung; needs: string } | null
}

const NEEDS: Record<Rung, string> = {
  'job-ran': 'a check that proves one of its copies: bind check: or tags: to each',
  exists: 'a good recovery point, seen by a look and within the limit of its copy',
  readable: 'somebody who reads a copy: a drill opens it',
  restored: 'a restore drill that brings data back',
  verified: 'a drill whose data was verified: application start, schema, row counts, credentials',
  'within-rto': 'a verified drill of the whole service that was timed and took no longer than the RTO',
}

/**
 * How far recovery is proven. Drills count only while there is a fresh copy to restore; a restore proves that a copy is
 * readable. Nothing else reads whole copies yet.
 */
export function ladderOf(view: ServiceView, now: Instant): Ladder {
  const { service, copies, drills } = view
  const seen = copies.flatMap(({ checks }) =>
    checks.flatMap(({ check }) => check.facts.newestGood?.recoverableTo ?? []),
  )
  const fresh = copies.filter((copy) => isFresh(service, copy, now) === true)
  const good = drills.filter(({ outcome }) => outcome !== 'failed')
  const verified = good.find(({ outcome }) => outcome === 'verified')
  const { rtoMs } = service
  const inTime = good.find(
    ({ outcome, part, rtaMs }) =>
      // how long a copy's data took says nothing of the start, the validation, the change of names
      outcome === 'verified' && part === null && rtaMs !== null && rtoMs !== null && rtaMs <= rtoMs,
  )
  const provenAt: Record<Rung, Instant | null> = {
    'job-ran': newest(seen),
    exists: newest(fresh.flatMap(({ recoverableTo }) => recoverableTo ?? [])),
    readable: good[0]?.at ?? null,
    restored: good[0]?.at ?? null,
    verified: verified?.at ?? null,
    'within-rto': inTime?.at ?? null,
  }
  // a restore that failed takes back what earlier ones had proven
  if (drills[0]?.outcome === 'failed')
    for (const rung of ['readable', 'restored', 'verified', 'within-rto'] as const) provenAt[rung] = null
  let rung: Rung | null = null
  for (const each of RUNGS) {
    if (provenAt[each] === null)
      return { rung, since: rung && provenAt[rung], next: { rung: each, needs: NEEDS[each] } }
    rung = each
  }
  return { rung, since: rung && provenAt[rung], next: null }
}

function newest(instants: readonly Instant[]): Instant | null {
  return instants.reduce<Instant | null>((last, at) => (last === null || at > last ? at : last), null)
}
