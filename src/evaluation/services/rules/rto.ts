import { toIso } from '../../../domain/instant.ts'
import { formatDuration } from '../../../lib/duration.ts'
import type { Judged, ServiceRule } from '../rule.ts'
import { timedDrills } from '../timed.ts'

const TIME_IT = 'Time the full workflow in a drill: transfer, start, validation, DNS or endpoint changes.'

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
    const target = formatDuration(service.rtoMs)
    const { whole, part } = timedDrills(drills)
    const slow = part !== null && part.rtaMs > service.rtoMs && (whole === null || part.at > whole.at) ? part : null
    const timed = slow ?? whole
    if (timed === null) {
      const evidence = { target_ms: service.rtoMs, ...(part && { restore_ms: part.rtaMs, drill: toIso(part.at) }) }
      const reason = part
        ? `The data of ${part.part} was back after ${formatDuration(part.rtaMs)} (${toIso(part.at)}): whether ${target} is enough for the whole, nobody knows.`
        : `No restore was timed: whether ${target} is enough, nobody knows.`
      return { outcome: 'unknown', reason, advice: TIME_IT, evidence }
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
      reason: `The ${slow ? `restore of ${slow.part} alone` : 'drill'} of ${toIso(timed.at)} took ${formatDuration(timed.rtaMs)}, with an RTO of ${target}.`,
      advice: 'Restore faster (a local copy, a warm standby, more bandwidth), or agree on a longer RTO.',
      evidence,
    }
  },
}
