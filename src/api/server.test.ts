import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { startApi, type TestApi } from '../../test/fakes/api.ts'
import { aCheck } from '../../test/fakes/checks.ts'
import { aNotification, anItem, NOW } from '../../test/fakes/notification.ts'
import type { Incident } from '../domain/incident.ts'
import { plus, toIso } from '../domain/instant.ts'
import type { Delivery } from '../domain/notification.ts'
import * as schemas from './schemas.ts'

const HOUR = 3_600_000
const HOSTILE = `we"b</script><img src=x onerror=alert(1)>\n\u202e💾/../../etc/passwd?x=1&y=%2F`
const HOSTILE_ID = `fleet/${HOSTILE}`

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
  nextAttemptAt: NOW,
  finishedAt: null,
  lastError: null,
  notification: aNotification({ key: id, items: [anItem({ incident: 'i1' })] }),
  ...more,
})

const stale = aCheck('fleet/db/main', {
  type: 'file',
  resource: { name: 'main database', account: '1234', tags: { env: 'prod' } },
  judgement: { status: 'stale', severity: 'critical', owner: 'dba', tier: 1, services: ['payments'] },
  facts: {
    newestGood: { id: 'p9', recoverableTo: plus(NOW, -30 * HOUR - 500), sizeBytes: null },
    newestFailure: { at: plus(NOW, -HOUR), reason: 'exit status 3' },
    running: { since: plus(NOW, -60_000), overdueAt: null },
  },
})

let api: TestApi
beforeAll(async () => {
  api = await startApi({
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
})
afterAll(() => api[Symbol.asyncDispose]())

/** Parses an answer by its schema, which must say everything that is in it. */
async function get<A>(path: string, schema: z.ZodType<A>): Promise<A> {
  const { status, body, headers } = await api.get(`/api/v1${path}`)
  expect({ status, body }).toMatchObject({ status: 200 })
  expect(headers.get('cache-control')).toBe('no-store')
  const parsed = schema.parse(body)
  expect(parsed).toEqual(body)
  return parsed
}

async function post<A>(path: string, body: unknown, schema: z.ZodType<A>, expected = 200): Promise<A> {
  const answer = await api.send('POST', `/api/v1${path}`, body)
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: expected })
  return schema.parse(answer.body)
}

const pathOf = (id: string) => `/checks/${encodeURIComponent(id)}`

test('the summary counts what matches, and says how Backproof is doing', async () => {
  const all = await get('/summary', schemas.summary)
  expect(all).toMatchObject({
    generated_at: '2026-11-20T12:00:00Z',
    version: '1.2.3',
    summary: { total: 124, ok: 121, stale: 1, missing: 1, error: 1 },
    facets: { sources: ['fleet', 'jobs'], accounts: ['1234'], types: ['file', 'heartbeat', 'restic'], owners: ['dba'] },
    incidents: { open: 2, acknowledged: 0 },
    health: { ok: true, last_cycle_at: toIso(plus(NOW, -5000)) },
  })
  expect((await get('/summary?source=jobs', schemas.summary)).summary).toMatchObject({ total: 1, error: 1 })
})

test('a check says everything that is known of it', async () => {
  expect(await get(pathOf(stale.id), schemas.check)).toEqual({
    id: 'fleet/db/main',
    source: 'fleet',
    scope: 'fleet/main',
    type: 'file',
    resource: { id: 'db/main', name: 'main database', provider: null, account: '1234', region: null },
    status: 'stale',
    severity: 'critical',
    since: '2026-11-19T12:00:00Z',
    reason: stale.judgement.reason,
    detail: null,
    last_recovery_point_at: '2026-11-19T05:59:59.500Z',
    age_seconds: 108_000,
    threshold_seconds: 86_400,
    threshold_from: 'sources.fleet.max_age',
    deadline_at: '2026-11-21T11:00:00Z',
    changes_at: '2026-11-21T11:00:00Z',
    owner: 'dba',
    tier: 1,
    services: ['payments'],
    tags: { env: 'prod' },
    paused: null,
    last_look_at: '2026-11-20T11:59:00Z',
    first_seen_at: '2026-10-21T12:00:00Z',
    retired_at: null,
    running_since: '2026-11-20T11:59:00Z',
    point_count: 3,
    newest_failure: { at: '2026-11-20T11:00:00Z', reason: 'exit status 3' },
    fault: null,
  })
  expect(await get(pathOf('jobs/nightly'), schemas.check)).toMatchObject({
    threshold_seconds: null,
    deadline_at: null,
    fault: { kind: 'denied', message: 'not allowed', advice: 'allow it' },
  })
  expect(await get(pathOf('fleet/missing'), schemas.check)).toMatchObject({
    last_recovery_point_at: null,
    age_seconds: null,
  })
})

