import { clocksOfDay, isTimeZone, unknownTimeZone, wallTime } from './time-zone.ts'

/**
 * Calendar expressions of systemd timers, as systemd.time(7) has them, to the second. Runs come when systemd has them: in
 * a repeated hour at its first pass alone, and not at all at a time that the clocks skip.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html#Calendar%20Events
 */
export interface Calendar {
  /** Sunday is 0; null: any. */
  weekdays: ReadonlySet<number> | null
  years: Matcher
  months: Matcher
  days: Matcher
  /** Days are counted back from the end of the month ("~"): 1 is its last day. */
  fromEnd: boolean
  hours: number[]
  minutes: number[]
  seconds: number[]
}

/** Null: any. `stop` null without `step`: `start` alone; with it: no end. */
type Matcher = readonly Component[] | null
interface Component {
  start: number
  stop: number | null
  step: number
}

const SHORTHANDS: Record<string, string> = {
  minutely: '*-*-* *:*:00',
  hourly: '*-*-* *:00:00',
  daily: '*-*-* 00:00:00',
  weekly: 'Mon *-*-* 00:00:00',
  monthly: '*-*-01 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  semiannually: '*-01,07-01 00:00:00',
  'semi-annually': '*-01,07-01 00:00:00',
  biannually: '*-01,07-01 00:00:00',
  'bi-annually': '*-01,07-01 00:00:00',
  yearly: '*-01-01 00:00:00',
  annually: '*-01-01 00:00:00',
}
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
// systemd's own bounds
const FIRST_YEAR = 1970
const LAST_YEAR = 2199
const MAX_COMPONENTS = 240

class CalendarError extends Error {
  override name = 'CalendarError'
}

/** Parses an expression with or without a time zone at its end; `timeZone` null: it names none. */
export function parseCalendar(
  text: string,
): { calendar: Calendar; expression: string; timeZone: string | null } | string {
  try {
    const words = text.trim().split(/\s+/)
    const last = words.at(-1) ?? ''
    let timeZone: string | null = null
    if (isTimeZone(last)) timeZone = last
    else if (words.length > 1 && /[a-z]/i.test(last) && last.includes('/')) return unknownTimeZone(last)
    if (timeZone !== null) words.pop()
    const expression = words.join(' ')
    if (/^@\d{1,11}$/.test(expression)) return { calendar: parseTimestamp(expression), expression, timeZone: 'UTC' }
    return { calendar: parseWords(SHORTHANDS[expression.toLowerCase()]?.split(' ') ?? words), expression, timeZone }
  } catch (error) {
    if (error instanceof CalendarError) return error.message
    throw error
  }
}

function parseTimestamp(text: string): Calendar {
  const at = new Date(Number(text.slice(1)) * 1000)
  const [date = '', time = ''] = at.toISOString().slice(0, -5).split('T')
  return parseWords([date, time])
}

function parseWords(words: readonly string[]): Calendar {
  const rest = [...words]
  const weekdays = /^[a-z]/i.test(rest[0] ?? '') ? parseWeekdays(rest.shift() ?? '') : null
  const date = rest[0]?.includes(':') ? '*-*-*' : (rest.shift() ?? (weekdays ? '*-*-*' : ''))
  const time = rest.shift() ?? '00:00:00'
  if (rest.length > 0)
    throw new CalendarError(`"${cut(rest[0])}" is too much: write [weekdays] [date] [time] [time zone]`)

  const fields = /^(?:([^-~]+)-)?([^-~]+)([-~])([^-~]+)$/.exec(date)
  if (!fields) throw new CalendarError(`"${cut(date)}" is no date: write *-*-*, *-12-24, 2026-*-01 or *-*~01`)
  const [, year = '*', month = '', divider, day = ''] = fields
  const fromEnd = divider === '~'

  const clock = time.split(':')
  const [hour = '', minute = '', second = '00'] = clock
  if (clock.length < 2 || clock.length > 3)
    throw new CalendarError(`"${cut(time)}" is no time: write 02:30, 06,18:00:00 or *:0/15`)
  return {
    weekdays,
    years: parseField(year, 'year', FIRST_YEAR, LAST_YEAR),
    months: parseField(month, 'month', 1, 12),
    days: parseField(day, 'day', 1, fromEnd ? 28 : 31, fromEnd),
    fromEnd,
    hours: values(parseField(hour, 'hour', 0, 23), 0, 23),
    minutes: values(parseField(minute, 'minute', 0, 59), 0, 59),
    seconds: values(parseField(second, 'second', 0, 59), 0, 59),
  }
}

function parseWeekdays(text: string): ReadonlySet<number> {
  const days = new Set<number>()
  // systemd takes a comma at the end, too
  for (const part of text.replace(/,$/, '').split(',')) {
    // "-" is the older way to write ".."
    const [from = '', to = from, ...more] = part.split(/\.\.|-/)
    // a week begins with Monday: Sat..Sun is a range, Sun..Mon is none
    const first = (weekday(from) + 6) % 7
    const final = (weekday(to) + 6) % 7
    if (more.length > 0 || first > final)
      throw new CalendarError(`"${cut(part)}" is no range of weekdays: weeks begin with Monday, so write Sat,Sun,Mon`)
    for (let day = first; day <= final; day++) days.add((day + 1) % 7)
  }
  return days
}

