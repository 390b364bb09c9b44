import { z } from 'zod'
import type { Instant } from '../domain/instant.ts'
import type { HookRequest, Reception } from '../domain/news.ts'
import type { CheckType, Observation, ObservedCheck } from '../domain/observation.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { Scope, ScopeId } from '../domain/scope.ts'
import type { UnsafeSetting } from '../domain/unsafe-setting.ts'
import type { Upkeep } from '../domain/upkeep.ts'
import type { Waste } from '../domain/waste.ts'
import { duration, fraction, text, timeZone } from '../lib/fields.ts'
import type { Log } from '../lib/log.ts'
import { parseSchedule } from '../lib/schedule/index.ts'
import type { Secret } from '../lib/secret.ts'

/** One permission that a source uses, and what for; `action` is in the vendor's own words ("s3:ListBucket"). */
export interface Permission {
  action: string
  resource: string
  why: string
  /** Not of the role itself, but of whoever takes it on: `resource` is the role. */
  isOfCaller?: boolean
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
  new_resource_grace?: number | undefined
}

/** The name of a scope: a part of its id, and of its checks'. */
export const scopeName = () =>
  z
    .string()
    .regex(
      /^[^\s/\p{C}](?:[^/\p{C}]{0,126}[^\s/\p{C}])?$/u,
      'not a name: at most 128 characters, without slashes and line breaks',
    )

/** The settings of ThresholdSetting as a person writes them, for the schema of whatever stands for one check. */
export const thresholdFields = {
  max_age: duration().optional().describe('How old the newest good recovery point may be'),
  expected_frequency_hours: z
    .number()
    .positive()
    .max(87_600)
    .optional()
    .describe('A backup is expected every so many hours: max_age for those who think in frequencies'),
  schedule: text()
    .superRefine((value, context) => {
      const schedule = parseSchedule(value, 'UTC')
      if ('error' in schedule) context.addIssue({ code: 'custom', message: schedule.error })
    })
    .optional()
    .describe('When a backup is expected: "every 6h", cron ("30 2 * * *") or a systemd calendar expression'),
  time_zone: timeZone().optional().describe('The time zone of the schedule; UTC where none is given'),
  grace: duration().optional().describe('How late a backup may be; 1h for schedules where none is given'),
  warn_at: fraction().optional().describe('Part of the threshold after which a check is "due": 80%'),
  new_resource_grace: duration()
    .optional()
    .describe('How long a new resource may be without a backup before it is missing; its threshold'),
}

const DECIDING = ['schedule', 'max_age', 'expected_frequency_hours', 'warn_at', 'grace', 'new_resource_grace'] as const

/** The part of `settings` that is about the threshold, with the path of the setting that decides; null: it says nothing. */
export function thresholdOf(
  settings: ThresholdSetting,
  path: string,
): { setting: ThresholdSetting; from: string } | null {
  const { max_age, expected_frequency_hours, schedule, time_zone, grace, warn_at, new_resource_grace } = settings
  const setting = { max_age, expected_frequency_hours, schedule, time_zone, grace, warn_at, new_resource_grace }
  const deciding = DECIDING.find((key) => setting[key] !== undefined)
  return deciding ? { setting, from: `${path}.${deciding}` } : null
}

/** A dead-man's switch of somebody else's that hears of one check after each look. */
export interface OutgoingPing {
  format: 'kuma' | 'healthchecks'
  url: Secret
}

/** Uptime Kuma where the path is that of its push monitors, else a Healthchecks ping URL. */
export function outgoingPing(url: Secret | undefined): OutgoingPing | null {
  if (!url) return null
  return { format: url.reveal().includes('/api/push/') ? 'kuma' : 'healthchecks', url }
}

/** What the last complete look at a scope has remembered; null: nothing. */
export type ScopeMemories = (scope: ScopeId) => unknown

/** One message that was fetched from a queue. */
export interface QueuedNews {
  /** What it is removed by. */
  receipt: string
  /** How often it was handed out, this time included. */
  tries: number
  reception: Reception
}

/** Where a source fetches news from by itself. Trouble is an error whose message is for people. */
export interface NewsQueue {
  /** What is looked at when trouble with the queue begins and ends: its look tells people. */
  scope: ScopeId
  /** Waits for some, and gives what there is; nothing after some seconds without any. Ends at once when the signal aborts. */
  receive(signal: AbortSignal): Promise<QueuedNews[]>
  remove(receipts: readonly string[], signal: AbortSignal): Promise<void>
  close(): void
}

