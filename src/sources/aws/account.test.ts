import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  ACCOUNT,
  type AwsRequest,
  type FakeAws,
  type FakeAwsOptions,
  startAws,
} from '../../../test/fakes/aws-server.ts'
import { scanOf } from '../../../test/fakes/scan.ts'
import { createAws } from './index.ts'

const OTHER = '210987654321'
const KEYS = { access_key_id: 'AKIATEST', secret_access_key: 'the secret of the test' }
const role = (account = ACCOUNT) => `arn:aws:iam::${account}:role/backproof-read`
const servers: FakeAws[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function serve(options: FakeAwsOptions = {}): Promise<FakeAws> {
  const server = await startAws(options)
  servers.push(server)
  return server
}

async function scan(options: FakeAwsOptions, written: object = {}, more: Parameters<typeof scanOf>[2] = {}) {
  const server = await serve(options)
  const config = { endpoint: server.url, ...KEYS, regions: ['eu-central-1'], checks: { rds: {} }, ...written }
  return { ...(await scanOf(createAws({ env: {} }), config, { name: 'prod', ...more })), server }
}

describe('who asks', () => {
  it('takes on the role with its external id, once for all scopes', async () => {
    const server = await serve({ roles: { [ACCOUNT]: 'shared-by-both' }, keys: { AKIATEST: OTHER } })
    const source = createAws({ env: {} })
    const written = {
      endpoint: server.url,
      ...KEYS,
      role_arn: role(),
      external_id: 'shared-by-both',
      regions: ['eu-central-1'],
    }
    const config = source.config.parse(written)
    // one configuration for both, as of one that was loaded
    const same = { ...source, config: z.unknown().transform(() => config) }
    const both = await Promise.all(
      ['rds:eu-central-1', 'ebs:eu-central-1'].map((scope) => scanOf(same, written, { scope })),
    )
    expect(both.map(({ fault }) => fault)).toEqual([null, null])
    expect(server.counts()).toMatchObject({ AssumeRole: 1, DescribeVolumes: 1 })
    expect(server.counts().GetCallerIdentity).toBeUndefined()
    expect(server.requests[0]?.parameters.get('RoleSessionName')).toBe('backproof')
    expect(new Set(server.requests.slice(1).map(({ key }) => key))).toEqual(new Set([`ASIA${ACCOUNT}N0`]))
  })

  it('says what to do where the role does not trust us', async () => {
    const { fault } = await scan({ roles: { [ACCOUNT]: 'another' } }, { role_arn: role(), external_id: 'guessed' })
    expect(fault).toMatchObject({ kind: 'denied', advice: expect.stringMatching(/trust.*external_id/) })
    expect(fault?.message).toContain(role())
    expect(JSON.stringify(fault)).not.toContain('guessed')
  })

  it.each(['external_id', 'secret_access_key'])('says that %s can not be read any more', async (key) => {
    const home = mkdtempSync(join(tmpdir(), 'aws-'))
    const path = join(home, 'secret')
    writeFileSync(path, 'of this test')
    const server = await serve()
    const written = {
      endpoint: server.url,
      ...KEYS,
      role_arn: role(),
      regions: ['eu-central-1'],
      [key]: `\${file:${path}}`,
    }
    const source = createAws({ env: {} })
    const config = source.config.parse(written)
    rmSync(home, { recursive: true })
    const { fault } = await scanOf({ ...source, config: z.unknown().transform(() => config) }, written)
    expect(fault).toMatchObject({ kind: 'credentials', message: expect.stringContaining(path) })
  })

  it('takes the credentials of a profile, and tells where none are', async () => {
    const home = mkdtempSync(join(tmpdir(), 'aws-'))
    writeFileSync(
      join(home, 'credentials'),
      '[audit]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = xyz/secret\n',
    )
    const env = {
      HOME: home,
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
    }
    const server = await serve({ keys: { AKIAPROFILE: ACCOUNT } })
    const written = { endpoint: server.url, regions: ['eu-central-1'], checks: { rds: {} } }
    const good = await scanOf(createAws({ env }), { ...written, profile: 'audit' })
    expect([good.fault, server.requests[0]?.key]).toEqual([null, 'AKIAPROFILE'])
    const bad = await scanOf(createAws({ env }), { ...written, profile: 'nobody' })
    expect(bad.fault).toMatchObject({ kind: 'credentials', message: expect.stringContaining('nobody') })
    rmSync(home, { recursive: true })
  })

  it('renews a session that ends before its time, once', async () => {
    const expired = (before: number) =>
      before < 4
        ? { code: 'ExpiredToken', message: 'The security token included in the request is expired', status: 403 }
        : undefined
    const databases = { accounts: { [ACCOUNT]: { 'eu-central-1': { databases: [{ name: 'a' }] } } } }
    const once = await scan(
      {
        ...databases,
        fault: ({ action, key }) => (action === 'DescribeDBInstances' && key.endsWith('N0') ? expired(0) : undefined),
      },
      { role_arn: role() },
    )
    expect([once.fault, once.checks.length]).toEqual([null, 2])
    expect(once.server.counts()).toMatchObject({ AssumeRole: 2, DescribeDBInstances: 2 })
    const always = await scan(
      { fault: ({ action }) => (action.startsWith('Describe') ? expired(0) : undefined) },
      { role_arn: role() },
    )
    expect(always.fault).toMatchObject({ kind: 'credentials', message: expect.stringContaining('expired') })
  })

  it('takes a new session shortly before the old one ends', async () => {
    const server = await serve({ sessionMs: 4 * 60_000 })
    const source = createAws({ env: {} })
    const written = { endpoint: server.url, ...KEYS, role_arn: role(), regions: ['eu-central-1'], checks: { ebs: {} } }
    await scanOf(source, written)
    // of four minutes nothing is left but the margin: each request has its own
    expect(server.counts().AssumeRole).toBeGreaterThan(1)
  })
})

type Case = [what: string, code: string, message: string, kind: string, words: string | RegExp, advice: RegExp]
const SCP =
  'User: arn:aws:sts::123456789012:assumed-role/backproof-read/backproof is not authorized to perform: rds:DescribeDBInstances on resource: arn:aws:rds:eu-central-1:123456789012:db:* with an explicit deny in a service control policy'

describe('what goes wrong is told apart', () => {
  it.each<Case>([
    [
      'a missing permission',
      'AccessDenied',
      'User: arn:x is not authorized to perform: rds:DescribeDBInstances because no identity-based policy allows it',
      'denied',
      'may not rds:DescribeDBInstances in eu-central-1',
      /Allow rds:DescribeDBInstances .*permissions/,
    ],
    [
      'the same, without saying which',
      'UnauthorizedOperation',
      'You are not authorized to perform this operation.',
      'denied',
      'may not rds:DescribeDB',
      /Allow rds:DescribeDB/,
    ],
    ['a service control policy', 'AccessDenied', SCP, 'denied', 'service control policy', /Leave the region out/],
    [
      'a permissions boundary',
      'AccessDenied',
      'not authorized to perform: rds:DescribeDBClusters with an explicit deny in a permissions boundary',
      'denied',
      'permissions boundary',
      /beats every allow/,
    ],
    [
      'a region that was not opted in to',
      'OptInRequired',
      'You are not subscribed to this service.',
      'not-found',
      'not enabled for this account',
      /regions/,
    ],
    [
      'a wrong secret',
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match',
      'credentials',
      'does not accept',
      /secret/,
    ],
    [
      'a clock that is behind',
      'SignatureDoesNotMatch',
      'Signature expired: 20261120T110000Z is now earlier than 20261120T120000Z',
      'clock',
      "This machine's clock",
      /NTP/,
    ],
    ['what is not known', 'InternalFailure', 'oops\u001b[31m', 'unreadable', /InternalFailure: oops\\u001b/, /report/],
  ])('%s', async (_, code, message, kind, words, advice) => {
    const { fault, server } = await scan(
      {
        fault: ({ action }) =>
          action === 'DescribeDBInstances' || action === 'DescribeDBClusters' ? { code, message } : undefined,
      },
      { role_arn: role() },
    )
    expect(fault).toMatchObject({ kind, message: expect.stringMatching(words), advice: expect.stringMatching(advice) })
    expect(Math.max(...Object.values(server.counts()))).toBeLessThanOrEqual(3)
  })

  it('throttling, after three tries in all', async () => {
    const throttle = ({ action }: AwsRequest) =>
      action === 'DescribeDBClusters' ? { code: 'Throttling', message: 'Rate exceeded' } : undefined
    const { fault, server } = await scan({ fault: throttle })
    expect(fault).toMatchObject({ kind: 'throttled', message: expect.stringContaining('rds:DescribeDBClusters') })
    // by request: another test's client that gives up late may ask at a port that was its server's
    const tries = Map.groupBy(server.requests, ({ action, invocation }) => `${action} ${invocation}`)
    expect(Math.max(...[...tries.values()].map(({ length }) => length))).toBe(3)
  })

  it('throttling that passes is no fault', async () => {
    let seen = 0
    const { fault } = await scan({
      fault: ({ action }) =>
        action === 'DescribeDBClusters' && seen++ === 0 ? { code: 'RequestLimitExceeded' } : undefined,
    })
    expect([fault, seen]).toEqual([null, 2])
  })

  it('a region that is not enabled, and credentials that are wrong everywhere', async () => {
    const regions = ['eu-central-1', 'me-south-1']
    const accounts = { [ACCOUNT]: { 'eu-central-1': {} } }
    const off = await scan({ accounts }, { regions }, { scope: 'rds:me-south-1' })
    expect(off.fault).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('me-south-1 is not enabled'),
    })
    const wrong = await scan({ accounts, keys: {} }, { regions }, { scope: 'rds:me-south-1' })
    expect(wrong.fault).toMatchObject({ kind: 'credentials' })
  })

  it.each([60, -60])('a clock that is %i minutes off, though AWS answers', async (minutes) => {
    const { fault } = await scan({ aheadMs: minutes * 60_000 })
    expect(fault).toMatchObject({ kind: 'clock', message: expect.stringContaining('60 minutes') })
  })

  it('a network fault', async () => {
    const server = await serve()
    await server.stop()
    const { fault } = await scan({}, { endpoint: server.url })
    expect(fault).toMatchObject({ kind: 'network', message: expect.stringContaining('the connection was refused') })
  })

  it('a page of a proxy is no empty account', async () => {
    const { fault, checks } = await scan({
      fault: ({ action }) =>
        action === 'DescribeDBInstances' ? { raw: '<html><body>Log in</body></html>' } : undefined,
    })
    expect([fault?.kind, checks]).toEqual(['unreadable', []])
  })

  it('a region that hangs stops at the time limit, and holds up no other', async () => {
    const limit = new AbortController()
    const server = await serve({
      accounts: { [ACCOUNT]: { 'eu-central-1': {}, 'eu-west-1': {} } },
      fault: ({ region, action }) => {
        if (region !== 'eu-west-1' || !action.startsWith('Describe')) return undefined
        setImmediate(() => limit.abort())
        return 'hang'
      },
    })
    const written = {
      endpoint: server.url,
      ...KEYS,
      role_arn: role(),
      regions: ['eu-central-1', 'eu-west-1'],
      checks: { ebs: {} },
    }
    const source = createAws({ env: {} })
    const hanging = scanOf(source, written, { scope: 'ebs:eu-west-1', signal: limit.signal })
    expect((await scanOf(source, written, { scope: 'ebs:eu-central-1' })).fault).toBeNull()
    expect((await hanging).fault).toMatchObject({ kind: 'timeout', message: expect.stringContaining('eu-west-1') })
  })
})

