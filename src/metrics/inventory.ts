import type { Instant } from '../domain/instant.ts'
import { STATUSES, type StatusSummary } from '../domain/status.ts'
import type { ConditionCount } from '../domain/upkeep.ts'
import { gauge, type Sample } from './text.ts'

/** What is known, counted: as many series as there are sources, however many checks they have. */
export interface Inventory {
  version: string
  counts: readonly { source: string; type: string; summary: StatusSummary }[]
  scopes: readonly { source: string; status: string; lastCompleteAt: Instant | null }[]
  incidents: Readonly<Record<string, number>>
  deliveries: readonly { channel: string; state: string; count: number }[]
  /** What is paid for nothing a month, by source, kind and owner. */
  waste: readonly { source: string; kind: string; owner: string | null; usdPerMonth: number }[]
  /** Where the chain of evidence stands; null: nothing is in it. */
  evidence: { seq: number; checkpoint: { at: Instant } | null } | null
  /** Of sources that say how their backups are kept. */
  compliance: readonly { source: string; rate: number; conditions: readonly ConditionCount[] }[]
  /** Parts of this instance: whether each is well. */
  health: Readonly<Record<string, boolean>>
}

export function inventorySeries(inventory: Inventory): string {
  const { version, counts, scopes, incidents, deliveries, waste, evidence, compliance, health } = inventory
  const bySource = Map.groupBy(scopes, (scope) => scope.source)
  return [
    gauge('backproof_build_info', 'The version that runs.', [{ labels: { version }, value: 1 }]),
    gauge(
      'backproof_healthy',
      'Whether each part of this instance is well.',
      Object.entries(health).map(([part, well]) => ({ labels: { part }, value: well ? 1 : 0 })),
    ),
    gauge(
      'backproof_checks',
      'Checks by status.',
      // zeros too: an alert on a series that is not there never fires
      counts.flatMap(({ source, type, summary }) =>
        STATUSES.map((status): Sample => ({ labels: { source, type, status }, value: summary[status] })),
      ),
    ),
    gauge(
      'backproof_scopes',
      'Parts of sources that are read whole or not at all, by how the last look went.',
      [...bySource].flatMap(([source, its]) =>
        ['complete', 'failed', 'never'].map((status) => ({
          labels: { source, status },
          value: its.filter((scope) => scope.status === status).length,
        })),
      ),
    ),
    gauge(
      'backproof_scope_last_complete_timestamp_seconds',
      'When the scope that has waited longest was last read whole; 0: one never was.',
      [...bySource].map(([source, its]) => ({
        labels: { source },
        value: Math.min(...its.map((scope) => scope.lastCompleteAt ?? 0)) / 1000,
      })),
    ),
    gauge(
      'backproof_incidents',
      'Unresolved incidents.',
      ['open', 'acknowledged'].map((state) => ({ labels: { state }, value: incidents[state] ?? 0 })),
    ),
    gauge(
      'backproof_deliveries',
      'Messages that wait for their channel (pending) or were given up (dead).',
      deliveries
        .filter((row) => row.state !== 'delivered')
        .map((row) => ({ labels: { channel: row.channel, state: row.state }, value: row.count })),
    ),
    gauge(
      'backproof_evidence_entries',
      'Entries that the chain of evidence has had: it never falls.',
      evidence ? [{ labels: {}, value: evidence.seq }] : [],
    ),
    gauge(
      'backproof_evidence_checkpoint_timestamp_seconds',
      'When the chain of evidence was last signed; 0: never.',
      evidence ? [{ labels: {}, value: (evidence.checkpoint?.at ?? 0) / 1000 }] : [],
    ),
    gauge(
      'backproof_compliance_ratio',
      'Share of vaults, plans and resources that are as they should be.',
      compliance.map(({ source, rate }) => ({ labels: { source }, value: rate })),
    ),
    gauge(
      'backproof_conditions',
      'How backups are kept: conditions by outcome.',
      compliance.flatMap(({ source, conditions }) =>
        conditions.flatMap(({ type, ...counts }) =>
          (['pass', 'fail', 'unknown'] as const).map((outcome) => ({
            labels: { source, condition: type, outcome },
            value: counts[outcome],
          })),
        ),
      ),
    ),
    gauge(
      'backproof_waste_usd_per_month',
      'Estimate of what is paid for backups that protect nothing any more.',
      [...Map.groupBy(waste, ({ source, kind, owner }) => JSON.stringify([source, kind, owner]))].map(([, group]) => ({
        labels: { source: group[0]?.source ?? '', kind: group[0]?.kind ?? '', owner: group[0]?.owner ?? '' },
        value: group.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0),
      })),
    ),
  ].join('')
}
