import type { Severity } from './severity.ts'

/** When a backup is expected: every so often, by cron in a time zone, or by a systemd calendar expression. */
export type Schedule =
  | { kind: 'interval'; everyMs: number }
  | { kind: 'cron'; expression: string; timeZone: string }
  | { kind: 'calendar'; expression: string; timeZone: string }

/** Good until: recoverableTo + maxAgeMs, or the schedule's next run after recoverableTo + graceMs. */
export type Threshold = { kind: 'age'; maxAgeMs: number } | { kind: 'schedule'; schedule: Schedule; graceMs: number }

/** When a backup is due as the place that makes it has it: the schedule of a plan. */
export interface Expectation {
  threshold: Threshold
  /** What says so, for people: "the backup plan daily". */
  from: string
}

/** What is asked of one check, worked out from the configuration: the most specific setting has won. */
export interface Policy {
  threshold: Threshold
  /** The configuration's path of the setting that won: "sources.fleet.repositories.web-server.max_age". */
  thresholdFrom: string
  /** Part of the threshold (0..1) after which an ok check is due; null: never. */
  warnAt: number | null
  /** Failed looks in a row before CHECK_ERROR is opened. */
  errorGrace: number
  /** A new resource is not missing before bornAt + this; null: the threshold itself. */
  newResourceGraceMs: number | null
  /** 1 is the gravest; from the services that the check backs. */
  tier: number | null
  owner: string | null
  services: readonly string[]
  tags: Readonly<Record<string, string>>
  /** Overrides the severity of what is found; null: as the rules have it. */
  severity: Severity | null
}
