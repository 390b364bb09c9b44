import { CONDITION_TYPES } from './condition.ts'
import type { Instant } from './instant.ts'
import type { RuleId } from './rule-id.ts'
import { SERVICE_RULES, type ServiceRuleId } from './service-rule.ts'
import type { Severity } from './severity.ts'
import type { SubjectId } from './subject.ts'

/** Of checks and sources. Each rule of services has one more: serviceIncidentType. */
export const INCIDENT_TYPES = [
  'BACKUP_DUE',
  'BACKUP_STALE',
  'BACKUP_MISSING',
  'BACKUP_FAILED',
  'CHECK_ERROR',
  'POINT_IN_FUTURE',
  ...CONDITION_TYPES,
  'SOURCE_MASS_CHANGE',
] as const
export type ServiceIncidentType = `SERVICE_${string}`
export type IncidentType = (typeof INCIDENT_TYPES)[number] | ServiceIncidentType

/** The type of the incidents that a rule of services opens: "off-site" has SERVICE_OFF_SITE. */
export function serviceIncidentType(rule: ServiceRuleId): ServiceIncidentType {
  return `SERVICE_${rule.toUpperCase().replaceAll('-', '_')}`
}

export const SERVICE_INCIDENT_TYPES: readonly ServiceIncidentType[] = SERVICE_RULES.map(serviceIncidentType)

export const INCIDENT_STATES = ['open', 'acknowledged', 'resolved'] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

/** What is known of a service or source while it is declared: who was told of its incidents hears of their end too. */
export interface SubjectFacts {
  owner: string | null
  tier: number | null
  /** The labels of a service, the tags of a source: for routes. */
  tags: Readonly<Record<string, string>>
}

/** One trouble of one subject, from its first sight to its end. At most one is unresolved per subject and type. */
export interface Incident {
  id: string
  subject: SubjectId
  rule: RuleId
  type: IncidentType
  severity: Severity
  /** Every severity that it has had: who was told of one also hears how it ends. */
  severities: readonly Severity[]
  state: IncidentState
  reason: string
  /** What to do about it; absent: the reason says it. */
  advice?: string | null
  /** Of a service or source, as it was last judged; absent: it is about a check. */
  about?: SubjectFacts
  /** When the job ended whose failure it tells of; absent: it is of no job, or nobody knows. From then it took to detect it. */
  failedAt?: Instant
  openedAt: Instant
  acknowledgedAt: Instant | null
  acknowledgedBy: string | null
  resolvedAt: Instant | null
  /** A person's name, or "recovery", "superseded", "accepted" (by a waiver), "retired". */
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
