import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../../src/config/config.ts'
import type { Check } from '../../src/domain/check.ts'
import type { Incident } from '../../src/domain/incident.ts'
import { type Instant, plus } from '../../src/domain/instant.ts'
import { NOWHERE, type Service } from '../../src/domain/service.ts'
import type { CheckStatus } from '../../src/domain/status.ts'
import type { PullSource } from '../../src/sources/source.ts'
import { openSqliteStore } from '../../src/store/dialects/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { aConfig } from './api.ts'
import { aCheck } from './checks.ts'
import { HOSTILE, HOUR } from './estate.ts'
import { NOW } from './notification.ts'
import { aCopy, aDrill, aService } from './services.ts'

const DAY = 24 * HOUR
const ago = (days: number, hours = 0): Instant => plus(NOW, -days * DAY - hours * HOUR)

const fleet: PullSource = {
  type: 'shelf',
  defaultMaxAgeMs: DAY,
  defaultEveryMs: HOUR,
  config: z.unknown(),
  scopes: (name) => [{ id: `${name}/main`, source: name, name: 'main' }],
  permissions: () => [],
  async *scan(scope) {
    yield { kind: 'scope-complete', scope: scope.id, points: 'all' }
  },
}

/** A name that no Windows-1252 font can print. */
export const FOREIGN = 'データベース \\u{202e}'

/** Services with a month of history, of every kind that a report tells apart. */
const services: Service[] = [
  aService('payments', {
    tier: 1,
    owner: 'payments-team',
    rpoMs: 4 * HOUR,
    rtoMs: 2 * HOUR,
    method: 'pg_dump',
    production: { ...NOWHERE, site: 'dc-a', medium: 'disk' },
    copies: [
      aCopy({ type: 'nas', location: 'dc-a / nas01', check: 'fleet/pay-near', site: 'dc-a', medium: 'nas01' }),
      aCopy({ type: 's3', check: 'fleet/pay-far', maxAgeMs: 26 * HOUR, provider: 'aws', region: 'eu-central-1' }),
    ],
    waivers: [
      { rule: 'immutability', reason: 'the new bucket comes in March', owner: 'cto', until: plus(NOW, 90 * DAY) },
    ],
  }),
  aService('ledger', { tier: 1, owner: 'payments-team', rpoMs: DAY, copies: [aCopy({ check: 'fleet/ledger' })] }),
  aService('wiki', { tier: 3, owner: '=cmd|calc', rpoMs: DAY, copies: [aCopy({ check: 'fleet/wiki' })] }),
  aService('new-app', { tier: 2, owner: 'web', rpoMs: DAY, copies: [aCopy({ check: 'fleet/new-app' })] }),
  aService('moved', { tier: 2, owner: 'web', rpoMs: DAY, copies: [aCopy({ check: 'fleet/moved-*' })] }),
  aService('archive', { copies: [aCopy({ type: 'tape', offline: true })] }),
  aService(HOSTILE, {
    tier: 3,
    owner: FOREIGN,
    rpoMs: DAY,
    copies: [aCopy({ check: 'fleet/hostile', type: HOSTILE })],
  }),
  aService('unproven', { rpoMs: DAY, copies: [aCopy({ check: 'fleet/nothing' })] }),
]

type Turn = [at: Instant, to: CheckStatus]

function past(id: string, first: Instant, turns: readonly Turn[], more: Parameters<typeof aCheck>[1] = {}) {
  const last = turns.at(-1)
  const check: Check = aCheck(id, {
    firstSeenAt: first,
    ...more,
    judgement: { status: last?.[1] ?? 'ok', since: last?.[0] ?? first, thresholdMs: DAY, ...more.judgement },
  })
  const changes = [[first, 'ok'] as Turn, ...turns].map(([at, to], n, all) => ({
    check: id,
    at,
    from: all[n - 1]?.[1] ?? null,
    to,
    reason: 'so it was',
  }))
  return { check, changes }
}

/** A good point so often, but not within the gap; each takes ten minutes to be made. */
function points(check: string, everyHours: number, gap: readonly [Instant, Instant] | null = null) {
  return Array.from({ length: Math.floor((32 * 24) / everyHours) }, (_, n) => plus(NOW, -(n * everyHours + 1) * HOUR))
    .filter((at) => gap === null || at <= gap[0] || at >= gap[1])
    .map((recoverableTo) => ({
      check,
      id: String(recoverableTo),
      recoverableTo,
      completedAt: plus(recoverableTo, HOUR / 6),
      sizeBytes: 1000,
      state: 'complete' as const,
      problem: null,
    }))
}

