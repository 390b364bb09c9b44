import { expect, test } from 'vitest'
import { NOW } from '../../test/fakes/notification.ts'
import { plus } from '../domain/instant.ts'
import { emptySummary } from '../domain/status.ts'
import { type Inventory, inventorySeries } from './inventory.ts'

const nothing: Inventory = {
  version: '1.2.3',
  counts: [],
  scopes: [],
  incidents: {},
  deliveries: [],
  waste: [],
  evidence: null,
  compliance: [],
  health: {},
}

const samples = (inventory: Partial<Inventory>) =>
  inventorySeries({ ...nothing, ...inventory })
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('backproof_build_info'))

test('every status has its series, at zero too', () => {
  const out = samples({
    counts: [{ source: 'fleet', type: 'restic', summary: { ...emptySummary(), total: 3, stale: 3 } }],
  })
  expect(out.filter((line) => line.startsWith('backproof_checks'))).toEqual([
    'backproof_checks{source="fleet",type="restic",status="ok"} 0',
    'backproof_checks{source="fleet",type="restic",status="due"} 0',
    'backproof_checks{source="fleet",type="restic",status="stale"} 3',
    'backproof_checks{source="fleet",type="restic",status="missing"} 0',
    'backproof_checks{source="fleet",type="restic",status="failed"} 0',
    'backproof_checks{source="fleet",type="restic",status="error"} 0',
    'backproof_checks{source="fleet",type="restic",status="paused"} 0',
  ])
})

test('what is paid for nothing is summed by source and owner', () => {
  const waste = (owner: string | null, usdPerMonth: number, kind = 'orphaned-snapshots') => ({
    source: 'aws',
    kind,
    owner,
    usdPerMonth,
  })
  const out = samples({
    waste: [waste('dba', 1.5), waste(null, 2), waste('dba', 1), waste('dba', 7, 'stale-snapshots')],
  })
  expect(out.filter((line) => line.startsWith('backproof_waste'))).toEqual([
    'backproof_waste_usd_per_month{source="aws",kind="orphaned-snapshots",owner="dba"} 2.5',
    'backproof_waste_usd_per_month{source="aws",kind="orphaned-snapshots",owner=""} 2',
    'backproof_waste_usd_per_month{source="aws",kind="stale-snapshots",owner="dba"} 7',
  ])
})

test('the scope that waits longest stands for its source', () => {
  const scope = (source: string, status: string, agoMs: number | null) => ({
    source,
    status,
    lastCompleteAt: agoMs === null ? null : plus(NOW, -agoMs),
  })
  const out = samples({
    scopes: [
      scope('fleet', 'complete', 1000),
      scope('fleet', 'failed', 5000),
      scope('new', 'never', null),
      scope('new', 'complete', 0),
    ],
  })
  expect(out).toContain(`backproof_scope_last_complete_timestamp_seconds{source="fleet"} ${NOW / 1000 - 5}`)
  expect(out).toContain('backproof_scope_last_complete_timestamp_seconds{source="new"} 0')
  expect(out).toContain('backproof_scopes{source="fleet",status="failed"} 1')
})

test('incidents, messages and health', () => {
  expect(
    samples({
      incidents: { open: 2, resolved: 9 },
      deliveries: [
        { channel: 'on"call', state: 'dead', count: 1 },
        { channel: 'oncall', state: 'delivered', count: 10 },
      ],
      health: { database: true, scheduler: false },
    }),
  ).toEqual([
    'backproof_healthy{part="database"} 1',
    'backproof_healthy{part="scheduler"} 0',
    'backproof_incidents{state="open"} 2',
    'backproof_incidents{state="acknowledged"} 0',
    String.raw`backproof_deliveries{channel="on\"call",state="dead"} 1`,
  ])
})

test('where the chain of evidence stands', () => {
  expect(samples({ evidence: { seq: 12, checkpoint: { at: NOW } } })).toEqual(
    expect.arrayContaining([
      'backproof_evidence_entries 12',
      `backproof_evidence_checkpoint_timestamp_seconds ${NOW / 1000}`,
    ]),
  )
  expect(samples({ evidence: { seq: 1, checkpoint: null } })).toContain(
    'backproof_evidence_checkpoint_timestamp_seconds 0',
  )
})

test('how backups are kept is told by source and condition', () => {
  const conditions = [{ type: 'NOTIFICATIONS_MISSING', pass: 3, fail: 1, unknown: 0 } as const]
  const out = samples({ compliance: [{ source: 'aws', rate: 0.75, conditions }] })
  expect(out.filter((line) => /compliance|conditions/.test(line))).toEqual([
    'backproof_compliance_ratio{source="aws"} 0.75',
    'backproof_conditions{source="aws",condition="NOTIFICATIONS_MISSING",outcome="pass"} 3',
    'backproof_conditions{source="aws",condition="NOTIFICATIONS_MISSING",outcome="fail"} 1',
    'backproof_conditions{source="aws",condition="NOTIFICATIONS_MISSING",outcome="unknown"} 0',
  ])
})
