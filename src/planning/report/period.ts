import { type Instant, plus, toIso } from '../../domain/instant.ts'
import type { Span } from '../../domain/watch-record.ts'

const DAY_MS = 86_400_000
const USUAL_MS = 30 * DAY_MS
const LONGEST_MS = 3_660 * DAY_MS

export interface PeriodAsked {
  from?: Instant | undefined
  to?: Instant | undefined
  /** Milliseconds before the end, in place of a start. */
  lastMs?: number | undefined
}

/** The period that is asked for, the last 30 days where nothing is said; a sentence where there can be none. */
export function periodOf({ from, to, lastMs }: PeriodAsked, now: Instant): Span | string {
  if (from !== undefined && lastMs !== undefined)
    return 'Give either where the period begins or how long it is, not both.'
  const end = to ?? now
  const start = from ?? plus(end, -(lastMs ?? USUAL_MS))
  if (start >= end) return `The period ends at ${toIso(end)}, before it begins at ${toIso(start)}.`
  if (start >= now) return `The period begins at ${toIso(start)}: nothing of it has happened yet.`
  if (end - start > LONGEST_MS) return 'A period can be ten years at most.'
  return { from: start, to: end }
}
