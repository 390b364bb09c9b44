import { expect } from 'vitest'
import type { z } from 'zod'
import type { Incident } from '../../src/domain/incident.ts'
import { plus } from '../../src/domain/instant.ts'
import type { Delivery } from '../../src/domain/notification.ts'
import { startApi, type TestApi } from './api.ts'
import { aCheck } from './checks.ts'
import { aNotification, anItem, NOW } from './notification.ts'

export const HOUR = 3_600_000
export const HOSTILE = `we"b</script><img src=x onerror=alert(1)>\n\u202e💾/../../etc/passwd?x=1&y=%2F`
export const HOSTILE_ID = `fleet/${HOSTILE}`

const incident = (id: string, more: Partial<Incident> = {}): Incident => ({
  id,
  subject: 'fleet/db/main',
  rule: 'freshness',
  type: 'BACKUP_STALE',
  severity: 'warning',
  severities: ['warning'],
  state: 'open',
  reason: 'It is late.',
  openedAt: plus(NOW, -HOUR),
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  ...more,
})

const delivery = (id: string, more: Partial<Delivery> = {}): Delivery => ({
  id,
  channel: 'oncall',
  state: 'pending',
  attempts: 0,
  createdAt: NOW,
  triedAt: null,
  nextAttemptAt: NOW,
  finishedAt: null,
  lastError: null,
  notification: aNotification({ key: id, items: [anItem({ incident: 'i1' })] }),
  ...more,
})

export const stale = aCheck('fleet/db/main', {
  type: 'file',
  resource: { name: 'main database', account: '1234', tags: { env: 'prod' } },
  judgement: { status: 'stale', severity: 'critical', owner: 'dba', tier: 1, services: ['payments'] },
  facts: {
    newestGood: { id: 'p9', recoverableTo: plus(NOW, -30 * HOUR - 500), sizeBytes: null },
    newestFailure: { at: plus(NOW, -HOUR), reason: 'exit status 3' },
    running: { since: plus(NOW, -60_000), overdueAt: null },
  },
})

/** A server that knows 124 checks, three incidents and two messages. */
export async function startEstate(): Promise<TestApi> {
  const api = await startApi({
    checks: [
      stale,
      aCheck(HOSTILE_ID),
      aCheck('fleet/missing', { judgement: { status: 'missing', severity: 'critical' }, facts: { newestGood: null } }),
      aCheck('jobs/nightly', {
        type: 'heartbeat',
        look: {
          outcome: 'failed',
          tries: 2,
          fault: { kind: 'denied', message: 'not allowed', advice: 'allow it' },
        },
        judgement: { status: 'error', severity: 'warning', thresholdMs: null, deadlineAt: null, changesAt: null },
      }),
      ...Array.from({ length: 120 }, (_, n) => aCheck(`fleet/ok-${n}`)),
    ],
  })
  await api.store.write(async (tx) => {
    await tx.declareScopes([{ id: 'fleet/main', source: 'fleet', name: 'main' }], ['fleet', 'jobs'], NOW)
    await tx.savePoints(
      [1, 2, 3].map((n) => ({
        check: stale.id,
        id: `p${n}`,
        recoverableTo: plus(NOW, -n * HOUR),
        completedAt: n === 1 ? NOW : null,
        sizeBytes: n * 1000,
        state: n === 3 ? 'implausible' : 'complete',
        problem: n === 3 ? HOSTILE : null,
      })),
      NOW,
    )
    await tx.addStatusChanges([
      { check: stale.id, at: plus(NOW, -HOUR), from: null, to: 'ok', reason: 'fresh' },
      { check: stale.id, at: NOW, from: 'ok', to: 'stale', reason: HOSTILE },
    ])
    await tx.addPings([
      {
        id: 'ping-1',
        check: 'jobs/nightly',
        at: NOW,
        kind: 'fail',
        runId: null,
        exitStatus: 7,
        body: HOSTILE,
        remote: '::1',
      },
    ])
    await tx.saveIncidents([
      incident('i1'),
      incident('i2', { subject: 'fleet/missing', type: 'BACKUP_MISSING', severity: 'critical', reason: HOSTILE }),
      incident('i3', { subject: 'fleet/gone', state: 'resolved', resolvedAt: NOW, resolvedBy: 'recovery' }),
    ])
    await tx.addEvents([
      { id: 'e1', incident: 'i1', kind: 'opened', at: NOW, severity: 'warning', reason: HOSTILE, by: null },
    ])
    await tx.addDeliveries([
      delivery('d1'),
      delivery('d2', { state: 'dead', finishedAt: NOW, lastError: '404 no such hook', attempts: 9 }),
    ])
  })
  return api
}

/** Parses an answer by its schema, which must say everything that is in it. */
export async function get<A>(api: TestApi, path: string, schema: z.ZodType<A>): Promise<A> {
  const { status, body, headers } = await api.get(`/api/v1${path}`)
  expect({ status, body }).toMatchObject({ status: 200 })
  expect(headers.get('cache-control')).toBe('no-store')
  const parsed = schema.parse(body)
  expect(parsed).toEqual(body)
  return parsed
}

export async function post<A>(
  api: TestApi,
  path: string,
  body: unknown,
  schema: z.ZodType<A>,
  expected = 200,
): Promise<A> {
  const answer = await api.send('POST', `/api/v1${path}`, body)
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: expected })
  return schema.parse(answer.body)
}

export const pathOf = (id: string) => `/checks/${encodeURIComponent(id)}`
