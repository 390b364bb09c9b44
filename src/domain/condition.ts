import type { Json } from './json.ts'
import type { Severity } from './severity.ts'

/**
 * What can be wrong with how a backup is kept, whatever its recovery points are like. Each is also the type of the incident
 * that it opens.
 * NOTIFICATIONS_MISSING: nobody would hear of a failed job. DELETION_ALLOWED: too many may delete it. LOCK_MISSING: it was to
 * be locked, and is not. KEY_UNUSABLE: what is encrypted with its key can't be read, or not for long. COPY_FAILED: it was to be
 * copied to another place too, and the last copy there failed. MOMENTS_DIFFER: what may belong together was not taken at one
 * moment. PLAN_SELECTS_NOTHING: a plan backs up nothing that exists. PLAN_TARGET_GONE: where it puts backups or copies is not
 * there. PLAN_RETENTION: it keeps them for a time that can't work. UNPROTECTED: there are resources that no plan backs up.
 */
export const CONDITION_TYPES = [
  'NOTIFICATIONS_MISSING',
  'DELETION_ALLOWED',
  'LOCK_MISSING',
  'KEY_UNUSABLE',
  'COPY_FAILED',
  'MOMENTS_DIFFER',
  'PLAN_SELECTS_NOTHING',
  'PLAN_TARGET_GONE',
  'PLAN_RETENTION',
  'UNPROTECTED',
] as const
export type ConditionType = (typeof CONDITION_TYPES)[number]

/** What a source says of one such thing. A check has at most one of a type. */
export interface Condition {
  type: ConditionType
  /** unknown: it could not be seen, so nothing that was found before is taken back. */
  outcome: 'pass' | 'fail' | 'unknown'
  /** Of the incident, should it fail. */
  severity: Severity
  /** A sentence for people. */
  reason: string
  advice: string | null
  evidence?: Readonly<Record<string, Json>>
}
