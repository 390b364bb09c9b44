/** How many days can be asked for with their own value of a filter, at most. */
const MOST_DAYS = 15
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

export interface Window {
  /** Epoch milliseconds: what was started since is listed. */
  since: number
  /** Values of the filter "start-time", split for asking side by side. */
  parts: string[][]
}

/**
 * The days (UTC) since `sinceMs` as wildcards of the filter start-time. Not documented by AWS for this filter, so whoever
 * asks looks whether the answer keeps to it. Tomorrow too: clocks differ. Null: too long, it is better asked otherwise.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
 */
export function windowOf(now: number, maxAgeMs: number, parts: number): Window {
  const today = Math.floor(now / DAY_MS)
  const first = Math.max(Math.floor((now - maxAgeMs) / DAY_MS), today - MOST_DAYS + 2)
  const days = Array.from({ length: today + 1 - first + 1 }, (_, index) => dayOf((first + index) * DAY_MS))
  const size = Math.ceil(days.length / parts)
  const split = Array.from({ length: Math.ceil(days.length / size) }, (_, n) => days.slice(n * size, (n + 1) * size))
  return { since: first * DAY_MS, parts: split }
}

const dayOf = (at: number) => `${new Date(at).toISOString().slice(0, 10)}*`

/** The hours (UTC) from one instant to another, as wildcards of the filters start-time and create-time. */
export function hoursOf(from: number, to: number): string[] {
  const first = Math.floor(from / HOUR_MS)
  const count = Math.floor(to / HOUR_MS) - first + 1
  return Array.from({ length: count }, (_, n) => `${new Date((first + n) * HOUR_MS).toISOString().slice(0, 13)}*`)
}

/** Whether an instant is one of those that the values ask for. */
export function isWithin(at: number, values: readonly string[]): boolean {
  const iso = new Date(at).toISOString()
  return values.some((value) => iso.startsWith(value.slice(0, -1)))
}
