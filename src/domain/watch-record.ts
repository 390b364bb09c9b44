import type { Instant } from './instant.ts'

/** From the first instant up to and excluding the second. */
export interface Span {
  from: Instant
  to: Instant
}

/** When Backproof itself was at work, oldest first: what it says of other times, nobody has seen. */
export interface WatchRecord {
  spans: readonly Span[]
  /** History before this was removed; null: none was. */
  prunedBefore: Instant | null
}
