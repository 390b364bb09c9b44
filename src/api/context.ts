import type { Config } from '../config/config.ts'
import type { Check } from '../domain/check.ts'
import type { Incident } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import type { Delivery } from '../domain/notification.ts'
import type { PingOutcome, PingReply, PingReport, PingRequest } from '../domain/ping.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { ScopeId } from '../domain/scope.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../store/store.ts'

export type { PingOutcome, PingReply, PingReport, PingRequest } from '../domain/ping.ts'

/** How job reports are spoken: src/sources/heartbeat has it. Pure. */
export interface PingProtocol {
  /** A report, or the answer to a request that is none. */
  parse(request: PingRequest): { report: PingReport } | { refusal: PingReply }
  reply(report: PingReport, outcome: PingOutcome['outcome'], bodyLimit: number): PingReply
}

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
