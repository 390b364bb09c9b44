import { plus, toIso } from '../../../domain/instant.ts'
import { formatDuration } from '../../../lib/duration.ts'
import type { Judged, ServiceRule } from '../rule.ts'

const ADVICE =
  'Schedule restore drills and validate application start, schema and credentials; never into live production.'

/** Has it been restored, lately, and did that work? */
export const drillRecency: ServiceRule = {
  id: 'drill-recency',
  asks: 'a restore that was tried lately',
  judge({ service, drills }, now): Judged {
    const [last] = drills
    if (!last)
      return {
        outcome: 'unknown',
        reason: 'No restore has been tried: that a job ran proves that bytes were written, no more.',
        advice: ADVICE,
        evidence: { drills: 0 },
      }
    const evidence = { drills: drills.length, last: toIso(last.at), outcome: last.outcome, gaps: last.gaps }
    if (last.outcome === 'failed')
      return {
        outcome: 'fail',
        severity: 'critical',
        reason: `The restore of ${toIso(last.at)} failed.`,
        advice: ADVICE,
        evidence,
      }
    const dueAt = plus(last.at, service.drillEveryMs)
    if (now > dueAt)
      return {
        outcome: 'fail',
        reason: `The last restore is from ${toIso(last.at)}: one is due every ${formatDuration(service.drillEveryMs)}.`,
        advice: ADVICE,
        evidence,
      }
    if (last.outcome === 'restored')
      return {
        outcome: 'fail',
        reason: `The restore of ${toIso(last.at)} brought data back that nobody verified.`,
        advice: ADVICE,
        evidence,
      }
    return {
      outcome: 'pass',
      reason: `It was restored and verified at ${toIso(last.at)}; next by ${toIso(dueAt)}.`,
      evidence,
      changesAt: dueAt,
    }
  },
}
