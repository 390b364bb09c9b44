import type { Generated } from 'kysely'
import type { DrillOrigin } from '../domain/drill.ts'
import type { IncidentState } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import type { DeliveryState } from '../domain/notification.ts'
import type { SettingKind } from '../domain/setting-kind.ts'

/**
 * The columns are what is filtered, sorted and joined by; `body` is the whole thing as JSON, exactly as it was given.
 * Reading one JSON text is three times as fast as reading forty columns, and hostile names come back whole.
 */

export interface ScopeTable {
  id: string
  source: string
  name: string
  status: 'never' | 'complete' | 'failed'
  last_started_at: Instant | null
  last_complete_at: Instant | null
  last_failed_at: Instant | null
  took_ms: number | null
  fault: string | null
  failures: number
  next_look_at: Instant
  /** The earliest look that was asked for while one was under way: it must not be forgotten when that ends. */
  wanted_at: Instant | null
  memory: string | null
  lease_worker: string | null
  lease_token: number
  lease_until: Instant | null
  retired_at: Instant | null
}

export interface CheckTable {
  id: string
  source: string
  scope: string
  type: string
  account: string | null
  owner: string | null
  /** Worst first: see RANKS. */
  rank: number
  sort_name: string
  /** Lower-cased id, resource name and resource id. */
  search: string
  changes_at: Instant | null
  retired_at: Instant | null
  body: string
}

export interface RecoveryPointTable {
  check_id: string
  id: string
  recoverable_to: Instant
  completed_at: Instant | null
  size_bytes: number | null
  state: 'complete' | 'pending' | 'failed' | 'implausible'
  problem: string | null
  first_seen_at: Instant
  gone_at: Instant | null
}

export interface StatusChangeTable {
  seq: Generated<number>
  check_id: string
  at: Instant
  body: string
}

export interface IncidentTable {
  id: string
  subject: string
  type: string
  severity: string
  state: IncidentState
  /** 1 or 0. */
  unresolved: number
  /** 0: resolved; else the graver, the higher. */
  rank: number
  opened_at: Instant
  resolved_at: Instant | null
  last_notified_at: Instant
  body: string
}

export interface IncidentEventTable {
  seq: Generated<number>
  incident: string
  body: string
}

export interface DeliveryTable {
  id: string
  channel: string
  state: DeliveryState
  finished_at: Instant | null
  body: string
}

export interface DeliveryIncidentTable {
  delivery: string
  incident: string
}

export interface PingTable {
  check_id: string
  at: Instant
  id: string
  kind: 'success' | 'start' | 'fail' | 'log'
  run_id: string | null
  exit_status: number | null
  body: string | null
  remote: string | null
}

export interface HeartbeatTable {
  check_id: string
  source: string
  slug: string
  uuid: string
  created_at: Instant
}

export interface SettingTable {
  kind: SettingKind
  name: string
  body: string
  created_at: Instant
  updated_at: Instant
  updated_by: string
}

export interface DrillTable {
  id: string
  /** What it proves: a service, or a check alone. */
  subject: string
  service: string | null
  check_id: string | null
  at: Instant
  /** The further it came, the greater. */
  outcome: number
  rta_ms: number | null
  origin: DrillOrigin
  reference: string | null
  body: string
}

export interface DrillEndTable {
  drill: string
  at: Instant
  by_whom: string
  reason: string
  replaced_by: string | null
}

export interface EvidenceTable {
  seq: number
  at: Instant
  kind: string
  prev: string
  hash: string
  body: string
}

/** One row: where the chain stands. Whoever adds to it locks this first. */
export interface EvidenceHeadTable {
  id: number
  /** '': nothing is in it yet. */
  chain: string
  seq: number
  hash: string
  at: Instant
  checkpoint_seq: number
  checkpoint_at: Instant
}

export interface Tables {
  scope: ScopeTable
  check: CheckTable
  recovery_point: RecoveryPointTable
  status_change: StatusChangeTable
  incident: IncidentTable
  incident_event: IncidentEventTable
  delivery: DeliveryTable
  delivery_incident: DeliveryIncidentTable
  ping: PingTable
  heartbeat: HeartbeatTable
  drill: DrillTable
  drill_end: DrillEndTable
  lease: { name: string; owner: string; until: Instant }
  news: { source: string; id: string; heard_at: Instant }
  session: { id: string; created_at: Instant; expires_at: Instant }
  setting: SettingTable
  evidence: EvidenceTable
  evidence_head: EvidenceHeadTable
  value: { key: string; value: string }
}
