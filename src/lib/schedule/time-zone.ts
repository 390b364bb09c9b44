const MAX_ZONES = 1000
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  // throws RangeError when the zone is unknown
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  if (formats.size >= MAX_ZONES) formats.clear()
  formats.set(timeZone, format)
  return format
}

/** Whether it is a zone of the IANA database. Plain offsets ("+01:00") are not: they know no daylight saving time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9+_/-]*$/.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** A sentence that says that it is unknown, with the zone that was probably meant. */
export function unknownTimeZone(name: string): string {
  const wanted = name.toLowerCase().replaceAll(' ', '_')
  const city = wanted.slice(wanted.lastIndexOf('/') + 1)
  let best = { zone: '', distance: 4 }
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const lower = zone.toLowerCase()
    const zoneCity = lower.slice(lower.lastIndexOf('/') + 1)
    const distance = zoneCity === city ? 0 : Math.min(editDistance(lower, wanted), editDistance(zoneCity, city) + 1)
    if (distance < best.distance) best = { zone, distance }
  }
  const hint = best.zone
    ? `did you mean ${best.zone}?`
    : 'write a name of the IANA database, such as Europe/Berlin or UTC'
  return `"${name.slice(0, 60)}" is no time zone that is known here: ${hint}`
}

function editDistance(a: string, b: string): number {
  // what differs by more than this is no typing error; it also bounds the work on hostile lengths
  if (Math.abs(a.length - b.length) > 3) return 9
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++)
      next.push(Math.min((row[j] ?? 0) + (a[i] === b[j] ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    row = next
  }
  return row[b.length] ?? 9
}

/** What the clocks of the zone show at `atMs`, as if it were UTC: in whole seconds, rounded down. */
export function wallTime(atMs: number, timeZone: string): number {
  const field: Record<string, number> = {}
  for (const part of formatOf(timeZone).formatToParts(atMs)) field[part.type] = Number(part.value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * Reads the clocks of one day, whose midnight is `dayMs` as if it were UTC: gives the instant at which they first show a
 * wall time of that day (the first pass of a repeated hour), or null where they never show it, since they are put forward
 * over it.
 */
export function clocksOfDay(dayMs: number, timeZone: string): (wallMs: number) => number | null {
  const offsetAt = (at: number) => wallTime(at, timeZone) - at
  // no zone is more than 15 h from UTC, and none changes its clocks twice within three days
  let [low, high] = [dayMs - 86_400_000, dayMs + 2 * 86_400_000]
  const [before, after] = [offsetAt(low), offsetAt(high)]
  if (before === after) return (wallMs) => wallMs - before
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000
    if (offsetAt(middle) === before) low = middle
    else high = middle
  }
  return (wallMs) => {
    if (wallMs - before < high) return wallMs - before
    return wallMs - after >= high ? wallMs - after : null
  }
}
