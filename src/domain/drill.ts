import type { Instant } from './instant.ts'
import type { CheckId } from './recovery-point.ts'

/** failed: nothing usable came back; restored: data came back; verified: and was found right. */
export const DRILL_OUTCOMES = ['failed', 'restored', 'verified'] as const
export type DrillOutcome = (typeof DRILL_OUTCOMES)[number]

/** hand: a person did it and wrote it down. source: a place that we read reports it (a restore job of AWS Backup). backproof: we did it. */
export const DRILL_ORIGINS = ['hand', 'source', 'backproof'] as const
export type DrillOrigin = (typeof DRILL_ORIGINS)[number]

/** A part of a drill that was timed: "locate", "transfer", "restore", "start", "validate". */
export interface DrillPhase {
  name: string
  /** Null: only its duration was written down. */
  startedAt: Instant | null
  tookMs: number
}

/**
 * A restore that was tried, as it went: evidence, so a record is never changed. A mistake in it is corrected by another
 * record that replaces it, or it is withdrawn.
 */
export interface Drill {
  id: string
  /** The service that was brought back as a whole; null: it was a drill of `check` alone. */
  service: string | null
  /** The check whose recovery point was restored; null: nobody says. One of the two is always told. */
  check: CheckId | null
  /** When it began. */
  at: Instant
  by: string
  origin: DrillOrigin
  outcome: DrillOutcome
  phases: readonly DrillPhase[]
  /** Recovery time and point actual, in milliseconds: how long it took, and how much of the newest data was lost. */
  rtaMs: number | null
  rpaMs: number | null
  /** What was looked at to find the data right: "row counts". */
  checked: readonly string[]
  /** What was found wrong with the procedure. */
  gaps: readonly string[]
  note: string | null
  recordedAt: Instant
  recordedBy: string
  /** The record that this one corrects. */
  replaces: string | null
  /** What the source calls it ("prod-aws:4F5C..."), so that it is kept once however often it is seen; null: no source told it. */
  reference: string | null
}

/** A drill as it is kept, with what became of its record. */
export interface DrillRecord extends Drill {
  /** It does not count any more; null: it stands. */
  ended: DrillEnd | null
}

export interface DrillEnd {
  at: Instant
  by: string
  reason: string
  /** The record that stands in its place; null: it was withdrawn. */
  replacedBy: string | null
}
