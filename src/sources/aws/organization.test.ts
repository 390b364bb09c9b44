import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { startFront } from '../../../test/fakes/aws-front.ts'
import { ACCOUNT, type FakeAwsOptions } from '../../../test/fakes/aws-server.ts'
import { scanOf } from '../../../test/fakes/scan.ts'
import { createAws } from './index.ts'

const MEMBER = '210987654321'
const organization = [ACCOUNT, MEMBER].map((id) => ({ id, status: 'ACTIVE' }))
const accounts = { [ACCOUNT]: { 'eu-central-1': {} }, [MEMBER]: { 'eu-central-1': {} } }

/** Looks at scopes of one configuration, whose credentials are of the management account. */
async function start(options: FakeAwsOptions, more: object = {}) {
  const front = await startFront({ organization, accounts, ...options })
  onTestFinished(() => front[Symbol.asyncDispose]())
  const source = createAws({ env: {} })
  const config = source.config.parse({
    endpoint: front.url,
    access_key_id: 'AKIATEST',
    secret_access_key: 'the secret of the test',
    organization: true,
    role_name: 'OrganizationAccountAccessRole',
    regions: ['eu-central-1'],
    ...more,
  })
  const found = (scope: string) => (scope === 'prod/organization' ? { accounts: [ACCOUNT, MEMBER] } : null)
  const known = {
    ...source,
    config: z.unknown().transform(() => config),
    scopes: (name: string, given: typeof config) => source.scopes(name, given, found),
  }
  return { front, scan: (scope: string) => scanOf(known, {}, { name: 'prod', scope }) }
}
const rdsOf = (account: string) => `rds:${account}:eu-central-1`

it('the management account is asked with its own credentials, where the role is not: AWS makes it in members only', async () => {
  const { scan, front } = await start({ roles: { [MEMBER]: null } })
  const { requests } = front.aws
  expect((await scan(rdsOf(ACCOUNT))).fault).toBeNull()
  expect(requests.at(-1)).toMatchObject({ service: 'rds', key: 'AKIATEST', account: ACCOUNT })
  expect((await scan(rdsOf(MEMBER))).fault).toBeNull()
  expect(requests.at(-1)).toMatchObject({ service: 'rds', account: MEMBER })
  // not for each request
  expect((await scan(`ebs:${ACCOUNT}:eu-central-1`)).fault).toBeNull()
  expect(front.aws.counts()).toMatchObject({ AssumeRole: 2, GetCallerIdentity: 1 })
})

it('no other account is', async () => {
  const { scan } = await start({ roles: {} })
  expect((await scan(rdsOf(MEMBER))).fault).toMatchObject({ kind: 'denied', message: expect.stringContaining(MEMBER) })
})

it('the management account is entered by the role where it has it', async () => {
  const { scan, front } = await start({ roles: { [ACCOUNT]: null } })
  expect((await scan(rdsOf(ACCOUNT))).fault).toBeNull()
  expect(front.aws.requests.at(-1)?.key).toMatch(/^ASIA/)
  expect(front.aws.counts().GetCallerIdentity).toBeUndefined()
})

it('a queue of the management account is read without a role', async () => {
  const queue_url = `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/backproof`
  const { scan, front } = await start({ roles: { [MEMBER]: null } }, { events: { sqs: { queue_url } } })
  front.queues.createQueue('backproof')
  expect((await scan('events')).fault).toBeNull()
})
