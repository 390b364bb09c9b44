import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestApi } from '../../../test/fakes/api.ts'
import { get, HOSTILE } from '../../../test/fakes/estate.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { startServiceApi } from '../../../test/fakes/service-api.ts'
import { aCopy, aProof, aService, aSoundService, pointsEvery } from '../../../test/fakes/services.ts'
import { plus } from '../../domain/instant.ts'
import { NOWHERE } from '../../domain/service.ts'
import * as schemas from '../service-schemas.ts'

const HOUR = 3_600_000
const sound = aSoundService('near/shop', { labels: { team: 'Blue' }, dependsOn: ['dns', 'nowhere'] })
const calm = aSoundService('calm')
const services = [
  sound.service,
  calm.service,
  aService('dns', { tier: 2, owner: 'net', rpoMs: 4 * HOUR, copies: [aCopy({ check: 'fleet/dns' })] }),
  aService(HOSTILE, {
    tier: 1,
    owner: HOSTILE,
    rpoMs: HOUR,
    production: { ...NOWHERE, site: HOSTILE },
    copies: [aCopy({ type: HOSTILE, check: 'fleet/gone' }), aCopy({ check: 'fleet/blind' })],
    waivers: [
      { rule: 'immutability', reason: HOSTILE, owner: 'cto', until: plus(NOW, HOUR) },
      { rule: 'ownership', reason: 'not needed', owner: 'cto', until: plus(NOW, HOUR) },
      { rule: 'rto', reason: 'long ago', owner: 'cto', until: plus(NOW, -HOUR) },
    ],
  }),
  ...Array.from({ length: 120 }, (_, n) => aService(`more-${n}`, { tier: 3, dependsOn: ['dns'] })),
]
const proofs = [
  ...sound.checks,
  ...calm.checks,
  aProof('fleet/dns', { ageHours: 30, points: pointsEvery(1, 4) }),
  aProof('fleet/gone', { facts: { newestGood: null } }),
  aProof('fleet/blind', {
    look: { outcome: 'failed', tries: 2, fault: { kind: 'denied', message: 'not allowed', advice: null } },
    judgement: { status: 'error', severity: 'warning' },
  }),
]

let api: TestApi
beforeAll(async () => {
  api = await startServiceApi(services, proofs)
})
afterAll(() => api[Symbol.asyncDispose]())

const page = (query = '') => get(api, `/services${query}`, schemas.servicePage)
const one = (name: string) => get(api, `/services/${encodeURIComponent(name)}`, schemas.service)

test('services come with the worst first, page by page, each once', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const found: schemas.ServicePageJson = await page(`?limit=50${cursor && `&cursor=${cursor}`}`)
    expect(found).toMatchObject({ matching: 124, summary: { services: 124, fail: 123, unknown: 1, pass: 0 } })
    seen.push(...found.items.map(({ name }) => name))
    cursor = found.next_cursor
  }
  expect(seen).toHaveLength(124)
  expect(new Set(seen).size).toBe(124)
  expect([...seen.slice(0, 3), seen.at(-1)]).toEqual(['near/shop', HOSTILE, 'dns', 'calm'])
})

test('a line says how it stands against its targets', async () => {
  const { items } = await page('?q=NEAR/SH')
  expect(items).toEqual([
    {
      name: 'near/shop',
      tier: 1,
      owner: 'ann',
      labels: { team: 'Blue' },
      outcome: 'fail',
      severity: 'critical',
      counts: { pass: expect.any(Number), fail: 1, unknown: 2, waived: 0 },
      failing_rules: ['restore-order'],
      ladder: { rung: 'exists', since: '2026-11-20T11:00:00Z', next: { rung: 'readable', needs: expect.any(String) } },
      marks: { three: 'pass', two: 'pass', one: 'pass' },
      copy_counts: { declared: 2, proven: 2, unknown: 0, absent: 0 },
      recoverable_to: '2026-11-20T11:00:00Z',
      age_seconds: 3600,
      rpo_seconds: 14_400,
      rpo_outcome: 'pass',
      rto_seconds: 7200,
      rto_outcome: 'unknown',
      rta_seconds: null,
      rta_at: null,
    },
  ])
})

