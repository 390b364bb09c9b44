import type { Expectation, Schedule } from '../../../../domain/policy.ts'
import { nextAfter } from '../../../../lib/schedule/index.ts'
import { scheduleOf } from '../aws-cron.ts'
import type { RuleFacts } from './plan.ts'

const HOUR_MS = 3_600_000
/** From when a job has begun. As of all schedules. */
const JOB_TAKES_MS = HOUR_MS
/** A copy begins when what it is a copy of is complete, and may go to another continent. */
const COPY_TAKES_MS = 12 * HOUR_MS
/** So many runs ahead are looked at for the longest pause between two of them. */
const RUNS = 24

/** How often a rule runs: the longest pause between two runs to come, and the mean, in milliseconds. Null: it can't be told. */
export function rhythmOf(
  rule: Pick<RuleFacts, 'schedule' | 'timeZone'>,
  now: number,
): { longestMs: number; meanMs: number } | null {
  const schedule = scheduleOf(rule.schedule, rule.timeZone)
  const first = schedule && nextAfter(schedule, now)
  if (!schedule || first === null) return null
  let [longestMs, at, runs] = [0, first, 0]
  while (runs < RUNS) {
    const next = nextAfter(schedule, at)
    if (next === null) break
    longestMs = Math.max(longestMs, next - at)
    at = next
    runs++
  }
  return runs === 0 ? null : { longestMs, meanMs: (at - first) / runs }
}

/** One rule of a plan that fills something; `isCopy`: not by itself, but with copies. */
export interface Filling {
  plan: string
  rule: RuleFacts
  isCopy: boolean
}

/** When a new point is due where these rules put theirs: by the one that runs most often. Null: none of them can be told. */
export function expectationOf(fillings: readonly Filling[], now: number): Expectation | null {
  let best: { filling: Filling; schedule: Schedule; meanMs: number } | null = null
  for (const filling of fillings) {
    const schedule = scheduleOf(filling.rule.schedule, filling.rule.timeZone)
    const meanMs = rhythmOf(filling.rule, now)?.meanMs
    // one that fills it by itself is sooner done than one that copies
    if (schedule && meanMs && (!best || meanMs < best.meanMs || (meanMs === best.meanMs && best.filling.isCopy)))
      best = { filling, schedule, meanMs }
  }
  if (!best) return null
  const { plan, rule, isCopy } = best.filling
  return {
    threshold: {
      kind: 'schedule',
      schedule: best.schedule,
      graceMs: rule.startWithinMs + JOB_TAKES_MS + (isCopy ? COPY_TAKES_MS : 0),
    },
    from: `the backup plan ${plan} (${rule.name}: ${rule.schedule} ${rule.timeZone})`,
  }
}
