import type { Condition } from './condition.ts'
import type { DrillOutcome } from './drill.ts'
import type { Immutability } from './immutability.ts'
import type { Instant } from './instant.ts'
import type { Expectation } from './policy.ts'
import type { ProtectedResource } from './protected-resource.ts'
import type { CheckId, RecoveryPoint } from './recovery-point.ts'
import type { ScopeId } from './scope.ts'
import type { SourceFault } from './source-fault.ts'

/** "restic", "file", "s3-dump", "heartbeat", "command", "ebs-snapshot", ... */
export type CheckType = string

/** Declares a check: one protected resource and one kind of backup. Comes before the check's points. */
export interface ObservedCheck {
  kind: 'resource'
  check: CheckId
  type: CheckType
  resource: ProtectedResource
  /** When the resource came to be, where known: nothing is missing before it could have been backed up once. */
  bornAt?: Instant
  /** A sentence for people: "times are those of the listing, since the repository is read without its password". */
  detail?: string
  /** What is to be said of how it is kept. One that is told no more holds no more: what can't be seen is told as unknown. */
  conditions?: readonly Condition[]
  immutability?: Immutability
  /** When a backup is due by the place's own schedule: it holds where the configuration says nothing of this very check. */
  expects?: Expectation
}

export interface ObservedFailure {
  kind: 'job-failure'
  check: CheckId
  at: Instant
  reason: string
}

/** A job that has begun and not ended; `overdueAt` is when that becomes a failure (null: never). */
export interface ObservedRun {
  kind: 'job-running'
  check: CheckId
  since: Instant
  overdueAt: Instant | null
}

/** A restore that was tried, as the place itself reports it. Told again at each look, and kept once: by source and `id`. */
export interface ObservedDrill {
  kind: 'drill'
  /** Whose recovery point was restored; it was told before. */
  check: CheckId
  id: string
  /** When it began. */
  at: Instant
  by: string
  outcome: DrillOutcome
  rtaMs: number | null
  rpaMs: number | null
  gaps: readonly string[]
  note: string | null
}

/** What a scan sees. A scan ends with exactly one scope-complete or scope-failed. */
export type Observation =
  | ObservedCheck
  | { kind: 'recovery-point'; point: RecoveryPoint }
  | ObservedFailure
  | ObservedRun
  | ObservedDrill
  /**
   * Only this lets anything be missing or retired. `points` says whether every point of the scope was emitted
   * (then those that were known and not seen are gone) or the newest alone.
   */
  | { kind: 'scope-complete'; scope: ScopeId; points: 'all' | 'newest' }
  | { kind: 'scope-failed'; scope: ScopeId; fault: SourceFault }