function weekday(text: string): number {
  const lower = text.toLowerCase()
  const index = WEEKDAYS.findIndex((name) => name === lower || name.slice(0, 3) === lower)
  if (index >= 0) return index
  const known = Object.keys(SHORTHANDS).slice(0, 6).join(', ')
  throw new CalendarError(`"${cut(text)}" is neither a weekday (Mon, Tue, ...) nor one of ${known}, yearly`)
}

function parseField(text: string, name: string, min: number, max: number, fromEnd = false): Matcher {
  if (text === '*') return null
  const components = text.split(',')
  if (components.length > MAX_COMPONENTS) throw new CalendarError(`more than ${MAX_COMPONENTS} values for the ${name}`)
  return components.map((component) => {
    const match = /^(\d{1,4})(?:\.\.(\d{1,4}))?(?:\/(\d{1,4}))?$/.exec(component)
    if (!match) throw new CalendarError(notValue(component, name))
    const [from = 0, to = null, step = null] = match.slice(1).map((part) => (part === undefined ? null : Number(part)))
    const start = name === 'year' ? fullYear(from ?? 0) : (from ?? 0)
    const stop = to === null ? null : name === 'year' ? fullYear(to) : to
    for (const value of [start, stop ?? start])
      if (value < min || value > max)
        throw new CalendarError(`the ${name} ${value} in "${cut(component)}" is outside ${min}..${max}`)
    if (stop !== null && stop < start)
      throw new CalendarError(`"${cut(component)}": the range of the ${name} runs backwards`)
    if (step === 0) throw new CalendarError(`"${cut(component)}": a step of 0 never moves on`)
    if (step !== null && stop === null && (fromEnd ? start - step < min : start + step > max))
      throw new CalendarError(`"${cut(component)}": the step leads past the last ${name}`)
    return { start, stop, step: step ?? (stop === null ? 0 : 1) }
  })
}

function notValue(text: string, name: string): string {
  if (text.startsWith('*/'))
    return `"${cut(text)}" for the ${name}: systemd writes steps as 0/${cut(text.slice(2))}, without *`
  if (name === 'second' && text.includes('.')) return `"${cut(text)}": fractions of a second are not kept`
  return `"${cut(text)}" is no value for the ${name}`
}

/** systemd reads two digits as 1970..2069. */
function fullYear(year: number): number {
  return year < 70 ? year + 2000 : year < 100 ? year + 1900 : year
}

function cut(text: string | undefined): string {
  return (text ?? '').slice(0, 40)
}

function matches(matcher: Matcher, value: number): boolean {
  return (
    matcher === null ||
    matcher.some(({ start, stop, step }) =>
      step === 0 ? value === start : value >= start && (stop === null || value <= stop) && (value - start) % step === 0,
    )
  )
}

function values(matcher: Matcher, min: number, max: number): number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index).filter((value) => matches(matcher, value))
}

function dayMatches(calendar: Calendar, day: number, lastDay: number): boolean {
  if (!calendar.fromEnd || calendar.days === null) return matches(calendar.days, day)
  // "~7..1" is counted from the end, but its steps go forward from its earlier day, as systemd has it
  const days = calendar.days.map(({ start, stop, step }) => ({
    start: lastDay + 1 - (stop ?? start),
    stop: stop === null ? null : lastDay + 1 - start,
    step,
  }))
  return matches(days, day)
}

/** The first run strictly after `afterMs`; null: it never comes again. Looks at most to the end of 2199, in milliseconds. */
export function nextOfCalendar(calendar: Calendar, timeZone: string, afterMs: number): number | null {
  const after = wallTime(afterMs, timeZone)
  const midnight = Math.floor(after / 86_400_000) * 86_400_000
  for (const day of days(calendar, midnight)) {
    const clocks = clocksOfDay(day, timeZone)
    for (const time of times(calendar, day === midnight ? after - midnight : -1)) {
      const at = clocks(day + time)
      // in the second pass of a repeated hour, times later in the hour were already run in the first
      if (at !== null && at > afterMs) return at
    }
  }
  return null
}

/** Midnights, as if they were UTC, of the matching days from `fromMs` on. */
function* days(calendar: Calendar, fromMs: number): Generator<number> {
  const from = new Date(fromMs)
  for (let year = Math.max(from.getUTCFullYear(), FIRST_YEAR); year <= LAST_YEAR; year++) {
    if (!matches(calendar.years, year)) continue
    for (let month = 0; month < 12; month++) {
      if (!matches(calendar.months, month + 1)) continue
      const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
      for (let day = 1; day <= lastDay; day++) {
        const at = Date.UTC(year, month, day)
        if (at < fromMs || !dayMatches(calendar, day, lastDay)) continue
        if (calendar.weekdays === null || calendar.weekdays.has(new Date(at).getUTCDay())) yield at
      }
    }
  }
}

/** Times of the day later than `afterMs` after midnight, in order. */
function* times(calendar: Calendar, afterMs: number): Generator<number> {
  for (const hour of calendar.hours) {
    if ((hour + 1) * 3_600_000 <= afterMs) continue
    for (const minute of calendar.minutes)
      for (const second of calendar.seconds) {
        const time = (hour * 3600 + minute * 60 + second) * 1000
        if (time > afterMs) yield time
      }
  }
}
