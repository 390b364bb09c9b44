import type { CheckSubject } from './facts.ts'
import type { Instant } from './instant.ts'
import type { Json } from './json.ts'
import type { Severity } from './severity.ts'
import type { CheckStatus } from './status.ts'

/** A check as it was last judged. */
export interface Judgement {
  status: CheckStatus
  severity: Severity | null
  reason: string
  /** When this status began. */
  since: Instant
  /** Milliseconds; for schedules the time from the newest point to its deadline. Null: there is no point to count from. */
  thresholdMs: number | null
  thresholdFrom: string
  /** When the newest good point passes its threshold. */
  deadlineAt: Instant | null
  changesAt: Instant | null
  owner: string | null
  tier: number | null
  services: readonly string[]
}

export interface Check extends CheckSubject {
  judgement: Judgement
  lastLookAt: Instant
  /** What the source keeps for itself of this check: JSON (the run ids of a heartbeat). */
  memory: Json
  retiredAt: Instant | null
}
