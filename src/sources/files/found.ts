import type { Instant } from '../../domain/instant.ts'
import type { PointState } from '../../domain/recovery-point.ts'

/** A recovery point of files, before it is told as one of its check. */
export interface Found {
  /** A path relative to the folder; of a stamp, its time. */
  id: string
  recoverableTo: Instant
  completedAt: Instant | null
  sizeBytes: number | null
  state: PointState
  problem: string | null
}

export interface FilesLook {
  points: Found[]
  /** Whether `points` are all that there are. */
  all: boolean
  memory?: unknown
}
