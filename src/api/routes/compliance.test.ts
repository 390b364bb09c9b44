import { afterEach, expect, it } from 'vitest'
import { aConfig, startApi, type TestApi } from '../../../test/fakes/api.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { aCheck } from '../../../test/fakes/records.ts'
import { plus } from '../../domain/instant.ts'
import type { CheckStatus } from '../../domain/status.ts'
import { aws } from '../../sources/aws/index.ts'
import { compliance } from '../compliance.ts'

const apis: TestApi[] = []
afterEach(() => Promise.all(apis.splice(0).map((api) => api[Symbol.asyncDispose]())))

const REGIONS = ['eu-central-1', 'eu-west-1']
const count = (pass: number, fail: number, unknown: number) => ({ type: 'NOTIFICATIONS_MISSING', pass, fail, unknown })

/** An instance that watches AWS Backup in two regions, whose last looks have remembered these. */
async function instance(memories: (object | null)[], statuses: CheckStatus[]) {
  const config = aws.config.parse({ regions: REGIONS, checks: { backup: {} } })
  const prod = {
    name: 'prod',
    type: 'aws',
    source: aws,
    config,
    everyMs: 1,
    timeoutMs: 1,
    threshold: {},
    overrides: [],
    owner: null,
    tags: {},
    at: { file: 'x', line: 1, column: 1 },
  }
  const api = await startApi({ context: { config: () => ({ ...aConfig(), sources: [prod] }) } })
  apis.push(api)
  await api.store.write(async (tx) => {
    await tx.declareScopes(
      aws.scopes('prod', config).map(({ id, name }) => ({ id, source: 'prod', name })),
      ['prod'],
      NOW,
    )
    for (const memory of memories) {
      const lease = await tx.claimScope('test', NOW, 60_000)
      if (!lease) throw new Error('nothing is due')
      await tx.finishLook(lease, {
        at: NOW,
        status: 'complete',
        tookMs: 1,
        fault: null,
        failures: 0,
        nextLookAt: plus(NOW, 1),
        memory: memory && { upkeep: memory },
      })
    }
    await tx.saveChecks(
      statuses.map((status, n) =>
        aCheck(`prod/backup:eu-central-1/${n}`, { source: 'prod', type: 'aws-backup', judgement: { status } }),
      ),
    )
  })
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
