import type { Condition } from './condition.ts'
import type { Immutability } from './immutability.ts'
import type { Instant } from './instant.ts'
import type { CheckType } from './observation.ts'
import type { Expectation } from './policy.ts'
import type { ProtectedResource } from './protected-resource.ts'
import type { CheckId } from './recovery-point.ts'
import type { SourceFault } from './source-fault.ts'

export interface PointSummary {
  id: string
  recoverableTo: Instant
  sizeBytes: number | null
}

/** What is known of a check from what was observed: no judgement in here. */
export interface CheckFacts {
  newestGood: PointSummary | null
  /** The newest point that is dated in the future beyond the skew that is tolerated. */
  newestFuture: PointSummary | null
  /** The newest point that is not good, and why. */
  newestRejected: { at: Instant; reason: string } | null
  /** `isOfStart`: `at` is when the job began, and nobody says when it ended. */
  newestFailure: { at: Instant; reason: string; isOfStart?: true } | null
  running: { since: Instant; overdueAt: Instant | null } | null
  /** Good points that were seen in the last whole look. */
  pointCount: number
  /** Order-free digest of all points seen: unchanged digest, unchanged points. */
  pointDigest: string
}

export const NO_FACTS: CheckFacts = {
  newestGood: null,
  newestFuture: null,
  newestRejected: null,
  newestFailure: null,
  running: null,
  pointCount: 0,
  pointDigest: '0',
}

/** How the last look at the check's scope went. */
export type Look = { outcome: 'complete' } | { outcome: 'failed'; fault: SourceFault; tries: number }

/** One check with what is known of it: what the rules judge. */
export interface CheckSubject {
  id: CheckId
  source: string
  scope: string
  type: CheckType
  resource: ProtectedResource
  detail: string | null
  bornAt: Instant | null
  firstSeenAt: Instant
  facts: CheckFacts
  look: Look
  /** As the last complete look had them; absent: its source says nothing of the kind. */
  conditions?: readonly Condition[] | undefined
  /** Absent: no source has seen any. */
  immutability?: Immutability | undefined
  /** Absent: its source knows of no schedule. */
  expects?: Expectation | undefined
  paused: Pause | null
}

export interface Pause {
  until: Instant
  by: string
  reason: string | null
}
