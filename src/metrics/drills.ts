import type { Drill } from '../domain/drill.ts'
import { gauge } from './text.ts'

/** The last drill of each service, and what it took: by choice, since they are as many as there are services. */
export function drillSeries(newest: readonly Drill[]): string {
  const drills = newest.flatMap((drill) => (drill.service === null ? [] : [{ ...drill, service: drill.service }]))
  return [
    gauge(
      'backproof_service_last_drill_timestamp_seconds',
      'When the last restore of a service as a whole was tried, by how far it came.',
      drills.map(({ service, outcome, at }) => ({ labels: { service, outcome }, value: at / 1000 })),
    ),
    gauge(
      'backproof_service_last_drill_duration_seconds',
      'How long it took until all was back; not there where it failed or was not timed.',
      drills.flatMap(({ service, outcome, rtaMs }) =>
        rtaMs === null || outcome === 'failed' ? [] : [{ labels: { service }, value: rtaMs / 1000 }],
      ),
    ),
  ].join('')
}
