import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import type { TestApi } from '../../../test/fakes/api.ts'
import { get, HOSTILE, HOSTILE_ID, HOUR, pathOf, stale, startEstate } from '../../../test/fakes/estate.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { plus, toIso } from '../../domain/instant.ts'
import * as schemas from '../schemas.ts'

let api: TestApi
beforeAll(async () => {
  api = await startEstate()
})
afterAll(() => api[Symbol.asyncDispose]())

test('the summary counts what matches, and says how Backproof is doing', async () => {
  const all = await get(api, '/summary', schemas.summary)
  expect(all).toMatchObject({
    generated_at: '2026-11-20T12:00:00Z',
    version: '1.2.3',
    summary: { total: 124, ok: 121, stale: 1, missing: 1, error: 1 },
    facets: { sources: ['fleet', 'jobs'], accounts: ['1234'], types: ['file', 'heartbeat', 'restic'], owners: ['dba'] },
    incidents: { open: 2, acknowledged: 0 },
    health: { ok: true, last_cycle_at: toIso(plus(NOW, -5000)) },
  })
  expect((await get(api, '/summary?source=jobs', schemas.summary)).summary).toMatchObject({ total: 1, error: 1 })
})

test('a check says everything that is known of it', async () => {
  expect(await get(api, pathOf(stale.id), schemas.check)).toEqual({
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
  expect(await get(api, pathOf('jobs/nightly'), schemas.check)).toMatchObject({
    threshold_seconds: null,
    deadline_at: null,
    fault: { kind: 'denied', message: 'not allowed', advice: 'allow it' },
  })
  expect(await get(api, pathOf('fleet/missing'), schemas.check)).toMatchObject({
    last_recovery_point_at: null,
    age_seconds: null,
  })
})

test('hostile names are data, in ids too', async () => {
  const check = await get(api, pathOf(HOSTILE_ID), schemas.check)
  expect([check.id, check.resource.name]).toEqual([HOSTILE_ID, HOSTILE])
  expect((await get(api, `/checks?q=${encodeURIComponent('onerror=')}`, schemas.checkPage)).items).toHaveLength(1)
})

test('pages go through all checks once, the worst first', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  let pages = 0
  while (cursor !== null) {
    const page: z.output<typeof schemas.checkPage> = await get(
      api,
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
  expect((await get(api, `/checks?${query}`, schemas.checkPage)).items.map((check) => check.id)).toEqual(ids)
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
  const points = await get(api, `${pathOf(stale.id)}/recovery-points?limit=2`, schemas.recoveryPointList)
  expect(points.items.map((point) => [point.id, point.size_bytes, point.completed_at])).toEqual([
    ['p1', 1000, toIso(NOW)],
    ['p2', 2000, null],
  ])
  expect(points.truncated).toBe(true)
  const since = await get(
    api,
    `${pathOf(stale.id)}/recovery-points?since=${toIso(plus(NOW, -1.5 * HOUR))}`,
    schemas.recoveryPointList,
  )
  expect([since.items.map((point) => point.id), since.truncated]).toEqual([['p1'], false])

  const history = await get(api, `${pathOf(stale.id)}/history`, schemas.statusChangeList)
  expect(history.items.map(({ from, to }) => [from, to])).toEqual([
    ['ok', 'stale'],
    [null, 'ok'],
  ])
  const pings = await get(api, `${pathOf('jobs/nightly')}/pings`, schemas.pingList)
  expect(pings.items).toMatchObject([{ kind: 'fail', exit_status: 7, body: HOSTILE, remote: '::1' }])
})

test('sources say what they are and how their looks went', async () => {
  const { items } = await get(api, '/sources', schemas.sourceList)
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
