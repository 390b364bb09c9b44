import type { RecoveryPoint } from '../../../../domain/recovery-point.ts'
import type { PointFacts } from '../facts.ts'
import { pointFor, recoverableTo } from '../observe.ts'
import { isGood } from '../points.ts'
import type { BackupState } from '../read.ts'

/** The newest points of a vault or of a plan. */
export interface NewestOf {
  good: PointFacts | null
  /** Being made, or in a state in which nothing can be counted on. */
  other: PointFacts | null
}

export const NOTHING: NewestOf = { good: null, other: null }

/** Points, with what is known of their resources. */
export interface Knowledge {
  /** Until when it reaches, in epoch milliseconds. */
  reachOf(point: PointFacts): number
  /** As a check tells it. */
  tell(check: string, point: PointFacts): RecoveryPoint
}

export function knowledgeOf({ resources, jobs }: BackupState): Knowledge {
  const listed = new Map(resources.map((one) => [one.arn, one]))
  const known = ({ resource }: PointFacts) => ({
    listed: listed.get(resource) ?? null,
    jobs: jobs.byResource.get(resource) ?? null,
  })
  return {
    reachOf: (point) => recoverableTo(point, known(point)),
    tell: (check, point) => pointFor(check, point, known(point)),
  }
}

/** The newest in each vault, of the points that are known of each resource. */
export function newestByVault({ points }: BackupState, knowledge: Knowledge): Map<string, NewestOf> {
  const found = new Map<string, NewestOf>()
  for (const byVault of points.byResource.values())
    for (const [vault, { good, pending, other }] of byVault)
      for (const point of [good, pending, other])
        if (point) found.set(vault, newerOf(found.get(vault) ?? NOTHING, point, knowledge))
  return found
}

/** With one point more. In whatever order they come, the outcome is the same. */
export function newerOf(known: NewestOf, point: PointFacts, { reachOf }: Knowledge): NewestOf {
  const key = isGood(point) ? 'good' : 'other'
  const before = known[key]
  if (!before) return { ...known, [key]: point }
  const [a, b] = [reachOf(point), reachOf(before)]
  return a > b || (a === b && point.id > before.id) ? { ...known, [key]: point } : known
}
