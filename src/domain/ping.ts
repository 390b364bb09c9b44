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

/** A report of a job, as the receiver understood the request. */
export interface PingReport {
  /** By uuid, by project key and slug, or by Uptime Kuma's push token. */
  to: { uuid: string } | { key: string; slug: string; create: boolean } | { token: string }
  kind: PingKind
  runId: string | null
  exitStatus: number | null
  body: string | null
  remote: string | null
}

/** A request to /ping/... or /api/push/..., as plain data; `url` is the path with its query, as it came in. */
export interface PingRequest {
  method: string
  url: string
  /** The first bytes of it, as text; null: there was none. */
  body: string | null
  remote: string | null
}

export interface PingReply {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

/** recorded: durable. unknown: no such heartbeat. ambiguous: several have this slug. */
export type PingOutcome = { outcome: 'recorded' | 'created' | 'unknown' | 'ambiguous' }
