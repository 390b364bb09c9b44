import type { z } from 'zod'
import type { Instant } from '../domain/instant.ts'
import type { Observation } from '../domain/observation.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { Scope } from '../domain/scope.ts'
import type { Log } from '../lib/log.ts'
import type { Secret } from '../lib/secret.ts'

/** One permission that a source uses, and what for; `action` is in the vendor's own words ("s3:ListBucket"). */
export interface Permission {
  action: string
  resource: string
  why: string
}

export interface ScanContext {
  now: Instant
  /** Aborts at the time limit and when a person cancels: stop at once, leave no child process. */
  signal: AbortSignal
  log: Log
  /** The directory that the configuration's relative paths start from. */
  directory: string
  /** What this scope's last complete scan kept for itself: JSON, at most a few KB, may be null at any time. */
  memory: unknown
  /** Keeps something for the next scan of this scope; written only if the scan completes. */
  remember(memory: unknown): void
}

/** What a check's own configuration says of its threshold; the more specific `from` has won inside the source already. */
export interface ThresholdSetting {
  max_age?: number | undefined
  expected_frequency_hours?: number | undefined
  schedule?: string | undefined
  time_zone?: string | undefined
  grace?: number | undefined
  warn_at?: number | undefined
}

/** A dead-man's switch of somebody else's that hears of one check after each look. */
export interface OutgoingPing {
  format: 'kuma' | 'healthchecks'
  url: Secret
}

/** A place whose backups are read by looking: its scopes are known from the configuration, each is scanned on its own. */
export interface PullSource<C = unknown> {
  type: string
  /** What `max_age` is when nobody says anything, in milliseconds. */
  defaultMaxAgeMs: number
  /** How often a scope is looked at unless `every` says otherwise, in milliseconds. */
  defaultEveryMs: number
  config: z.ZodType<C>
  /** Scopes that this configuration declares: "SOURCE/NAME". `name` is the source's key in the configuration. */
  scopes(name: string, config: C): Scope[]
  /** The threshold that the source's own configuration gives for one check, and the path of the setting that says so. */
  threshold?(name: string, config: C, check: CheckId): { setting: ThresholdSetting; from: string } | null
  /** Where the outcome of one check is reported after each look (Uptime Kuma push, Healthchecks ping). */
  push?(name: string, config: C, check: CheckId): OutgoingPing | null
  permissions(config: C): Permission[]
  /**
   * Reads one scope. Expected trouble is a `scope-failed` observation, not an exception; an exception is our bug
   * (fault kind "internal"). Memory must not grow with recovery points.
   */
  scan(scope: Scope, config: C, context: ScanContext): AsyncIterable<Observation>
}

/** A place that reports by itself (heartbeats): its checks are declared by the configuration or by the first report. */
export interface PushSource<C = unknown> {
  type: string
  config: z.ZodType<C>
  permissions(config: C): Permission[]
}