describe('which regions and accounts there are', () => {
  const organization = [
    { id: ACCOUNT, status: 'ACTIVE' },
    { id: OTHER, status: 'ACTIVE' },
    { id: '333333333333', status: 'SUSPENDED' },
  ]

  it('asks for the regions that are enabled', async () => {
    const { end, memory, server } = await scan(
      { accounts: { [ACCOUNT]: { 'eu-west-1': {}, 'eu-central-1': {} } } },
      { regions: 'all' },
    )
    expect([end?.kind, memory]).toEqual(['scope-complete', { regions: ['eu-central-1', 'eu-west-1'] }])
    expect(server.counts()).toEqual({ DescribeRegions: 1 })
  })

  it('does not believe that there is no region', async () => {
    const { fault } = await scan({ accounts: { [ACCOUNT]: {} } }, { regions: 'all' })
    expect(fault?.kind).toBe('unreadable')
  })

  it('asks the organization for its active accounts', async () => {
    const written = { organization: true, role_name: 'backproof-read', regions: 'all' }
    const { memory, server } = await scan({ organization }, written)
    expect(memory).toEqual({ accounts: [ACCOUNT, OTHER] })
    expect(server.requests[0]).toMatchObject({ action: 'ListAccounts', key: 'AKIATEST' })
  })

  it('takes on the role of each account, and one that does not have it stops no other', async () => {
    const options = {
      roles: { [ACCOUNT]: null },
      accounts: { [ACCOUNT]: { 'eu-west-1': {} }, [OTHER]: { 'eu-west-1': {} } },
    }
    const written = { accounts: [{ id: ACCOUNT }, { id: OTHER }], role_name: 'backproof-read', regions: 'all' }
    const good = await scan(options, written, { scope: `regions:${ACCOUNT}` })
    expect(good.memory).toEqual({ regions: ['eu-west-1'] })
    const bad = await scan(options, written, { scope: `regions:${OTHER}` })
    expect(bad.fault).toMatchObject({ kind: 'denied', message: expect.stringContaining(role(OTHER)) })
  })
})