function incident(id: string, subject: string, openedAt: Instant, more: Partial<Incident> = {}): Incident {
  return {
    id,
    subject,
    rule: 'freshness',
    type: 'BACKUP_STALE',
    severity: 'critical',
    severities: ['critical'],
    state: 'resolved',
    reason: 'The newest good recovery point is too old.',
    openedAt,
    acknowledgedAt: plus(openedAt, HOUR / 2),
    acknowledgedBy: 'ann',
    resolvedAt: plus(openedAt, 9 * HOUR),
    resolvedBy: 'recovery',
    ...more,
  }
}

export async function fillReportEstate(store: Store): Promise<void> {
  const born = ago(25)
  const gap = [ago(15), ago(14, 8)] as const
  const pasts = [
    past(
      'fleet/pay-near',
      born,
      [
        [ago(14, 20), 'stale'],
        [ago(14, 8), 'ok'],
      ],
      { judgement: { thresholdMs: 4 * HOUR } },
    ),
    past('fleet/pay-far', born, [], {
      judgement: { thresholdMs: 26 * HOUR },
      resource: { provider: 'aws', region: 'eu-central-1' },
    }),
    // it keeps one point that moves on: only what was judged tells of its past
    past('fleet/ledger', born, [
      [ago(9), 'error'],
      [ago(7), 'ok'],
    ]),
    past(
      'fleet/wiki',
      born,
      [
        [ago(20), 'stale'],
        [ago(18), 'missing'],
        [ago(6), 'paused'],
        [ago(4), 'missing'],
      ],
      {
        facts: { newestGood: null, pointCount: 0 },
      },
    ),
    past('fleet/new-app', ago(5), []),
    past('fleet/moved-old', born, [], { retiredAt: ago(10) }),
    past('fleet/moved-new', ago(8), []),
    past('fleet/hostile', born, []),
    past('fleet/of-nobody', born, []),
  ]
  await store.write(async (tx) => {
    await tx.declareScopes(
      [
        { id: 'fleet/main', source: 'fleet', name: 'main' },
        { id: 'fleet/dark', source: 'fleet', name: 'dark' },
      ],
      ['fleet'],
      born,
    )
    const lease = await tx.claimScope('test', born, HOUR)
    if (lease)
      await tx.finishLook(lease, {
        at: ago(2),
        status: 'failed',
        tookMs: 1000,
        fault: { kind: 'denied', message: `access denied to ${HOSTILE}`, advice: null },
        failures: 3,
        nextLookAt: NOW,
      })
    await tx.saveChecks(pasts.map(({ check }) => check))
    await tx.addStatusChanges(pasts.flatMap(({ changes }) => changes))
    await tx.savePoints(
      [
        ...points('fleet/pay-near', 2, gap),
        ...points('fleet/pay-far', 24),
        ...points('fleet/new-app', 12),
        ...points('fleet/moved-old', 12),
        ...points('fleet/moved-new', 12),
        ...points('fleet/hostile', 12),
      ],
      NOW,
    )
    await tx.saveIncidents([
      incident('i1', 'fleet/pay-near', ago(14, 20)),
      incident('i2', 'fleet/wiki', ago(20), {
        severity: 'warning',
        severities: ['warning'],
        acknowledgedAt: null,
        acknowledgedBy: null,
      }),
      incident('i3', 'fleet/wiki', ago(18), {
        type: 'BACKUP_MISSING',
        state: 'open',
        resolvedAt: null,
        resolvedBy: null,
      }),
      incident('i4', 'fleet/hostile', ago(3), { reason: HOSTILE, acknowledgedBy: FOREIGN }),
      incident('i5', 'fleet/of-nobody', ago(3)),
      incident('i6', 'fleet/pay-near', ago(40)),
    ])
    await tx.addDrills([
      aDrill('payments', { id: 'd1', at: ago(12), gaps: ['the runbook named a wrong bucket', HOSTILE] }),
      aDrill('wiki', { id: 'd2', at: ago(2), outcome: 'failed', rtaMs: null, rpaMs: null, by: FOREIGN }),
      aDrill('wiki', { id: 'd3', at: ago(60) }),
    ])
    // six hours of the 25 days nobody was there
    await tx.setValue(
      'watch-record',
      JSON.stringify({
        spans: [
          [born, ago(12)],
          [ago(11, 18), NOW],
        ],
        prunedBefore: null,
      }),
    )
  })
}

export function reportConfig(more: Partial<Config> = {}): Config {
  const base = aConfig()
  const source = base.sources[0]
  if (!source) throw new Error('the sample configuration has changed')
  const at = source.at
  return {
    ...base,
    sources: [{ ...source, source: fleet }],
    services: services.map((service) => ({ ...service, at })),
    ...more,
  }
}

/** A store with that history; close it. */
export async function openReportEstate(): Promise<Store> {
  const directory = mkdtempSync(join(tmpdir(), 'backproof-report-'))
  const store = await openSqliteStore({ path: join(directory, 'backproof.db') })
  await fillReportEstate(store)
  return {
    ...store,
    async close() {
      await store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
