import type { PointSummary } from '../../../domain/facts.ts'
import { type Instant, instant, toIso } from '../../../domain/instant.ts'
import type { CopyView } from '../estate.ts'
import { gapsOf, keptBy } from '../kept-by.ts'
import { count, type Judged, list, type ServiceRule } from '../rule.ts'

const ADVICE = 'Define an explicit retention policy, automate the prune, and monitor the size of the repository.'
/** So few points too many may wait for the next prune. */
const SPARE = 10

/** Do the points that exist cover what is to be kept, and is the rest pruned? */
export const retention: ServiceRule = {
  id: 'retention',
  asks: 'the points that its retention wants, and no heap of others',
  judge({ service, proven, unknown }, now, { spare = SPARE }): Judged {
    const wanted = service.retention
    if (service.copies.length === 0) return { outcome: 'not-applicable', reason: 'There is no copy.' }
    if (wanted === null)
      return { outcome: 'fail', severity: 'info', reason: 'No retention is declared.', advice: ADVICE }
    if (proven.length + unknown.length === 0) return { outcome: 'not-applicable', reason: 'There is no copy to keep.' }
    const read = proven.flatMap((copy) => {
      const found = pointsOf(copy)
      return found ? { ...found, kept: keptBy(wanted, found.points).size } : []
    })
    if (read.length === 0)
      return { outcome: 'unknown', reason: 'The points of its copies are not known.', advice: ADVICE }
    const all = read.flatMap(({ points }) => points)
    const since = instant(Math.min(...read.map((one) => one.since)))
    const gaps = gapsOf(wanted, all, since, now)
    const evidence = {
      since: toIso(since),
      copies: read.map(({ title, points, kept }) => ({
        copy: title,
        points: points.length,
        kept,
      })),
      gaps: gaps.map(({ kind, missing }) => ({ kind, missing: missing.slice(0, 20), count: missing.length })),
    }
    if (gaps.length > 0) {
      const words = gaps.map(
        ({ kind, wanted, missing }) => `${missing.length} of ${wanted} ${kind} (${list(missing, 3)})`,
      )
      const reason = `Points are missing: ${list(words)}.`
      // they may be in a copy whose points were not read
      if (read.length < proven.length + unknown.length)
        return {
          outcome: 'unknown',
          reason: `${reason} Those of other copies are not known.`,
          advice: ADVICE,
          evidence,
        }
      const advice = `Find out what removes them or why they were never made, and document exceptions. ${ADVICE}`
      return { outcome: 'fail', reason, advice, evidence }
    }
    const heap = read.find(({ points, kept }) => points.length - kept > Math.max(spare, kept))
    if (heap) {
      const reason = `${heap.title} has ${count(heap.points.length, 'point')}, of which the policy keeps ${heap.kept}: nothing seems to prune it.`
      return { outcome: 'fail', reason, advice: ADVICE, evidence }
    }
    return { outcome: 'pass', reason: `What is to be kept is there, as far back as ${toIso(since)}.`, evidence }
  },
}

/** Of several checks, that with the fewest points: a copy is no better than its worst part. */
function pointsOf({
  title,
  checks,
}: CopyView): { title: string; points: readonly PointSummary[]; since: Instant } | null {
  let worst: { points: readonly PointSummary[]; since: Instant } | null = null
  for (const { check, points } of checks) {
    if (points === null) return null
    const oldest = points.at(-1)?.recoverableTo ?? check.firstSeenAt
    const since = instant(Math.min(oldest, check.firstSeenAt))
    if (worst === null || points.length < worst.points.length) worst = { points, since }
  }
  return worst && { title, ...worst }
}
