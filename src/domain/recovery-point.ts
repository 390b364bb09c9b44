import type { Instant } from './instant.ts'

export type CheckId = string

/**
 * complete: whole and usable. pending: still being made. failed: its making failed, which counts as a failed job.
 * implausible: there, but it can't be right (empty, under min_size, a wrong checksum). Only complete ones are good.
 */
export type PointState = 'complete' | 'pending' | 'failed' | 'implausible'

/** One thing that could be restored: a snapshot, an archive, a dump, a heartbeat's success. */
export interface RecoveryPoint {
  check: CheckId
  /** Unique within its check. */
  id: string
  /** The time up to which data can be recovered: ages are counted from here, not from the job's end. */
  recoverableTo: Instant
  completedAt: Instant | null
  sizeBytes: number | null
  state: PointState
  /** Why it is not complete, in a short sentence; null when it is. */
  problem: string | null
}
