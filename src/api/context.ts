import type { Config } from '../config/config.ts'
import type { Check } from '../domain/check.ts'
import type { Incident } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import type { Delivery } from '../domain/notification.ts'
import type { PingKind } from '../domain/ping.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { ScopeId } from '../domain/scope.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../store/store.ts'

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
  /** At most `bodyLimit` bytes of it; null: there was none. */
  body: string | null
  remote: string | null
}

export interface PingReply {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

/** How job reports are spoken: src/sources/heartbeat has it. Pure. */
export interface PingProtocol {
  /** A report, or the answer to a request that is none. */
  parse(request: PingRequest): { report: PingReport } | { refusal: PingReply }
  reply(report: PingReport, outcome: PingOutcome['outcome'], bodyLimit: number): PingReply
}

/** recorded: durable. unknown: no such heartbeat. ambiguous: several have this slug. */
export type PingOutcome = { outcome: 'recorded' | 'created' | 'unknown' | 'ambiguous' }

/** What people and machines can have done. Each is one transaction, durable when it answers. */
export interface Operations {
  requestLook(which: { source?: string; scope?: ScopeId }): Promise<number>
  acknowledge(incident: string, by: string, note: string | null): Promise<Incident | null>
  resolve(incident: string, by: string, note: string | null): Promise<Incident | null>
  pause(check: CheckId, until: Instant, by: string, reason: string | null): Promise<Check | null>
  resume(check: CheckId, by: string): Promise<Check | null>
  ping(report: PingReport): Promise<PingOutcome>
  /** Queues a test message to one channel, or to all: the deliveries, by channel. */
  testChannels(channels: readonly string[] | null): Promise<Delivery[]>
  /** Puts a dead delivery back in the outbox. */
  retryDelivery(id: string): Promise<Delivery | null>
}

/** How this instance itself is doing; a part that is null is well. */
export interface Health {
  database: string | null
  scheduler: string | null
  lastCycleAt: Instant | null
  configuration: string | null
}

export interface ApiContext {
  store: Store
  /** The configuration in force: it changes on reload. */
  config(): Config
  clock: Clock
  log: Log
  operations: Operations
  pings: PingProtocol
  health(): Promise<Health>
  version: string
  /** The folder of the built dashboard; null: none was built. */
  webRoot: string | null
}
