import type { Expectation } from '../../../domain/policy.ts'
import { printable } from '../../../lib/printable.ts'
import { nextAfter, parseSchedule, type Schedule } from '../../../lib/schedule/index.ts'
import type { BackupJobFacts, PlanRule } from './facts.ts'

const HOUR_MS = 3_600_000
/** AWS Backup's own, where a rule says nothing: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html */
const START_WINDOW_MS = 8 * HOUR_MS
/** Runs that are looked at for the longest time between two: a fortnight of days, a year of months. */
const RUNS = 15

/** The longest time between two runs of a schedule, in milliseconds, by the schedule and its time zone; null: not known. */
export type Gaps = Map<string, number | null>

/**
 * When a resource is to have its next backup, by the rules of the plans that its newest jobs were begun by: the one that
 * asks for most. Null: none is known, or none that can be understood.
 */
export function expectationOf(newestByRule: Iterable<BackupJobFacts>, now: number, gaps: Gaps): Expectation | null {
  const jobs = [...newestByRule]
  let strictest: Expectation | null = null
  let least = Number.POSITIVE_INFINITY
  for (const job of jobs) {
    const { rule, createdAt, startBy } = job
    const gapMs = rule && gapOf(rule, now, gaps)
    if (!rule || !gapMs) continue
    const graceMs = (startBy === null ? START_WINDOW_MS : Math.max(0, startBy - createdAt)) + HOUR_MS
    const maxAgeMs = gapMs + graceMs
    const isDropped = jobs.some(
      ({ rule: other, createdAt: at }) =>
        other?.plan === rule.plan && other.version !== rule.version && at > createdAt + maxAgeMs,
    )
    if (isDropped || maxAgeMs >= least) continue
    least = maxAgeMs
    const from = `the rule ${printable(rule.name || rule.id)} of the backup plan ${printable(rule.planName || rule.plan)}`
    strictest = { threshold: { kind: 'age', maxAgeMs }, from }
  }
  return strictest
}

function gapOf({ schedule, timeZone }: PlanRule, now: number, gaps: Gaps): number | null {
  const key = `${timeZone}\n${schedule}`
  const known = gaps.get(key)
  if (known !== undefined) return known
  const read = scheduleOf(schedule, timeZone)
  const gapMs = read && longestGap(read, now)
  gaps.set(key, gapMs)
  return gapMs
}

function longestGap(schedule: Schedule, now: number): number | null {
  let longest = 0
  let at = nextAfter(schedule, now)
  for (let run = 0; run < RUNS && at !== null; run++) {
    const next = nextAfter(schedule, at)
    // one that has come to its end expects nothing more
    if (next === null) return null
    longest = Math.max(longest, next - at)
    at = next
  }
  return longest || null
}

/** The last value of each field of AWS's cron: minutes, hours, day of month, month, day of week. */
const LAST = [59, 23, 31, 12, 7]

/**
 * AWS's own cron has a year at its end, "?" for "whatever", and weekdays from 1 (Sunday) to 7. Null: not understood.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function scheduleOf(text: string, timeZone: string): Schedule | null {
  const [, kind, body = ''] = /^(cron|rate)\((.{1,200})\)$/.exec(text.trim()) ?? []
  if (kind === 'rate') {
    const [, count, unit] = /^(\d{1,6}) (minute|hour|day)s?$/.exec(body.trim()) ?? []
    const unitMs = unit === 'minute' ? 60_000 : unit === 'hour' ? HOUR_MS : 24 * HOUR_MS
    return Number(count) > 0 ? { kind: 'interval', everyMs: Number(count) * unitMs } : null
  }
  const fields = body.trim().split(/\s+/)
  if (kind !== 'cron' || fields.length !== 6 || fields[5] !== '*') return null
  const plain = fields.slice(0, 5).map((field, index) => {
    const stepped = field.replace('?', '*').replace(/(^|,)(\d+)\/(\d+)/g, `$1$2-${LAST[index]}/$3`)
    return index === 4 ? weekdaysOf(stepped) : stepped
  })
  const schedule = parseSchedule(plain.join(' '), timeZone || 'UTC')
  return 'error' in schedule ? null : schedule
}

/** Numbers one lower; "6L", the last Friday, as "5#L". */
function weekdaysOf(field: string): string {
  return field
    .split(',')
    .map((part) => {
      const [days = '', ...step] = part.split('/')
      const [base = '', nth] = days.replace(/^([1-7A-Z]+)L$/, '$1#L').split('#')
      const lower = base.replace(/\d/g, (digit) => String(Number(digit) - 1))
      return [nth === undefined ? lower : `${lower}#${nth}`, ...step].join('/')
    })
    .join(',')
}
