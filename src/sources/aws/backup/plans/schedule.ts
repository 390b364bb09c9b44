import type { Expectation, Schedule } from '../../../../domain/policy.ts'
import { nextAfter } from '../../../../lib/schedule/index.ts'
import { scheduleOf } from '../aws-cron.ts'
import type { RuleFacts } from './plan.ts'

const HOUR_MS = 3_600_000
/** From when a job has begun. As of all schedules. */
const JOB_TAKES_MS = HOUR_MS
/** A copy begins when what it is a copy of is complete, and may go to another continent. */
export const COPY_TAKES_MS = 12 * HOUR_MS
/** So many runs ahead, and so long, are looked at for the longest pause between two: what runs hourly on weekdays has weekends too. */
const RUNS = 24
const AHEAD_MS = 8 * 24 * HOUR_MS
const MOST_RUNS = 1000

interface Rhythm {
  longestMs: number
  meanMs: number
}

/** Of the present hour: the same few schedules are asked about for each plan, vault and resource of each region. */
const known = new Map<string, Rhythm | null>()
let knownFrom = Number.NaN
const MOST_KNOWN = 5000

/** How often a rule runs: the longest pause between two runs to come, and the mean, in milliseconds. Null: it can't be told. */
export function rhythmOf({ schedule, timeZone }: Pick<RuleFacts, 'schedule' | 'timeZone'>, now: number): Rhythm | null {
  const from = now - (now % HOUR_MS)
  if (from !== knownFrom || known.size >= MOST_KNOWN) known.clear()
  knownFrom = from
  const key = `${timeZone}\n${schedule}`
  const before = known.get(key)
  if (before !== undefined) return before
  const rhythm = measure(scheduleOf(schedule, timeZone), from)
  known.set(key, rhythm)
  return rhythm
}

function measure(schedule: Schedule | null, from: number): Rhythm | null {
  const first = schedule && nextAfter(schedule, from)
  if (!schedule || first === null) return null
  let [longestMs, at, runs] = [0, first, 0]
  while (runs < RUNS || (at - first < AHEAD_MS && runs < MOST_RUNS)) {
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
  rule: Pick<RuleFacts, 'name' | 'schedule' | 'timeZone' | 'startWithinMs'>
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
