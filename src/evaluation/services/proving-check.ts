import type { Check } from '../../domain/check.ts'
import type { PointSummary } from '../../domain/facts.ts'
import type { Instant } from '../../domain/instant.ts'

/** What a store says of itself: until when nobody can delete what is in it. */
export interface Immutability {
  /** "object lock, compliance", "vault lock", "append-only": in the vendor's words. */
  how: string
  /** Null: for as long as it is. */
  until: Instant | null
  seenAt: Instant
}

/** A check with all that is known of what it proves. */
export interface ProvingCheck {
  check: Check
  /** Its own and its source's. */
  tags: Readonly<Record<string, string>>
  /** Null: no source has seen any. */
  immutability: Immutability | null
  /** Good points, newest first; null: they were not read. */
  points: readonly PointSummary[] | null
}
