import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApi } from '../../../test/fakes/api.ts'
import { get } from '../../../test/fakes/estate.ts'
import { startServiceApi } from '../../../test/fakes/service-api.ts'
import { anEstate } from '../../../test/fakes/service-estate.ts'
import * as schemas from '../simulation-schemas.ts'

let api: TestApi
beforeAll(async () => {
  const { services, checks } = anEstate(60, 3)
  api = await startServiceApi(services, checks)
})
afterAll(() => api[Symbol.asyncDispose]())

test('a loss tells who survives, from what, in which order, and with which figures', async () => {
  const lonely = await get(api, '/simulate?lose=account:lonely', schemas.simulationAnswer)
  expect(lonely).toMatchObject({
    losses: ['account:lonely'],
    summary: { gone: 6, restorable: 0, unknown: 0 },
    remarks: [],
  })
  expect(lonely.services[0]).toMatchObject({ fate: 'gone', from: null, assumed: false })

  const site = await get(api, '/simulate?lose=site:dc-1', schemas.simulationAnswer)
  expect(site.summary.restorable).toBeGreaterThan(5)
  const [first] = site.recovery
  expect(first).toMatchObject({ wave: 1, takes_seconds: 14_400, takes_from: 'rto' })
  expect(site.services.find(({ name }) => name === first?.name)).toMatchObject({
    fate: 'restorable',
    from: { standing: 'proven', recoverable_to: expect.stringMatching(/Z$/) },
    loss_seconds: expect.any(Number),
  })
})

test('several are lost together', async () => {
  const both = await get(api, '/simulate?lose=account:lonely&lose=site:dc-1', schemas.simulationAnswer)
  expect(both.losses).toEqual(['account:lonely', 'site:dc-1'])
  expect(both.summary.gone).toBeGreaterThanOrEqual(6)
})

test.each([
  ['?lose=nonsense', 400, 'is not something to lose: write KIND:VALUE'],
  ['?lose=site:moon', 404, 'nothing is known as site:moon: of site there are: dc-0'],
  ['', 400, 'lose'],
  [`?${Array.from({ length: 51 }, () => 'lose=site:dc-1').join('&')}`, 400, 'lose'],
])('%s is refused', async (query, status, words) => {
  expect(await api.get(`/api/v1/simulate${query}`)).toMatchObject({
    status,
    body: { detail: expect.stringContaining(words) },
  })
})

test('all single losses are ranked, page by page, and can be searched', async () => {
  const first = await get(api, '/losses?limit=3', schemas.lossPage)
  expect(first.items[0]).toMatchObject({ loss: 'account:lonely', summary: { gone: 6 } })
  const second = await get(api, `/losses?limit=3&cursor=${first.next_cursor}`, schemas.lossPage)
  expect(new Set([...first.items, ...second.items].map(({ loss }) => loss)).size).toBe(6)
  const found = await get(api, '/losses?q=LONE&kind=account,site', schemas.lossPage)
  expect([found.matching, found.items.map(({ loss }) => loss), found.next_cursor]).toEqual([
    1,
    ['account:lonely'],
    null,
  ])
  expect((await api.get('/api/v1/losses?cursor=x')).status).toBe(400)
})

test('what can be lost as a whole is counted', async () => {
  const accounts = await get(api, '/domains?kind=account&q=lonely', schemas.domainList)
  expect(accounts).toEqual({
    items: [{ kind: 'account', value: 'lonely', running: 6, copies: 18, services: 6 }],
    truncated: false,
  })
  const few = await get(api, '/domains?limit=2', schemas.domainList)
  expect([few.items.length, few.truncated]).toEqual([2, true])
})

test('where nothing is declared, nothing can be lost', async () => {
  await using empty = await startServiceApi([], [])
  expect(await get(empty, '/losses', schemas.lossPage)).toMatchObject({ items: [], matching: 0, next_cursor: null })
})
