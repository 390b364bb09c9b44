import { plus } from '../../src/domain/instant.ts'
import type { CheckStatus } from '../../src/domain/status.ts'
import { aws } from '../../src/sources/aws/index.ts'
import { aConfig, startApi, type TestApi } from './api.ts'
import { NOW } from './notification.ts'
import { aCheck } from './records.ts'

const REGIONS = ['eu-central-1', 'eu-west-1']
export const count = (pass: number, fail: number, unknown: number) => ({
  type: 'NOTIFICATIONS_MISSING',
  pass,
  fail,
  unknown,
})

/** An instance that watches AWS Backup in two regions, whose last looks have remembered these. */
export async function complianceInstance(
  memories: (object | null)[],
  statuses: CheckStatus[],
  webRoot?: string,
): Promise<TestApi> {
  const api = await awsInstance(
    { backup: {} },
    memories.map((memory) => memory && { upkeep: memory }),
    webRoot,
  )
  await api.store.write((tx) =>
    tx.saveChecks(
      statuses.map((status, n) =>
        aCheck(`prod/backup:eu-central-1/${n}`, { source: 'prod', type: 'aws-backup', judgement: { status } }),
      ),
    ),
  )
  return api
}

/** An instance that watches this of AWS in two regions, whose last looks have remembered these. */
export async function awsInstance(checks: object, memories: (object | null)[], webRoot?: string): Promise<TestApi> {
  const role_arn = 'arn:aws:iam::123456789012:role/read'
  const config = aws.config.parse({ role_arn, regions: REGIONS, checks })
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
  const api = await startApi({
    ...(webRoot === undefined ? {} : { webRoot }),
    context: { config: () => ({ ...aConfig(), sources: [prod] }) },
  })
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
        memory,
      })
    }
  })
  return api
}
