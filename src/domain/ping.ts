import type { Instant } from './instant.ts'
import type { CheckId } from './recovery-point.ts'

export const PING_KINDS = ['success', 'start', 'fail', 'log'] as const
export type PingKind = (typeof PING_KINDS)[number]

/** One report of a job, as it came in. */
export interface Ping {
  id: string
  check: CheckId
  at: Instant
  kind: PingKind
  /** Pairs a start with its end; null: the job does not say. */
  runId: string | null
  exitStatus: number | null
  /** The first bytes of the request's body, as text; hostile. */
  body: string | null
  remote: string | null
}
