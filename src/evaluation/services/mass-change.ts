import type { CheckStatus } from '../../domain/status.ts'

/** What is remembered of a check between two looks. */
export interface CheckState {
  id: string
  status: CheckStatus
  pointCount: number
}

export interface MassChange {
  kind: 'checks-failing' | 'points-vanishing'
  /** A sentence for people. */
  reason: string
  /** The checks that it is about, in order. */
  checks: string[]
}

export const BAD: ReadonlySet<CheckStatus> = new Set(['failed', 'missing', 'stale'])
/** Judged, and well. What nobody could read or nobody watched may have been bad all along: it turns nothing when it is seen. */
export const WELL: ReadonlySet<CheckStatus> = new Set(['ok', 'due'])
/** Fewer than these are ordinary trouble, each with its own incident. */
export const FEWEST_CHECKS = 5
export const FEWEST_POINTS = 10
const PART_OF_CHECKS = 0.2
const PART_OF_POINTS = 0.3

export interface MassChangeOptions {
  /** What else is there, and has not changed. */
  others?: { well: number; points: number }
  /** It was found before: it stands until few are left of those that turned, however many others there are. */
  stands?: boolean
}

/**
 * Whether much broke at once: many checks that were well are not, or many points are gone. One thing with one cause, and
 * what an attack on backups looks like. Checks that are in one of the two only don't count.
 */
export function massChanges(
  before: readonly CheckState[],
  after: readonly CheckState[],
  { others = { well: 0, points: 0 }, stands = false }: MassChangeOptions = {},
): MassChange[] {
  const was = new Map(before.map((state) => [state.id, state]))
  const both = after.flatMap((now) => {
    const earlier = was.get(now.id)
    return earlier ? [{ id: now.id, earlier, now }] : []
  })
  const found: MassChange[] = []
  const turned = both.filter(({ earlier, now }) => WELL.has(earlier.status) && BAD.has(now.status))
  const well = both.filter(({ earlier }) => WELL.has(earlier.status)).length + others.well
  if (turned.length >= FEWEST_CHECKS && (stands || turned.length >= well * PART_OF_CHECKS))
    found.push({
      kind: 'checks-failing',
      reason: `${turned.length} of ${well} checks that were well turned bad together: look for one cause, and think of an attack.`,
      checks: turned.map(({ id }) => id).sort(),
    })
  const total = both.reduce((sum, { earlier }) => sum + earlier.pointCount, others.points)
  const shrunk = both.filter(({ earlier, now }) => now.pointCount < earlier.pointCount)
  const gone = shrunk.reduce((sum, { earlier, now }) => sum + earlier.pointCount - now.pointCount, 0)
  if (gone >= FEWEST_POINTS && (stands || gone >= total * PART_OF_POINTS))
    found.push({
      kind: 'points-vanishing',
      reason: `${gone} of ${total} recovery points are gone at once: stop the prune jobs, look who deleted them, and think of an attack.`,
      checks: shrunk.map(({ id }) => id).sort(),
    })
  return found
}
