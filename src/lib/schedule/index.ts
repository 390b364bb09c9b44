import { Cron } from 'croner'
import { parseDuration } from '../duration.ts'
import { type Calendar, nextOfCalendar, parseCalendar } from './calendar.ts'
import { clocksOfDay, isTimeZone, unknownTimeZone } from './time-zone.ts'

/** When something is expected: every so often, by cron in a time zone, or by a systemd calendar expression. */
export type Schedule =
  | { kind: 'interval'; everyMs: number }
  | { kind: 'cron'; expression: string; timeZone: string }
  | { kind: 'calendar'; expression: string; timeZone: string }

const MAX_LENGTH = 1000
// @reboot names no time
const NICKNAMES = ['@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually']
const WAYS = 'write "every 6h", cron ("30 2 * * *") or a systemd calendar expression ("Mon..Fri 02:30", "daily")'

/**
 * Reads "every 6h" and "6h", cron with 5 fields, or 6 with seconds first, and systemd's OnCalendar expressions, whose own
 * time zone ("daily Europe/Berlin") goes before `timeZone`. What could never come, such as February 30, is an error.
 */
export function parseSchedule(text: string, timeZone: string): Schedule | { error: string } {
  if (!isTimeZone(timeZone)) return { error: unknownTimeZone(timeZone) }
  const words = text.trim().split(/\s+/)
  const expression = words.join(' ')
  if (expression === '') return { error: `no schedule: ${WAYS}` }
  if (expression.length > MAX_LENGTH) return { error: `a schedule of more than ${MAX_LENGTH} characters: ${WAYS}` }

  const everyMs = parseDuration(words.filter((word, index) => index > 0 || word.toLowerCase() !== 'every').join(''))
  if (everyMs !== null && everyMs < 1000) return { error: `"${text}" is shorter than a second` }
  if (everyMs !== null) return { kind: 'interval', everyMs }
  if (words[0]?.toLowerCase() === 'every')
    return { error: `"${cut(expression)}" is no interval: write every 90m, every 6h or every 1d` }

  if (/^@[a-z]/i.test(expression) && !NICKNAMES.includes(expression.toLowerCase()))
    return { error: `"${cut(expression)}" is no schedule: of cron's nicknames ${NICKNAMES.join(', ')} can be used` }
  const isCron = words.length >= 5 || /^@[a-z]/i.test(expression)
  if (isCron && words.length >= 6 && isTimeZone(words.at(-1) ?? ''))
    return { error: `"${cut(expression)}": give cron's time zone apart, as time_zone: ${words.at(-1)}` }
  let schedule: Schedule
  if (isCron) schedule = { kind: 'cron', expression, timeZone }
  else {
    const calendar = parseCalendar(expression)
    if (typeof calendar === 'string') return { error: `"${cut(expression)}" is no schedule: ${calendar}` }
    schedule = { kind: 'calendar', expression: calendar.expression, timeZone: calendar.timeZone ?? timeZone }
  }
  const runs = compile(schedule)
  if (typeof runs === 'string') return { error: `"${cut(expression)}" is no schedule: ${runs}` }
  // from 1970 on, and not from now on: a single date that has passed is a schedule that has ended
  if (runs(0) === null) return { error: `"${cut(expression)}" never comes: there is no such date` }
  return schedule
}

/**
 * The first run strictly after `afterMs`, in epoch milliseconds; null: there is none any more. An interval is counted from
 * `afterMs` itself. Where clocks change, cron behaves as Vixie cron: a fixed time that is skipped runs right after the gap,
 * one that is repeated runs once, and steps and wildcards keep running; a calendar behaves as systemd (calendar.ts).
 * Throws RangeError on an expression that parseSchedule would have refused.
 */
export function nextAfter(schedule: Schedule, afterMs: number): number | null {
  if (schedule.kind === 'interval') return afterMs + schedule.everyMs
  const runs = compile(schedule)
  if (typeof runs === 'string') throw new RangeError(`"${schedule.expression}" is no schedule: ${runs}`)
  return runs(afterMs)
}

type Runs = (afterMs: number) => number | null

// schedules come back from the store as new objects, so they are known by their words; bounded, since hosts may be many
const compiled = new Map<string, Runs>()
const MAX_COMPILED = 5000

function compile(schedule: Exclude<Schedule, { kind: 'interval' }>): Runs | string {
  const key = `${schedule.kind}\n${schedule.timeZone}\n${schedule.expression}`
  const known = compiled.get(key)
  if (known) return known
  const runs = schedule.kind === 'cron' ? compileCron(schedule) : compileCalendar(schedule)
  if (typeof runs === 'string') return runs
  if (compiled.size >= MAX_COMPILED) compiled.clear()
  compiled.set(key, runs)
  return runs
}

function compileCron({ expression, timeZone }: { expression: string; timeZone: string }): Runs | string {
  try {
    // "no-wildcard": lists such as "30 2,14 * * *" also run after a gap, as in the cron that people's jobs run by
    const cron = new Cron(expression, {
      timezone: timeZone,
      paused: true,
      mode: '5-or-6-parts',
      fixedTimeRule: 'no-wildcard',
    })
    if (onlyInGaps(expression, timeZone)) return `it falls only on times that the clocks of ${timeZone} skip`
    return (afterMs) => {
      const next = cron.nextRun(new Date(afterMs))?.getTime() ?? null
      return next !== null && next > afterMs ? next : null
    }
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Cron\w+: /, '') : String(error)
  }
}

/**
 * Whether steps or wildcards ask only for times that the clocks skip each year ("*\/5 2 * 3 SUN#L" in Berlin): croner would
 * seek them to the year 9999, which takes it a minute. Fixed times run after the gap.
 */
function onlyInGaps(expression: string, timeZone: string): boolean {
  const timeFields = expression.split(' ').slice(0, -3)
  if (!timeFields.some((field) => /[*?/]/.test(field))) return false
  const cron = new Cron(expression, { timezone: 'UTC', paused: true, mode: '5-or-6-parts' })
  let wallMs: number | undefined = Date.UTC(2025, 0, 1)
  for (let days = 0; days < 20; days++) {
    wallMs = cron.nextRun(new Date(wallMs))?.getTime()
    if (wallMs === undefined) return false
    const midnight: number = wallMs - (wallMs % 86_400_000)
    if (clocksOfDay(midnight, timeZone)(wallMs) !== null) return false
    wallMs = midnight + 86_400_000 - 1
  }
  return true
}

function compileCalendar({ expression, timeZone }: { expression: string; timeZone: string }): Runs | string {
  const parsed = parseCalendar(expression)
  if (typeof parsed === 'string') return parsed
  const calendar: Calendar = parsed.calendar
  return (afterMs) => nextOfCalendar(calendar, timeZone, afterMs)
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}
