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
      }
    const restore = `The restore of ${last.part === null ? '' : `${last.part} at `}${toIso(last.at)}`
    const evidence = { last: toIso(last.at), outcome: last.outcome, gaps: last.gaps }
    if (last.outcome === 'failed')
      return {
        outcome: 'fail',
        severity: 'critical',
        reason: `${restore} failed.`,
        advice: ADVICE,
        evidence,
      }
    // a later restore that nobody verified takes nothing back
    const verified = drills.find(({ outcome }) => outcome === 'verified')
    const dueAt = plus((verified ?? last).at, service.drillEveryMs)
    if (now <= dueAt && verified)
      return {
        outcome: 'pass',
        reason: `${verified.part === null ? 'It' : verified.part} was restored and verified at ${toIso(verified.at)}; next by ${toIso(dueAt)}.`,
        evidence,
        changesAt: dueAt,
      }
    if (now > plus(last.at, service.drillEveryMs))
      return {
        outcome: 'fail',
        reason: `The last restore is from ${toIso(last.at)}: one is due every ${formatDuration(service.drillEveryMs)}.`,
        advice: ADVICE,
        evidence,
      }
    return {
      outcome: 'fail',
      reason: `${restore} brought data back that nobody verified.`,
      advice: ADVICE,
      evidence,
    }
  },
}
