import type { Instant } from './instant.ts'

/** A restore test of one service, as it went. */
export interface ServiceDrill {
  service: string
  at: Instant
  by: string
  /** How far it came. failed: nothing usable came back; restored: data came back; verified: and was found right. */
  outcome: 'failed' | 'restored' | 'verified'
  /** Recovery time and point actual, in milliseconds: how long it took, and how much of the newest data was lost. */
  rtaMs: number | null
  rpaMs: number | null
  /** What was found wrong with the procedure. */
  gaps: readonly string[]
}
