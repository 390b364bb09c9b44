import type { Config, Position, SettingsMode } from '../config/config.ts'
import type { Problem } from '../config/problem.ts'
import type { Check } from '../domain/check.ts'
import type { Incident } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import type { HookRequest, NewsOutcome, RefusedNews } from '../domain/news.ts'
import type { Delivery } from '../domain/notification.ts'
import type { PingOutcome, PingReply, PingReport, PingRequest } from '../domain/ping.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { ScopeId } from '../domain/scope.ts'
import type { SettingKind } from '../domain/setting-kind.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../store/store.ts'
import type { DrillInput, DrillRecorded, DrillWithdrawn } from '../tasks/record-drill.ts'
import type { Survey } from '../tasks/survey.ts'

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
  recordDrill(drill: DrillInput, by: string): Promise<DrillRecorded>
  withdrawDrill(id: string, by: string, reason: string): Promise<DrillWithdrawn>
}

/** Takes what others say has happened, and has it looked into: src/tasks/news-desk.ts. */
export interface NewsReceiver {
  /** Durable when it answers. */
  post(request: HookRequest): Promise<NewsOutcome>
  /** Notes a message that was not judged at all. */
  refuse(source: string, refusal: Omit<RefusedNews, 'at'>): void
  /** The last messages to a source that were not taken, newest first. */
  refused(source: string): readonly RefusedNews[]
  /** Why news of a source can't be fetched from their queue; null: they can, or there is none. */
  trouble(source: string): string | null
}

/** An entry of the configuration, wherever it comes from; its secrets are masked. */
export interface SettingView {
  kind: SettingKind
  name: string
  type: string | null
  yaml: string
  at: Position
  /** By whom and when it was made in the dashboard; null: it is the file's, or only tried. */
  made: { createdAt: Instant; updatedAt: Instant; updatedBy: string } | null
  /** Why it is left out; empty: it is in force. */
  problems: readonly Problem[]
}

export interface SettingsView {
  mode: SettingsMode
  /** The kinds that can be made here. */
  types: { source: string[]; channel: string[] }
  items: SettingView[]
}

/** in-file: that one is the file's, where it stands. file-only: nothing can be made here. needed: others refer to it. */
export type SettingOutcome =
  | { outcome: 'saved' | 'valid' | 'removed'; setting: SettingView }
  | { outcome: 'refused'; problems: readonly Problem[] }
  | { outcome: 'in-file'; at: string }
  | { outcome: 'file-only' | 'unknown' }
  | { outcome: 'needed'; by: readonly string[] }

/** The parts of the configuration that can be made here. What is changed is in force when it answers. */
export interface SettingsOperations {
  list(): SettingsView
  /** With `by` null it is only tried. */
  save(kind: SettingKind, name: string, yaml: string, by: string | null): Promise<SettingOutcome>
  remove(kind: SettingKind, name: string, by: string): Promise<SettingOutcome>
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
  settings: SettingsOperations
  pings: PingProtocol
  /** All services as they stand, at most some seconds old. */
  estate(): Promise<Survey>
  news: NewsReceiver
  health(): Promise<Health>
  version: string
  /** What commands of this machine show, which read it beside the database; null: none are let in so. */
  commandKey: string | null
  /** The folder of the built dashboard; null: none was built. */
  webRoot: string | null
}
