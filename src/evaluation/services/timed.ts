import type { ServiceDrill } from '../../domain/service-drill.ts'

export type TimedDrill = ServiceDrill & { rtaMs: number }

/** The newest drills that brought something back and were timed: of the service as a whole, and of a single check's data. */
export function timedDrills(drills: readonly ServiceDrill[]): { whole: TimedDrill | null; part: TimedDrill | null } {
  const timed = drills.filter((drill): drill is TimedDrill => drill.rtaMs !== null && drill.outcome !== 'failed')
  return {
    whole: timed.find(({ part }) => part === null) ?? null,
    part: timed.find(({ part }) => part !== null) ?? null,
  }
}
