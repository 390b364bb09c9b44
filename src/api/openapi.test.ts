import { expect, test } from 'vitest'
import { z } from 'zod'
import { startApi } from '../../test/fakes/api.ts'
import { openApiDocument } from './openapi.ts'

const documentSchema = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
})

const read = async () => documentSchema.parse(await openApiDocument('1.2.3'))

test('the document lists every call of the API, each with a name of its own', async () => {
  const { openapi, paths } = await read()
  expect(openapi).toBe('3.1.0')
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({
      call: `${method.toUpperCase()} ${path}`,
      id: call.operationId,
    })),
  )
  expect(calls.map(({ call }) => call.replace('/api/v1', '')).sort()).toEqual([
    'DELETE /session',
    'DELETE /settings/{kind}/{name}',
    'GET /channels',
    'GET /checks',
    'GET /checks/{id}',
    'GET /checks/{id}/history',
    'GET /checks/{id}/pings',
    'GET /checks/{id}/recovery-points',
    'GET /compliance',
    'GET /costs',
    'GET /deliveries',
    'GET /domains',
    'GET /drills',
    'GET /drills/{id}',
    'GET /evidence/head',
    'GET /incidents',
    'GET /incidents/{id}',
    'GET /losses',
    'GET /report',
    'GET /services',
    'GET /services/{name}',
    'GET /services/{name}/runbook',
    'GET /session',
    'GET /settings',
    'GET /simulate',
    'GET /sources',
    'GET /summary',
    'POST /channels/{name}/test',
    'POST /checks/{id}/look',
    'POST /checks/{id}/pause',
    'POST /checks/{id}/resume',
    'POST /deliveries/{id}/retry',
    'POST /drills',
    'POST /drills/{id}/withdraw',
    'POST /incidents/{id}/acknowledge',
    'POST /incidents/{id}/resolve',
    'POST /session',
    'POST /sources/{name}/look',
    'PUT /settings/{kind}/{name}',
  ])
  expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length)
})

test('every component that is referred to is there, and none stands there for nothing', async () => {
  const document = await read()
  const text = JSON.stringify(document)
  const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] ?? ''))
  expect(referred).toEqual(new Set(Object.keys(document.components.schemas)))
})

test('parameters are described as they are written', async () => {
  const { paths } = await read()
  const { parameters } = z
    .object({ parameters: z.array(z.object({ name: z.string(), schema: z.unknown() })) })
    .parse(paths['/api/v1/checks']?.get)
  const schemaOf = (name: string) => parameters.find((parameter) => parameter.name === name)?.schema
  expect(schemaOf('limit')).toMatchObject({ type: 'integer', minimum: 1, maximum: 500, default: 50 })
  expect(schemaOf('status')).toMatchObject({ type: 'array', items: { enum: expect.arrayContaining(['stale']) } })
})

test('the server answers with the same document', async () => {
  await using api = await startApi()
  const { status, body } = await api.get('/api/v1/openapi.json')
  expect([status, body]).toEqual([200, JSON.parse(JSON.stringify(await openApiDocument('1.2.3')))])
})