/** A place whose backups are read by looking: its scopes are known from the configuration, each is scanned on its own. */
export interface PullSource<C = unknown> {
  type: string
  /** The type of its checks, where that is always the same and not its own. */
  checkType?: string
  /** What `max_age` is when nobody says anything, in milliseconds. */
  defaultMaxAgeMs: number
  /** The same for types of checks of which something else is usual. */
  defaultMaxAgeByType?: Readonly<Record<CheckType, number>>
  /** How often a scope is looked at unless `every` says otherwise, in milliseconds. */
  defaultEveryMs: number
  config: z.ZodType<C>
  /**
   * Scopes that this configuration declares: "SOURCE/NAME". `name` is the source's key in the configuration. Where only
   * the place itself can tell (all regions), some scopes are there to find the others out: what their last complete look
   * has remembered is in `memories`, and without it they stand alone.
   */
  scopes(name: string, config: C, memories?: ScopeMemories): Scope[]
  /** Whether what a look at this scope remembers decides which scopes there are. */
  discovers?(scope: Scope): boolean
  /**
   * The threshold that the source's own configuration gives for one check, and the path of the setting that says so.
   * `general`: it says so of more than this one check, so that an override goes before it; by the path where it is absent.
   */
  threshold?(
    name: string,
    config: C,
    check: CheckId,
  ): { setting: ThresholdSetting; from: string; general?: boolean } | null
  /** Where the outcome of one check is reported after each look (Uptime Kuma push, Healthchecks ping). */
  push?(name: string, config: C, check: CheckId): OutgoingPing | null
  /**
   * Other programs' configuration files that this source accepts, by the program's name: each is turned, as parsed, to
   * this source's own configuration, still to be validated by its schema. Throws an Error with words for people.
   */
  importers?: Record<string, (document: unknown) => unknown>
  /**
   * What of this configuration only the file may say. A kind that does not declare it can't be made in the dashboard or by
   * the API at all.
   */
  unsafe?(config: C): UnsafeSetting[]
  /**
   * Judges what was posted to /hooks/KIND/SOURCE: whether it is genuine, and which scopes are to be looked at for it. Anybody can
   * post there, so it is authenticated here. Null: this configuration takes nothing of the kind.
   */
  hook?(name: string, config: C, request: HookRequest): Promise<Reception> | null
  /** The queue that it fetches news from; null: this configuration has none. */
  queue?(name: string, config: C): NewsQueue | null
  permissions(config: C): Permission[]
  /** What is paid for nothing in this scope, by what its last complete look has remembered. */
  waste?(scope: Scope, config: C, memory: unknown): Waste[]
  /** How backups are kept, where the source says so by conditions. */
  upkeep?: {
    /** Of this scope, by what its last complete look has remembered; null: nothing is known. */
    of(scope: Scope, config: C, memory: unknown): Upkeep | null
    /** The types of checks of what these backups are of: whether their jobs do well says their status. */
    types: readonly CheckType[]
  }
  /**
   * Reads one scope. Expected trouble is a `scope-failed` observation, not an exception; an exception is our bug
   * (fault kind "internal"). Memory must not grow with recovery points.
   */
  scan(scope: Scope, config: C, context: ScanContext): AsyncIterable<Observation>
}

/** What a scope that was never read is shown as. */
export function typeOfChecks(source: PullSource): string {
  return source.checkType ?? source.type
}

/** A place that reports by itself (heartbeats): its checks are declared by the configuration or by the first report. */
export interface PushSource<C = unknown> {
  type: string
  /** What `max_age` is when nobody says anything, in milliseconds. */
  defaultMaxAgeMs: number
  config: z.ZodType<C>
  /** The checks that the configuration declares, before anything has reported. */
  checks(name: string, config: C): ObservedCheck[]
  /** As of a PullSource. */
  threshold?(
    name: string,
    config: C,
    check: CheckId,
  ): { setting: ThresholdSetting; from: string; general?: boolean } | null
  /** Who is told of one check, where the source's own configuration says so. */
  owner?(name: string, config: C, check: CheckId): string | null
  /** As of a PullSource. */
  push?(name: string, config: C, check: CheckId): OutgoingPing | null
  /** As of a PullSource. */
  unsafe?(config: C): UnsafeSetting[]
  permissions(config: C): Permission[]
}
