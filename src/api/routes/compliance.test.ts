import { afterEach, expect, it } from 'vitest'
import type { TestApi } from '../../../test/fakes/api.ts'
import { complianceInstance, count } from '../../../test/fakes/compliance-estate.ts'
import { compliance } from '../compliance.ts'

const apis: TestApi[] = []
afterEach(() => Promise.all(apis.splice(0).map((api) => api[Symbol.asyncDispose]())))

async function instance(...given: Parameters<typeof complianceInstance>) {
  const api = await complianceInstance(...given)
  apis.push(api)
  return api
}

it('is the share of what is kept and backed up as it should be, over all regions', async () => {
  const api = await instance(
    [
      { kept: 3, well: 2, conditions: [count(2, 1, 0)] },
      { kept: 1, well: 0, conditions: [count(0, 0, 1)] },
    ],
    ['ok', 'due', 'failed', 'paused'],
  )
  const { status, body } = await api.get('/api/v1/compliance')
  expect(status).toBe(200)
  expect(compliance.parse(body)).toEqual({
    items: [{ source: 'prod', rate: 4 / 7, kept: 4, well: 2, backed_up: 3, good: 2, conditions: [count(2, 1, 1)] }],
  })
  const { body: metrics } = await api.get('/metrics')
  expect(metrics).toContain(`backproof_compliance_ratio{source="prod"} ${4 / 7}`)
})

it('is not told where no look has said anything yet', async () => {
  const api = await instance([], ['ok'])
  expect((await api.get('/api/v1/compliance')).body).toEqual({ items: [] })
})
