import type { Route } from '../domain/route.ts'
import type { Service } from '../domain/service.ts'
import type { Secret } from '../lib/secret.ts'
import type { Notifier } from '../notifications/notifier.ts'
import type { OutgoingPing, PullSource, PushSource, ThresholdSetting } from '../sources/source.ts'
import type { LocatedMap } from './located.ts'
import type { Position } from './position.ts'

export type { Position } from './position.ts'

/** A setting for the checks that match: every condition given must hold; globs have * and ?. */
export interface Override extends ThresholdSetting {
  match: { check?: string; name?: string; tags?: Record<string, string> }
  owner?: string | undefined
  /** The path of this override: "sources.prod.overrides[2]". */
  from: string
}

export interface ConfiguredSource {
  name: string
  type: string
  source: PullSource | PushSource
  /** Validated by the source's own schema. */
  config: unknown
  /** How often each of its scopes is looked at, in milliseconds. */
  everyMs: number
  /** Time limit of one look at one scope, in milliseconds. */
  timeoutMs: number
  threshold: ThresholdSetting
  overrides: Override[]
  owner: string | null
  tags: Record<string, string>
  at: Position
}

export interface ConfiguredService extends Service {
  at: Position
}

export interface ConfiguredChannel {
  name: string
  type: string
  notifier: Notifier
  config: unknown
  /** Time limit of one attempt, in milliseconds. */
  timeoutMs: number
  at: Position
}

/** What was read, whether it is good or not. */
export interface ReadFiles {
  /** Where a change can make a difference: the directories of the files and of the patterns of include. */
  directories: string[]
  /** Changes whenever the text of a file does. */
  digest: string
  /** All files merged, as they are written; null: there was nothing that could be used. */
  root?: LocatedMap | null
}

/** file: nothing. safe: what neither runs a program nor reads a secret of this machine. all: what the file can say. */
export const SETTINGS_MODES = ['file', 'safe', 'all'] as const
export type SettingsMode = (typeof SETTINGS_MODES)[number]

export interface Config {
  /** The file it comes from, and the directory that relative paths start from. */
  path: string
  directory: string
  /** All files that were read, for people. */
  files: string[]
  /** What a watch of it needs; absent: it was not read from files. */
  read?: ReadFiles
  database: { url: Secret | null }
  server: {
    host: string
    port: number
    /** The dashboard's address as people reach it, for links in messages. */
    baseUrl: string | null
    auth: { password: Secret | null; passwordHash: Secret | null; tokens: { name: string; token: Secret }[] } | null
    /** Bytes of a ping's body that are kept. */
    pingBodyLimit: number
    /** What can be made in the dashboard and by the API; `safe` where nothing is said. */
    settings?: SettingsMode
  }
  /** Scans at the same time in this process. */
  concurrency: number
  errorGrace: number
  defaults: ThresholdSetting
  /** How often sources are looked at that don't say it themselves, in milliseconds; null: as their kind does. */
  defaultEveryMs?: number | null
  sources: ConfiguredSource[]
  services: ConfiguredService[]
  channels: ConfiguredChannel[]
  /** Empty: everything goes to all channels. */
  routes: Route[]
  /** Dead-man's switches that hear of each healthy cycle of Backproof itself. */
  watchdog: OutgoingPing[]
  /** How long its own history is kept, in milliseconds. */
  keepHistoryMs: number
  /** What evidence is signed with (null: a key of the data directory), and how long it is kept (null: for ever). */
  evidence: { key: Secret | null; keepMs: number | null }
}
