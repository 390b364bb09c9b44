declare const brand: unique symbol

/** Epoch milliseconds, UTC. Stored as an integer, shown as ISO 8601. */
export type Instant = number & { readonly [brand]: 'Instant' }

/** Takes epoch milliseconds as an Instant; throws RangeError on NaN and infinities. */
export function instant(epochMs: number): Instant {
  if (!Number.isFinite(epochMs)) throw new RangeError(`not an instant: ${epochMs}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a number becomes an instant
  return Math.trunc(epochMs) as Instant
}

/** Parses ISO 8601 / RFC 3339 (with nanoseconds cut to milliseconds); null when it is no date. */
export function parseInstant(text: string): Instant | null {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : instant(ms)
}

/** "2026-11-20T12:00:00Z": milliseconds only where there are any. */
export function toIso(at: Instant): string {
  const day = Math.floor(at / DAY_MS)
  // every check that is judged comes through here, and most instants of a look are of few days
  if (day !== lastDay) {
    lastDate = new Date(day * DAY_MS).toISOString().slice(0, -13)
    lastDay = day
  }
  const ms = at - day * DAY_MS
  const rest = ms % 1000
  const seconds = (ms - rest) / 1000
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return rest === 0 ? `${lastDate}${time}Z` : `${lastDate}${time}.${String(rest).padStart(3, '0')}Z`
}

const DAY_MS = 86_400_000
let lastDay = Number.NaN
/** "2026-11-20T". */
let lastDate = ''
const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))
const two = (n: number): string => TWO[n] ?? ''

/** `at` moved by a signed number of milliseconds. */
export function plus(at: Instant, ms: number): Instant {
  return instant(at + ms)
}
