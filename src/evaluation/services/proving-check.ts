import type { Check } from '../../domain/check.ts'
import type { PointSummary } from '../../domain/facts.ts'

/** A check with all that is known of what it proves. */
export interface ProvingCheck {
  check: Check
  /** Its own and its source's. */
  tags: Readonly<Record<string, string>>
  /** Good points, newest first; null: they were not read. */
  points: readonly PointSummary[] | null
}
