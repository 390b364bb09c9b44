import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TestApi } from '../../../test/fakes/api.ts'
import { get, HOSTILE, post } from '../../../test/fakes/estate.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { startServiceApi } from '../../../test/fakes/service-api.ts'
import { aDrill, aSoundService } from '../../../test/fakes/services.ts'
import { plus, toIso } from '../../domain/instant.ts'
import * as schemas from '../drill-schemas.ts'
import { problem } from '../schemas.ts'
import { service as serviceAnswer } from '../service-schemas.ts'

const HOUR = 3_600_000
const shop = aSoundService('shop')
const wiki = aSoundService('wiki')
const MINUTES = 60

let api: TestApi
beforeEach(async () => {
  api = await startServiceApi([shop.service, wiki.service], [...shop.checks, ...wiki.checks])
})
afterEach(() => api[Symbol.asyncDispose]())

const told = {
  service: 'shop',
  at: toIso(plus(NOW, -2 * HOUR)),
  outcome: 'verified',
  phases: [
    { name: 'locate', seconds: 5 * MINUTES },
    { name: 'restore', seconds: 40 * MINUTES },
  ],
  rpa_seconds: 10 * MINUTES,
  checked: ['row counts', HOSTILE],
  gaps: [HOSTILE],
  note: HOSTILE,
}
const record = (body: object) => post(api, '/drills', body, schemas.drill)
const refusal = async (body: object, status = 422) => (await post(api, '/drills', body, problem, status)).detail
const list = async (query = '') => (await get(api, `/drills${query}`, schemas.drillPage)).items.map(({ id }) => id)

test('a drill is recorded with what it took, moves the ladder, and is listed', async () => {
  const before = await get(api, '/services/shop', serviceAnswer)
  expect(before.ladder).toMatchObject({ rung: 'exists', next: { rung: 'readable' } })
  const drill = await record(told)
  expect(drill).toMatchObject({
    service: 'shop',
    check: null,
    by: 'dashboard',
    recorded_by: 'dashboard',
    recorded_at: toIso(NOW),
    origin: 'hand',
    rta_seconds: 45 * MINUTES,
    rpa_seconds: 10 * MINUTES,
    gaps: [HOSTILE],
    ended: null,
  })
  expect(await get(api, `/drills/${drill.id}`, schemas.drill)).toEqual(drill)
  expect(await list()).toEqual([drill.id])
  const after = await get(api, '/services/shop', serviceAnswer)
  expect(after).toMatchObject({
    ladder: { rung: 'within-rto', since: told.at },
    rta_seconds: 45 * MINUTES,
    drills: [{ id: drill.id, part: null }],
  })
  const outcomes = (of: typeof after) =>
    Object.fromEntries(
      of.findings.flatMap(({ rule, outcome }) => (/^(rto|drill-recency)$/.test(rule) ? [[rule, outcome]] : [])),
    )
  expect(outcomes(before)).toEqual({ 'drill-recency': 'unknown', rto: 'unknown' })
  expect(outcomes(after)).toEqual({ 'drill-recency': 'pass', rto: 'pass' })
})

test('one that is withdrawn counts no more, and says by whom and why', async () => {
  const { id } = await record({ ...told, by: 'Ann' })
  const ended = await post(api, `/drills/${id}/withdraw`, { reason: 'the wrong host', by: 'Ben' }, schemas.drill)
  expect(ended).toMatchObject({
    by: 'Ann',
    ended: { at: toIso(NOW), by: 'Ben', reason: 'the wrong host', replaced_by: null },
  })
  expect((await get(api, '/services/shop', serviceAnswer)).ladder.rung).toBe('exists')
  expect(await list()).toEqual([])
  expect(await list('?ended=true')).toEqual([id])
  const again = await post(api, `/drills/${id}/withdraw`, { reason: 'x' }, problem, 409)
  expect(again.detail).toMatch(/was withdrawn at .* by Ben: the wrong host\.$/)
  expect((await post(api, '/drills/none/withdraw', { reason: 'x' }, problem, 404)).detail).toContain('no drill "none"')
  expect((await post(api, `/drills/${id}/withdraw`, { reason: ' ' }, problem, 400)).detail).toContain('reason')
})

test('one that is corrected is replaced by another, once', async () => {
  const { id } = await record(told)
  const better = await record({
    ...told,
    rta_seconds: 3 * 3600,
    at: toIso(plus(NOW, -4 * HOUR)),
    replaces: id,
    reason: 'the clock was wrong',
  })
  expect(better).toMatchObject({ replaces: id, rta_seconds: 3 * 3600 })
  expect(await list()).toEqual([better.id])
  expect(await get(api, `/drills/${id}`, schemas.drill)).toMatchObject({
    ended: { reason: 'the clock was wrong', replaced_by: better.id },
  })
  expect(await refusal({ ...told, replaces: id })).toMatch(/was replaced by .*the clock was wrong/)
  expect(await refusal({ ...told, replaces: 'none' })).toContain('no drill "none"')
})

