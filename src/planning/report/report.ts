import type { IncidentType } from '../../domain/incident.ts'
import type { FailureDomain } from '../../domain/service.ts'
import type { ServiceDrill } from '../../domain/service-drill.ts'
import type { ServiceFinding } from '../../domain/service-finding.ts'
import type { Severity } from '../../domain/severity.ts'
import type { Standing } from '../../evaluation/services/estate.ts'
import type { Rung } from '../../evaluation/services/ladder.ts'
import type { State } from './pieces.ts'

/**
 * Compliance over a period, in the words of the API: instants are ISO 8601 in UTC, durations are seconds, shares are parts of 1.
 * All formats are made of it; `--format json` prints it as it is. docs/reports.md says what each part means.
 */
export interface Report {
  schema: 'backproof-report/1'
  generated_at: string
  /** Which Backproof says so. */
  instance: string
  version: string
  /** Half open. `judged_to`: what lies after the report was made is left out. */
  period: { from: string; to: string; judged_to: string }
  /** What was asked for; empty: all. */
  selection: { services: readonly string[]; owners: readonly string[]; tiers: readonly number[] }
  watch: Watch
  totals: Totals
  by_tier: readonly Group<number | null>[]
  by_owner: readonly Group<string | null>[]
  by_rule: readonly RuleTotal[]
  controls: readonly ControlResult[]
  services: readonly ServiceReport[]
}

/** What was not watched. */
export interface Watch {
  /** Since when there is a record; null: there is none. */
  recorded_from: string | null
  /** How long Backproof itself was not at work within what is recorded of the period. */
  unwatched_seconds: number
  gaps: readonly Stretch[]
  gaps_omitted: number
  /** Scopes that can't be read now. */
  scopes: readonly UnreadScope[]
  /** Checks that back no service: they are in no figure of this report. */
  checks_without_service: number
}

export interface Stretch {
  from: string
  to: string
  seconds: number
}

export interface UnreadScope {
  scope: string
  source: string
  status: 'never' | 'failed'
  /** Since when it was not read whole; null: it never was. */
  since: string | null
  seconds: number | null
  fault: string | null
}

/** Seconds of each state: together they are the period. `share` is within by all but absent; null where that is nothing. */
export interface TimeShares {
  seconds: Readonly<Record<State, number>>
  share: number | null
  /** Within, by within and breached: of the time that is known. */
  share_of_known: number | null
}

export interface Breaches {
  count: number
  seconds: number
  longest_seconds: number
}

export interface IncidentTotals {
  /** Unresolved at some time of the period. */
  count: number
  opened: number
  critical: number
  unresolved: number
  acknowledged: number
  acknowledge_seconds: Spread | null
  resolved: number
  resolve_seconds: Spread | null
}

export interface Spread {
  mean: number
  longest: number
}

export interface FindingTotals {
  pass: number
  fail: number
  unknown: number
  /** Failed or unknown, and accepted for a while: neither passed nor open. */
  waived: number
}

export interface Totals {
  services: number
  services_without_rpo: number
  /** Over all services that have an RPO; null: there is none. */
  rpo: TimeShares | null
  breaches: Breaches
  incidents: IncidentTotals
  findings: FindingTotals
  drills: number
  drills_failed: number
}

export interface Group<K> extends Totals {
  key: K
}

export interface RuleTotal extends FindingTotals {
  rule: string
  asks: string
}

export interface ControlResult {
  framework: string
  control: string
  title: string
  /** How much of it the rules answer. */
  coverage: 'whole' | 'partly' | 'none'
  rules: readonly string[]
  /** The types of incidents that speak to it too: of everything that is watched, not of these services alone. */
  conditions: readonly IncidentType[]
  /** How, and what is left to others. */
  how: string
  /** not-judged: nothing here answers it. */
  result: 'no-findings' | 'findings' | 'unknown' | 'not-judged'
  findings: FindingTotals
  /** Of the conditions: unresolved at the end of the period. */
  incidents: number
}

export interface ServiceReport {
  name: string
  tier: number | null
  owner: string | null
  rpo_seconds: number | null
  rto_seconds: number | null
  /** Null: it has no RPO. */
  rpo: TimeShares | null
  breaches: Breaches & { list: readonly (Stretch & { ongoing: boolean })[]; omitted: number }
  incidents: IncidentTotals & { list: readonly IncidentLine[]; omitted: number }
  ladder: { rung: Rung | null; since: string | null; next: string | null; needs: string | null }
  copies: readonly CopyReport[]
  findings: readonly FindingLine[]
  drills: readonly DrillLine[]
}

export interface CopyReport {
  title: string
  standing: Standing
  why: string | null
  recoverable_to: string | null
  domain: FailureDomain
  /** How old it may be. */
  limit_seconds: number | null
  /** Held against its own limit; null: there is none, or nothing proves it. */
  time: TimeShares | null
  checks: readonly string[]
}

export interface IncidentLine {
  id: string
  /** What it is about. */
  subject: string
  type: IncidentType
  severity: Severity
  reason: string
  opened_at: string
  acknowledged_at: string | null
  acknowledge_seconds: number | null
  acknowledged_by: string | null
  resolved_at: string | null
  resolve_seconds: number | null
  resolved_by: string | null
}

export interface FindingLine {
  rule: string
  outcome: ServiceFinding['outcome']
  severity: Severity | null
  reason: string
  advice: string | null
  waiver: { reason: string; owner: string; until: string } | null
}

export interface DrillLine {
  at: string
  by: string
  /** Who says so: a person, a place that is read, or Backproof that did it. */
  origin: ServiceDrill['origin']
  outcome: ServiceDrill['outcome']
  /** The check that was restored alone; null: the service as a whole. */
  part: string | null
  rta_seconds: number | null
  rpa_seconds: number | null
  gaps: readonly string[]
}
