import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type TestApi } from '../../test/fakes/api.ts'
import { pathOf, startEstate } from '../../test/fakes/estate.ts'
import * as schemas from './schemas.ts'

let api: TestApi
beforeAll(async () => {
  api = await startEstate()
})
afterAll(() => api[Symbol.asyncDispose]())

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