test('what a source has reported keeps its name there when a person corrects it', async () => {
  const seen = aDrill('', { id: 'seen', service: null, check: 'near/shop', origin: 'source', reference: 'near:j1' })
  await api.store.write((tx) => tx.addDrills([seen]))
  const { id } = await record({ ...told, replaces: 'seen' })
  expect(await api.store.read.drill(id)).toMatchObject({ origin: 'hand', reference: 'near:j1' })
})

test('what is sent twice is recorded once', async () => {
  const id = '0190a8f0-0000-7000-8000-000000000001'
  const first = await record({ ...told, id })
  await api.clock.advance(1000)
  expect(await record({ ...told, id })).toEqual(first)
  expect(await list()).toEqual([id])
  expect(await refusal({ ...told, id, rpa_seconds: 1 })).toContain('says something else')
})

test('a drill of a check counts for the services whose copies it proves', async () => {
  const { id } = await record({ ...told, service: undefined, check: 'near/shop' })
  const other = await record({ ...told, service: 'wiki' })
  expect(await get(api, '/services/shop', serviceAnswer)).toMatchObject({
    ladder: { rung: 'verified', next: { rung: 'within-rto' } },
    drills: [{ id, part: 'near/shop' }],
  })
  expect(await list('?service=shop')).toEqual([id])
  expect(await list('?service=wiki')).toEqual([other.id])
  expect(await list('?check=near%2Fshop')).toEqual([id])
  expect(await list('?outcome=failed,restored')).toEqual([])
})

test.each<[string, object, RegExp]>([
  ['of nothing', { service: undefined }, /Say what was restored: a service, or a check/],
  ['of a service that is misspelt', { service: 'shpo' }, /no service "shpo": did you mean "shop"\?/],
  ['of a service that is not there', { service: 'payments' }, /no service "payments": there are: shop, wiki/],
  ['of a check that is not there', { check: 'near/none' }, /no check "near\/none"/],
  ['in the future', { at: toIso(plus(NOW, HOUR)) }, /would have begun at .*, and now is/],
  ['that ends in the future', { at: toIso(plus(NOW, -HOUR / 2)) }, /would end at .*, and now is .*is the start right/],
  ['that took longer than it can have', { rta_seconds: 3 * 3600 }, /would end at/],
  [
    'whose RTA contradicts its phases',
    { rta_seconds: 600 },
    /RTA of 10m contradicts its phases, which took 45m together/,
  ],
  [
    'with a phase before its start',
    { phases: [{ name: 'locate', seconds: 1, started_at: toIso(plus(NOW, -3 * HOUR)) }] },
    /phase "locate" begins before the drill does/,
  ],
  ['that failed in time', { outcome: 'failed', rta_seconds: 2700 }, /failed has no recovery time/],
])('a drill %s is refused', async (_, parts, words) => {
  expect(await refusal({ ...told, ...parts })).toMatch(words)
  expect(await list('?ended=true')).toEqual([])
})

test('phases side by side take as long as the last to end, and one that failed has no recovery time', async () => {
  const at = (hours: number) => toIso(plus(NOW, hours * HOUR))
  const beside = await record({
    ...told,
    at: at(-4),
    phases: [
      { name: 'database', seconds: 7200, started_at: at(-4) },
      { name: 'files', seconds: 600, started_at: at(-3.5) },
      { name: 'start', seconds: 600 },
    ],
  })
  expect(beside.rta_seconds).toBe(7200)
  expect((await record({ ...told, outcome: 'failed', rpa_seconds: null })).rta_seconds).toBeNull()
  expect((await record({ ...told, phases: [], rta_seconds: null })).rta_seconds).toBeNull()
})

test.each([
  [{}, 'at'],
  [{ ...told, outcome: 'fine' }, 'outcome'],
  [{ ...told, at: 'yesterday' }, 'at'],
  [{ ...told, phases: [{ name: '', seconds: 1 }] }, 'phases.0.name'],
  [{ ...told, phases: [{ name: 'x', seconds: -1 }] }, 'phases.0.seconds'],
  [{ ...told, phases: Array.from({ length: 51 }, () => told.phases[0]) }, 'phases'],
  [{ ...told, rta_seconds: '1h' }, 'rta_seconds'],
  [{ ...told, rta_seconds: 1e12 }, 'rta_seconds'],
  [{ ...told, gaps: ['x'.repeat(1001)] }, 'gaps.0'],
  [{ ...told, note: 'a\0b' }, 'note'],
  [{ ...told, id: 'not-a-uuid' }, 'id'],
  [{ ...told, orign: 'source' }, 'orign'],
])('%j can not be understood', async (body, words) => {
  const answer = await api.send('POST', '/api/v1/drills', body)
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining(words)])
})

test.each(['?service=a&check=b', '?outcome=fine', '?limit=0', '?cursor=%00', '?svc=x'])(
  '%s is refused',
  async (query) => {
    expect((await api.get(`/api/v1/drills${query}`)).status).toBe(400)
  },
)
