import { basename } from 'node:path'
import { type Instant, instant } from '../../domain/instant.ts'
import { clocksOfDay } from '../../lib/schedule/time-zone.ts'

/** Years 0 to 9999: what can be shown and stored. A file system may hold more than that. */
const EARLIEST_MS = -62_167_219_200_000
const LATEST_MS = 253_402_300_799_999

/** A time of a file system as an instant, cut to what can be shown. */
export function fileTime(ms: number): Instant {
  return instant(Math.min(LATEST_MS, Math.max(EARLIEST_MS, ms)))
}

interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

/** The instant that a date and a time of day mean: `offset` in minutes, or a time zone; null: there is no such date. */
function instantOf(parts: Parts, zone: { offset: number } | { timeZone: string }): Instant | null {
  const { year, month, day, hour, minute, second } = parts
  const dayMs = Date.UTC(year, month - 1, day)
  const date = new Date(dayMs)
  // Date.UTC takes February 30 for March 2, and years below 100 for 19xx
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return null
  const wallMs = dayMs + ((hour * 60 + minute) * 60 + second) * 1000
  if ('offset' in zone) return instant(wallMs - zone.offset * 60_000)
  if (zone.timeZone === 'UTC') return instant(wallMs)
  const clocks = clocksOfDay(dayMs, zone.timeZone)
  // a time that the clocks leave out was written by one that had not been put forward yet
  return instant(clocks(wallMs) ?? clocks(wallMs + 3_600_000) ?? wallMs)
}

const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/

/**
 * Reads ISO 8601 and RFC 3339 as date(1) writes them (-Is, -Ins, --rfc-3339, +%F), also without separators; a time without an
 * offset is one of `timeZone`. Null: it is no such time.
 */
export function parseWrittenTime(text: string, timeZone: string): Instant | null {
  const match = ISO.exec(text)
  if (!match) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const offset = match[8] === undefined ? null : offsetOf(match[8])
  const at = instantOf({ year, month, day, hour, minute, second }, offset === null ? { timeZone } : { offset })
  return at === null ? null : instant(at + Number(`0.${match[7] ?? 0}`) * 1000)
}

function offsetOf(text: string): number {
  if (text === 'Z' || text === 'z') return 0
  const digits = text.slice(1).replace(':', '')
  return (text.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0))
}

/** Reads epoch seconds, as `date +%s` writes them. */
export function parseEpochSeconds(text: string): Instant | null {
  if (!/^\d{1,12}(?:\.\d{1,9})?$/.test(text)) return null
  const ms = Number(text) * 1000
  return ms <= LATEST_MS ? instant(ms) : null
}

const FIELDS: Record<string, string> = {
  yyyy: '(?<year>\\d{4})',
  yy: '(?<shortYear>\\d\\d)',
  MM: '(?<month>\\d\\d)',
  dd: '(?<day>\\d\\d)',
  HH: '(?<hour>\\d\\d)',
  mm: '(?<minute>\\d\\d)',
  ss: '(?<second>\\d\\d)',
  unix: '(?<unix>\\d{9,11})',
}

/** Where in a name its time stands: "app-{yyyy}-{MM}-{dd}_{HH}{mm}". */
export interface NameTime {
  /** Reads it from a path below the folder: from the file's name alone, unless the format has a slash. */
  read(path: string, timeZone: string): Instant | null
}

/** Reads the format of the times in names; a string is a sentence that says what is wrong with it. */
export function parseNameTime(format: string): NameTime | string {
  const used = new Set<string>()
  let source = ''
  for (const [, field, other] of format.matchAll(/\{([^{}]*)\}|([^{}]+|[{}])/gs)) {
    if (field === undefined) source += (other ?? '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    else {
      const pattern = FIELDS[field]
      if (!pattern) return `has the unknown field {${field}}: there are {${Object.keys(FIELDS).join('}, {')}}`
      if (used.has(field)) return `has {${field}} twice`
      used.add(field)
      source += pattern
    }
  }
  const dated = (used.has('yyyy') || used.has('yy')) && used.has('MM') && used.has('dd')
  if (!used.has('unix') && !dated) return 'names no date: write for example "app-{yyyy}-{MM}-{dd}_{HH}{mm}", or {unix}'
  // the format may be a part of the name, but its digits not a part of longer digits
  const expression = new RegExp(
    `${format.startsWith('{') ? '(?<!\\d)' : ''}${source}${format.endsWith('}') ? '(?!\\d)' : ''}`,
  )
  const days = new Map<string, Instant | null>()
  return {
    read(path, timeZone) {
      // a date in a folder's name is not one in the file's
      const found = expression.exec(format.includes('/') ? path : basename(path))
      if (!found) return null
      const key = `${found[0]}\0${timeZone}`
      const known = days.get(key)
      if (known !== undefined) return known
      const at = timeOf(found.groups ?? {}, timeZone)
      if (days.size >= 1000) days.clear()
      days.set(key, at)
      return at
    },
  }
}

function timeOf(groups: Record<string, string | undefined>, timeZone: string): Instant | null {
  if (groups.unix !== undefined) return parseEpochSeconds(groups.unix)
  const number = (name: string) => Number(groups[name] ?? 0)
  const year = groups.year === undefined ? 2000 + number('shortYear') : number('year')
  const [month, day, hour, minute, second] = [
    number('month'),
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  ]
  return instantOf({ year, month, day, hour, minute, second }, { timeZone })
}
