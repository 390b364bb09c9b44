import { CONDITION_TYPES } from './condition.ts'
import type { Instant } from './instant.ts'
import type { CheckId } from './recovery-point.ts'
import type { RuleId } from './rule-id.ts'
import type { Severity } from './severity.ts'

export const INCIDENT_TYPES = [
  'BACKUP_DUE',
  'BACKUP_STALE',
  'BACKUP_MISSING',
  'BACKUP_FAILED',
  'CHECK_ERROR',
  'POINT_IN_FUTURE',
  ...CONDITION_TYPES,
] as const
export type IncidentType = (typeof INCIDENT_TYPES)[number]

export const INCIDENT_STATES = ['open', 'acknowledged', 'resolved'] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

/** One trouble of one subject, from its first sight to its end. At most one is unresolved per subject and type. */
export interface Incident {
  id: string
  subject: CheckId
  rule: RuleId
  type: IncidentType
  severity: Severity
  /** Every severity that it has had: who was told of one also hears how it ends. */
  severities: readonly Severity[]
  state: IncidentState
  reason: string
  openedAt: Instant
  acknowledgedAt: Instant | null
  acknowledgedBy: string | null
  resolvedAt: Instant | null
  /** A person's name, or "recovery", "superseded", "retired". */
  resolvedBy: string | null
}

/**
 * opened; escalated and eased: the severity changed; acknowledged; resolved: recovered or closed by hand;
 * superseded: another incident of the same subject tells it better now (nobody is told twice); reminder: still unresolved;
 * note: a person's words.
 */
export const EVENT_KINDS = [
  'opened',
  'escalated',
  'eased',
  'acknowledged',
  'resolved',
  'superseded',
  'reminder',
  'note',
] as const
export type IncidentEventKind = (typeof EVENT_KINDS)[number]

export interface IncidentEvent {
  id: string
  incident: string
  kind: IncidentEventKind
  at: Instant
  severity: Severity
  reason: string
  /** Who did it; null: Backproof. */
  by: string | null
}
