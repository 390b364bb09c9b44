import { toIso } from '../../../domain/instant.ts'
import { formatDuration } from '../../../lib/duration.ts'
import type { Judged, ServiceRule } from '../rule.ts'

/** Can it be back in time? Only a restore that was timed can tell. */
export const rto: ServiceRule = {
  id: 'rto',
  asks: 'back within its RTO',
  judge({ service, drills }): Judged {
    if (service.rtoMs === null)
      return {
        outcome: 'fail',
        reason: 'It has no RTO.',
        advice: 'Define RPO and RTO per service before choosing a backup schedule.',
      }
    const timed = drills.find(({ rtaMs, outcome }) => rtaMs !== null && outcome !== 'failed')
    const target = formatDuration(service.rtoMs)
    if (!timed || timed.rtaMs === null)
      return {
        outcome: 'unknown',
        reason: `No restore was timed: whether ${target} is enough, nobody knows.`,
        advice: 'Time the full workflow in a drill: transfer, start, validation, DNS or endpoint changes.',
        evidence: { target_ms: service.rtoMs },
      }
    const evidence = { target_ms: service.rtoMs, actual_ms: timed.rtaMs, drill: toIso(timed.at) }
    if (timed.rtaMs <= service.rtoMs)
      return {
        outcome: 'pass',
        reason: `The drill of ${toIso(timed.at)} took ${formatDuration(timed.rtaMs)} of ${target}.`,
        evidence,
      }
    return {
      outcome: 'fail',
      reason: `The drill of ${toIso(timed.at)} took ${formatDuration(timed.rtaMs)}, with an RTO of ${target}.`,
      advice: 'Restore faster (a local copy, a warm standby, more bandwidth), or agree on a longer RTO.',
      evidence,
    }
  },
}