describe('filters', () => {
  test.each([
    ['?owner=net', ['dns']],
    ['?tier=2', ['dns']],
    ['?q=team%3Dblue', ['near/shop']],
    ['?q=%20DNS%20', ['dns']],
    ['?outcome=pass', []],
    ['?q=shop&severity=critical,warning', ['near/shop']],
    ['?severity=info', []],
  ])('%s', async (query, names) => {
    expect((await page(query)).items.map(({ name }) => name)).toEqual(names)
  })

  test.each([
    ['?tier=x', 400],
    ['?outcome=bad', 400],
    ['?cursor=x', 400],
    ['?nonsense=1', 400],
    ['?limit=501', 400],
  ])('%s is refused', async (query, status) => {
    expect((await api.get(`/api/v1/services${query}`)).status).toBe(status)
  })

  test('say what they can be', async () => {
    const { facets } = await page('?q=nothing-like-it')
    expect(facets).toEqual({ owners: ['ann', 'net', HOSTILE].sort(), tiers: [1, 2, 3] })
  })
})

test('one service tells all that is known of it', async () => {
  const shop = await one('near/shop')
  expect(shop).toMatchObject({
    production: { site: 'dc-a' },
    standard: '3-2-1',
    keys: [{ name: 'main', holders: ['ann', 'bob'], where: 'the safe', last_rehearsed_at: '2026-11-19T12:00:00Z' }],
    order: {
      waits_for: [
        { name: 'dns', tier: 2, declared: true },
        { name: 'nowhere', tier: null, declared: false },
      ],
      waited_for_by: [],
    },
    copies: [
      { title: 'nas', standing: 'proven', age_seconds: 3600, bound_to: 'near/near/shop', check_count: 1 },
      {
        standing: 'proven',
        domain: { provider: 'aws', account: '1', region: 'eu-central-1' },
        checks: [{ id: 'far/near/shop', status: 'ok', locked: { how: 'object lock' } }],
      },
    ],
  })
  // its points were read: retention can be judged
  expect(shop.findings.find(({ rule }) => rule === 'retention')).toMatchObject({ outcome: 'pass' })
  const dns = await one('dns')
  expect(dns.order).toMatchObject({ position: 2, wave: 1, waited_for_by_count: 121, cycle: null })
})

test('what is not there is told apart from what nobody could see', async () => {
  const bad = await one(HOSTILE)
  expect(bad.name).toBe(HOSTILE)
  expect(bad.copies.map(({ standing, why }) => [standing, why])).toEqual([
    ['absent', 'fleet/gone has no good recovery point'],
    ['unknown', expect.stringContaining('fleet/blind could not be read')],
  ])
  expect(bad.waivers.map(({ rule, state }) => [rule, state])).toEqual([
    ['immutability', 'in-force'],
    ['ownership', 'idle'],
    ['rto', 'ended'],
  ])
  expect(bad.findings.find(({ rule }) => rule === 'immutability')).toMatchObject({
    waived_by: 'cto',
    waived_until: '2026-11-20T13:00:00Z',
  })
})

test('the list and the page of a service say the same', async () => {
  for (const listed of (await page('?q=s')).items.slice(0, 5)) expect(await one(listed.name)).toMatchObject(listed)
})

test('what is not there is not found', async () => {
  expect(await api.get('/api/v1/services/nobody')).toMatchObject({
    status: 404,
    body: { detail: 'There is no service "nobody".' },
  })
  expect(await api.get('/api/v1/services/nobody/runbook')).toMatchObject({ status: 404 })
})

describe('the runbook', () => {
  const at = (name: string, query = '') => api.get(`/api/v1/services/${encodeURIComponent(name)}/runbook${query}`)

  test('is a page that loads nothing and runs nothing', async () => {
    const { body, headers } = await at(HOSTILE)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(body).toMatch(/^<!doctype html>/)
    expect(body).not.toContain('</script>')
    expect(body).not.toContain('<img')
  })

  test('is Markdown, or blocks', async () => {
    const markdown = await at('near/shop', '?format=markdown')
    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
    expect(markdown.body).toMatch(/^# near\/shop\n/)
    const { title, blocks } = schemas.runbook.parse((await at('near/shop', '?format=json')).body)
    expect(title).toBe('Recovery plan of near/shop')
    expect(blocks[0]).toEqual({ kind: 'heading', level: 1, text: 'near/shop' })
    expect((await at('near/shop', '?format=pdf')).status).toBe(400)
  })
})