test('hostile names are data, in ids too', async () => {
  const check = await get(pathOf(HOSTILE_ID), schemas.check)
  expect([check.id, check.resource.name]).toEqual([HOSTILE_ID, HOSTILE])
  expect((await get(`/checks?q=${encodeURIComponent('onerror=')}`, schemas.checkPage)).items).toHaveLength(1)
})

test('pages go through all checks once, the worst first', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  let pages = 0
  while (cursor !== null) {
    const page: z.output<typeof schemas.checkPage> = await get(
      `/checks?limit=50${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      schemas.checkPage,
    )
    seen.push(...page.items.map((check) => check.id))
    cursor = page.next_cursor
    pages += 1
  }
  expect(pages).toBe(3)
  expect(seen.slice(0, 3)).toEqual(['fleet/missing', 'fleet/db/main', 'jobs/nightly'])
  expect(new Set(seen).size).toBe(124)
})

test.each([
  ['status=stale,missing', ['fleet/missing', 'fleet/db/main']],
  ['status=stale&status=missing', ['fleet/missing', 'fleet/db/main']],
  ['status=stale&source=jobs', []],
  ['source=jobs', ['jobs/nightly']],
  ['account=1234', ['fleet/db/main']],
  ['type=file', ['fleet/db/main']],
  ['owner=dba', ['fleet/db/main']],
  ['q=MAIN%20DATA', ['fleet/db/main']],
  ['q=%27%3B--%25_', []],
])('GET /checks?%s', async (query, ids) => {
  expect((await get(`/checks?${query}`, schemas.checkPage)).items.map((check) => check.id)).toEqual(ids)
})

test.each([
  ['/checks?status=broken', 'query.*status.*"ok"\\|"due"\\|"stale"'],
  ['/checks?stauts=ok', 'stauts'],
  ['/checks?limit=501', 'limit.*<=500'],
  ['/checks?limit=0', 'limit'],
  ['/checks?limit=1e2', 'limit: must be a whole number from 1 to 500'],
  ['/checks?limit=5&limit=6', 'limit'],
  ['/checks?source=', 'source'],
  ['/checks?q=%00', 'q: holds a NUL'],
  ['/checks?cursor=garbage', 'next_cursor of the page before'],
  [`/checks?cursor=${Buffer.from('["a",{}]').toString('base64url')}`, 'next_cursor of the page before'],
  [`${pathOf('fleet/ok-1')}/recovery-points?since=yesterday`, 'since: not a time'],
  ['/checks/a%00b', 'NUL'],
  ['/incidents?severity=bad', 'severity'],
  ['/deliveries?state=lost', 'state'],
])('GET %s is refused with what is allowed', async (path, words) => {
  const { status, body, headers } = await api.get(`/api/v1${path}`)
  expect(status).toBe(400)
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  const problem = schemas.problem.parse(body)
  expect(problem).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 })
  expect(problem.detail).toMatch(new RegExp(words))
})

test.each([
  '/checks/fleet%2Fnone',
  '/checks/fleet%2Fnone/history',
  '/checks/fleet%2Fnone/pings',
  '/checks/fleet%2Fnone/recovery-points',
  '/incidents/none',
  '/nothing',
  '/../../etc/passwd',
])('GET %s is not found', async (path) => {
  const { status, body } = await api.get(`/api/v1${path}`)
  expect(status).toBe(404)
  expect(schemas.problem.parse(body).detail).toMatch(/^There is no/)
})

test('what a check keeps: points, history, pings', async () => {
  const points = await get(`${pathOf(stale.id)}/recovery-points?limit=2`, schemas.recoveryPointList)
  expect(points.items.map((point) => [point.id, point.size_bytes, point.completed_at])).toEqual([
    ['p1', 1000, toIso(NOW)],
    ['p2', 2000, null],
  ])
  expect(points.truncated).toBe(true)
  const since = await get(
    `${pathOf(stale.id)}/recovery-points?since=${toIso(plus(NOW, -1.5 * HOUR))}`,
    schemas.recoveryPointList,
  )
  expect([since.items.map((point) => point.id), since.truncated]).toEqual([['p1'], false])

  const history = await get(`${pathOf(stale.id)}/history`, schemas.statusChangeList)
  expect(history.items.map(({ from, to }) => [from, to])).toEqual([
    ['ok', 'stale'],
    [null, 'ok'],
  ])
  const pings = await get(`${pathOf('jobs/nightly')}/pings`, schemas.pingList)
  expect(pings.items).toMatchObject([{ kind: 'fail', exit_status: 7, body: HOSTILE, remote: '::1' }])
})

describe('what people have done', () => {
  test('a check is paused and resumed', async () => {
    const path = pathOf('fleet/ok-7')
    const paused = await post(`${path}/pause`, { for_seconds: 3600, reason: 'moving house' }, schemas.check)
    expect(paused).toMatchObject({
      status: 'paused',
      paused: { until: toIso(plus(NOW, HOUR)), by: 'dashboard', reason: 'moving house' },
    })
    const until = toIso(plus(NOW, 2 * HOUR))
    expect((await post(`${path}/pause`, { until }, schemas.check)).paused?.until).toBe(until)
    expect(await post(`${path}/resume`, undefined, schemas.check)).toMatchObject({ status: 'ok', paused: null })
    expect((await get(path, schemas.check)).status).toBe('ok')
  })

  test.each([
    [{}, 'either until'],
    [{ for_seconds: 60, until: toIso(plus(NOW, HOUR)) }, 'either until'],
    [{ for_seconds: -1 }, 'for_seconds'],
    [{ for_seconds: '60' }, 'for_seconds'],
    [{ for_seconds: 1e12 }, 'for_seconds'],
    [{ until: toIso(plus(NOW, -1)) }, 'future'],
    [{ until: '2999-01-01T00:00:00Z' }, '366 days'],
    [{ for_seconds: 60, resaon: 'x' }, 'resaon'],
    [{ for_seconds: 60, reason: 'x'.repeat(1001) }, 'reason'],
    [undefined, 'body'],
    [[], 'body'],
  ])('a pause of %j is refused', async (body, words) => {
    const answer = await api.send('POST', `/api/v1${pathOf('fleet/ok-8')}/pause`, body)
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining(words)])
  })

  test('looks are asked for', async () => {
    expect(await post(`${pathOf('fleet/ok-1')}/look`, {}, schemas.requested, 202)).toEqual({ requested: 1 })
    expect(await post('/sources/fleet/look', undefined, schemas.requested, 202)).toEqual({ requested: 1 })
    expect(await post('/sources/none/look', undefined, schemas.problem, 404)).toMatchObject({ status: 404 })
    expect(await post('/sources/jobs/look', undefined, schemas.problem, 409)).toMatchObject({ status: 409 })
  })

  test('an incident is acknowledged, then resolved, and no more than that', async () => {
    const list = await get('/incidents?state=open,acknowledged', schemas.incidentPage)
    expect(list.items.map((item) => item.id).sort()).toEqual(['i1', 'i2'])
    expect((await get('/incidents?severity=critical', schemas.incidentPage)).items).toMatchObject([{ id: 'i2' }])
    expect((await get('/incidents?check=fleet%2Fgone', schemas.incidentPage)).items).toMatchObject([{ id: 'i3' }])

    expect(await post('/incidents/i1/acknowledge', { note: 'on it' }, schemas.incident)).toMatchObject({
      state: 'acknowledged',
      acknowledged_by: 'dashboard',
      acknowledged_at: toIso(NOW),
    })
    expect(await post('/incidents/i1/resolve', undefined, schemas.incident)).toMatchObject({ state: 'resolved' })
    expect(await post('/incidents/i1/resolve', undefined, schemas.problem, 409)).toMatchObject({ status: 409 })
    expect(await post('/incidents/none/acknowledge', undefined, schemas.problem, 404)).toMatchObject({ status: 404 })

    const detail = await get('/incidents/i1', schemas.incidentDetail)
    expect(detail.events.map(({ kind, by }) => [kind, by])).toEqual([
      ['opened', null],
      ['acknowledged', 'dashboard'],
      ['resolved', 'dashboard'],
    ])
    expect(detail.events[0]?.reason).toBe(HOSTILE)
    expect(detail.current_check?.id).toBe('fleet/db/main')
    expect((await get('/incidents/i3', schemas.incidentDetail)).current_check).toBeNull()
  })

  test('a channel is tested, a dead message is sent again', async () => {
    expect((await get('/channels', schemas.channelList)).items).toMatchObject([
      {
        name: 'oncall',
        type: 'horn',
        address: 'the horn',
        dead: 1,
        delivered: 0,
        last_error: '404 no such hook',
        last_error_at: toIso(NOW),
      },
    ])
    const { deliveries } = await post('/channels/oncall/test', {}, schemas.queued, 202)
    expect(deliveries).toMatchObject([{ channel: 'oncall', state: 'pending', test: true }])
    expect(await post('/channels/none/test', {}, schemas.problem, 404)).toMatchObject({ status: 404 })

    expect((await get('/deliveries?state=dead', schemas.deliveryList)).items).toMatchObject([
      { id: 'd2', next_attempt_at: null, finished_at: toIso(NOW) },
    ])
    expect(await post('/deliveries/d1/retry', undefined, schemas.problem, 409)).toMatchObject({ status: 409 })
    expect(await post('/deliveries/none/retry', undefined, schemas.problem, 404)).toMatchObject({ status: 404 })
    expect(await post('/deliveries/d2/retry', undefined, schemas.delivery)).toMatchObject({
      state: 'pending',
      next_attempt_at: toIso(NOW),
      items: [{ incident: 'i1', check: 'fleet/web-server' }],
      omitted: 0,
    })
    expect((await get('/deliveries?channel=oncall&limit=2', schemas.deliveryList)).truncated).toBe(true)
  })
})

test('sources say what they are and how their looks went', async () => {
  const { items } = await get('/sources', schemas.sourceList)
  expect(items).toMatchObject([
    {
      name: 'fleet',
      mode: 'pull',
      every_seconds: 900,
      defined_at: 'backproof.yaml:12:5',
      next_look_at: toIso(NOW),
      summary: { missing: 1 },
      scopes: [{ id: 'fleet/main', status: 'never', fault: null }],
    },
    { name: 'jobs', mode: 'push', every_seconds: null, scopes: [], next_look_at: null },
  ])
})

test.each([
  ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['a text', '{}', { 'content-type': 'text/plain' }, 415],
  ['broken JSON', '{"for_seconds":', { 'content-type': 'application/json' }, 400],
  ['a prototype', '{"__proto__":{"x":1}}', { 'content-type': 'application/json' }, 400],
  ['a mountain', `{"reason":"${'x'.repeat(70_000)}"}`, { 'content-type': 'application/json' }, 413],
])('%s as a body is refused', async (_, body, headers, expected) => {
  const answer = await api.send('POST', `/api/v1${pathOf('fleet/ok-1')}/pause`, body, headers)
  expect(answer.status).toBe(expected)
  expect(schemas.problem.parse(answer.body).status).toBe(expected)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
})

test('what breaks inside is logged, and tells nothing outside', async () => {
  await using broken = await startApi({ context: { health: () => Promise.reject(new Error('the inner words')) } })
  const { status, body } = await broken.get('/api/v1/summary')
  expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('inner words')])
  expect(broken.logged.join()).toContain('the inner words')
})

test('health: the process, then what it needs', async () => {
  expect(await api.get('/healthz')).toMatchObject({ status: 200, body: { ok: true } })
  expect(await api.get('/readyz')).toMatchObject({ status: 200, body: { ok: true, database: true, scheduler: true } })
  const health = async () => ({ database: 'disk full', scheduler: null, lastCycleAt: null, configuration: 'bad' })
  await using ill = await startApi({ context: { health } })
  const { status, body } = await ill.get('/readyz')
  expect([status, body]).toEqual([503, { ok: false, database: false, scheduler: true }])
  expect((await ill.get('/healthz')).status).toBe(200)
  expect((await ill.get('/api/v1/summary')).body).toMatchObject({ health: { ok: false, database: 'disk full' } })
})
