import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApi } from '../../../test/fakes/api.ts'
import { get, HOSTILE, HOUR, pathOf, post, startEstate } from '../../../test/fakes/estate.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { plus, toIso } from '../../domain/instant.ts'
import * as incidents from '../incident-schemas.ts'
import * as schemas from '../schemas.ts'

let api: TestApi
beforeAll(async () => {
  api = await startEstate()
})
afterAll(() => api[Symbol.asyncDispose]())

test('a check is paused and resumed', async () => {
  const path = pathOf('fleet/ok-7')
  const paused = await post(api, `${path}/pause`, { for_seconds: 3600, reason: 'moving house' }, schemas.check)
  expect(paused).toMatchObject({
    status: 'paused',
    paused: { until: toIso(plus(NOW, HOUR)), by: 'dashboard', reason: 'moving house' },
  })
  const until = toIso(plus(NOW, 2 * HOUR))
  expect((await post(api, `${path}/pause`, { until }, schemas.check)).paused?.until).toBe(until)
  expect(await post(api, `${path}/resume`, undefined, schemas.check)).toMatchObject({ status: 'ok', paused: null })
  expect((await get(api, path, schemas.check)).status).toBe('ok')
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
  expect(await post(api, `${pathOf('fleet/ok-1')}/look`, {}, schemas.requested, 202)).toEqual({ requested: 1 })
  expect(await post(api, '/sources/fleet/look', undefined, schemas.requested, 202)).toEqual({ requested: 1 })
  expect(await post(api, '/sources/none/look', undefined, schemas.problem, 404)).toMatchObject({ status: 404 })
  expect(await post(api, '/sources/jobs/look', undefined, schemas.problem, 409)).toMatchObject({ status: 409 })
})

test('an incident is acknowledged, then resolved, and no more than that', async () => {
  const list = await get(api, '/incidents?state=open,acknowledged', incidents.incidentPage)
  expect(list.items.map((item) => item.id).sort()).toEqual(['i1', 'i2'])
  expect((await get(api, '/incidents?severity=critical', incidents.incidentPage)).items).toMatchObject([{ id: 'i2' }])
  expect((await get(api, '/incidents?check=fleet%2Fgone', incidents.incidentPage)).items).toMatchObject([{ id: 'i3' }])

  expect(await post(api, '/incidents/i1/acknowledge', { note: 'on it' }, incidents.incident)).toMatchObject({
    state: 'acknowledged',
    acknowledged_by: 'dashboard',
    acknowledged_at: toIso(NOW),
  })
  expect(await post(api, '/incidents/i1/resolve', undefined, incidents.incident)).toMatchObject({ state: 'resolved' })
  expect(await post(api, '/incidents/i1/resolve', undefined, schemas.problem, 409)).toMatchObject({ status: 409 })
  expect(await post(api, '/incidents/none/acknowledge', undefined, schemas.problem, 404)).toMatchObject({ status: 404 })

  const detail = await get(api, '/incidents/i1', incidents.incidentDetail)
  expect(detail.events.map(({ kind, by }) => [kind, by])).toEqual([
    ['opened', null],
    ['acknowledged', 'dashboard'],
    ['resolved', 'dashboard'],
  ])
  expect(detail.events[0]?.reason).toBe(HOSTILE)
  expect(detail.current_check?.id).toBe('fleet/db/main')
  expect((await get(api, '/incidents/i3', incidents.incidentDetail)).current_check).toBeNull()
})

test('a channel is tested, a dead message is sent again', async () => {
  expect((await get(api, '/channels', schemas.channelList)).items).toMatchObject([
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
  const { deliveries } = await post(api, '/channels/oncall/test', {}, incidents.queued, 202)
  expect(deliveries).toMatchObject([{ channel: 'oncall', state: 'pending', test: true }])
  expect(await post(api, '/channels/none/test', {}, schemas.problem, 404)).toMatchObject({ status: 404 })

  expect((await get(api, '/deliveries?state=dead', incidents.deliveryList)).items).toMatchObject([
    { id: 'd2', next_attempt_at: null, finished_at: toIso(NOW) },
  ])
  expect(await post(api, '/deliveries/d1/retry', undefined, schemas.problem, 409)).toMatchObject({ status: 409 })
  expect(await post(api, '/deliveries/none/retry', undefined, schemas.problem, 404)).toMatchObject({ status: 404 })
  expect(await post(api, '/deliveries/d2/retry', undefined, incidents.delivery)).toMatchObject({
    state: 'pending',
    next_attempt_at: toIso(NOW),
    items: [{ incident: 'i1', check: 'fleet/web-server' }],
    omitted: 0,
  })
  expect((await get(api, '/deliveries?channel=oncall&limit=2', incidents.deliveryList)).truncated).toBe(true)
})
