import type { Expectation, Schedule } from '../../../../domain/policy.ts'
import { nextAfter, parseSchedule } from '../../../../lib/schedule/index.ts'
import type { RuleFacts } from './plan.ts'

const HOUR_MS = 3_600_000
/** From when a job has begun. As of all schedules. */
const JOB_TAKES_MS = HOUR_MS
/** A copy begins when what it is a copy of is complete, and may go to another continent. */
const COPY_TAKES_MS = 12 * HOUR_MS
/** So many runs ahead are looked at for the longest pause between two of them. */
const RUNS = 24

/**
 * The schedule that an expression of AWS stands for: six fields, the last of them years, Sunday as 1. Null where it can't be
 * said otherwise. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
 */
export function scheduleOf({ schedule, timeZone }: Pick<RuleFacts, 'schedule' | 'timeZone'>): Schedule | null {
  const fields = /^(?:cron\()?([^()]*)\)?$/.exec(schedule.trim())?.[1]?.trim().split(/\s+/) ?? []
  const [minute, hour, day, month, weekday, year] = fields
  if (!minute || !hour || !day || !month || !weekday || fields.length !== 6 || !/^[*?]$/.test(year ?? '')) return null
  const any = (field: string) => (field === '?' ? '*' : field)
  // from 0 on, each 30: cron wants to know up to which
  const upTo = (field: string, last: number) => field.replace(/(?<![-\d])(\d+)\//g, `$1-${last}/`)
  // Sunday is 1 there; what follows # or / is a count
  const weekdays = any(weekday).replace(/(?<![#/\d])\d+/g, (day) =>
    /^[1-7]$/.test(day) ? String(Number(day) - 1) : 'none',
  )
  const given = [upTo(minute, 59), upTo(hour, 23), upTo(any(day), 31), upTo(month, 12), weekdays]
  const parsed = parseSchedule(given.join(' '), timeZone)
  return 'error' in parsed ? null : parsed
}

/** How often a rule runs: the longest pause between two runs to come, and the mean, in milliseconds. Null: it can't be told. */
export function rhythmOf(rule: RuleFacts, now: number): { longestMs: number; meanMs: number } | null {
  const schedule = scheduleOf(rule)
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
    const schedule = scheduleOf(filling.rule)
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
