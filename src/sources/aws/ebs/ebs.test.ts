import { afterEach, expect, it } from 'vitest'
import {
  ACCOUNT,
  type FakeAws,
  type FakeAwsOptions,
  type FakeRegion,
  type FakeSnapshot,
  startAws,
} from '../../../../test/fakes/aws-server.ts'
import { scanOf } from '../../../../test/fakes/scan.ts'
import { type Instant, instant } from '../../../domain/instant.ts'
import { createAws } from '../index.ts'

const now = instant(Date.parse('2026-11-20T12:00:00Z'))
const HOUR = 3_600_000
const KEYS = { access_key_id: 'AKIATEST', secret_access_key: 'the secret of the test' }
const SCOPE = 'prod/ebs:eu-central-1'
const servers: FakeAws[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

const iso = (hoursAgo: number) => new Date(now - hoursAgo * HOUR).toISOString()
const snap = (id: string, volume: string, hoursAgo: number, more: Partial<FakeSnapshot> = {}): FakeSnapshot => ({
  id: `snap-${id}`,
  volume: `vol-${volume}`,
  startedAt: iso(hoursAgo),
  ...more,
})

interface Given {
  ebs?: object
  memory?: unknown
  at?: Instant
  /** More of the source's own settings. */
  more?: object
}

async function scan(
  region: FakeRegion,
  options: FakeAwsOptions = {},
  { ebs = {}, memory = null, at = now, more = {} }: Given = {},
) {
  const server = await startAws({ accounts: { [ACCOUNT]: { 'eu-central-1': region } }, ...options })
  servers.push(server)
  const role_arn = `arn:aws:iam::${ACCOUNT}:role/read`
  const written = { endpoint: server.url, ...KEYS, role_arn, regions: ['eu-central-1'], checks: { ebs }, ...more }
  const scanned = await scanOf(createAws({ env: {} }), written, { now: at, name: 'prod', memory })
  const good = Object.fromEntries(
    scanned.points
      .filter(({ state }) => state === 'complete')
      .map(({ check, id }) => [check.slice(SCOPE.length + 1), id]),
  )
  const asked = server.requests
    .filter(({ action }) => action === 'DescribeSnapshots')
    .map(({ parameters }) => parameters.get('Filter.1.Name') ?? 'all')
  return { ...scanned, server, good, asked, names: scanned.checks.map(({ resource }) => resource.name) }
}

const estate: FakeRegion = {
  volumes: [
    { id: 'vol-a', attachedTo: 'i-1', tags: { Name: 'data', env: 'prod' } },
    { id: 'vol-b', state: 'available' },
    { id: 'vol-old' },
    { id: 'vol-none' },
    { id: 'vol-new', createdAt: iso(20) },
    { id: 'vol-gone', state: 'deleting' },
  ],
  snapshots: [
    snap('a1', 'a', 100),
    snap('a2', 'a', 3, { completedAt: iso(2) }),
    snap('a3', 'a', 1, { state: 'pending' }),
    snap('b1', 'b', 30, { tier: 'archive' }),
    snap('b2', 'b', 5, { state: 'error', message: 'Client.InternalError & more' }),
    snap('old', 'old', 1000),
    snap('older', 'old', 2000),
    snap('orphan', 'deleted', 50),
    snap('orphan-old', 'deleted', 5000),
    snap('copy', 'ffffffff', 5),
  ],
}
const newest = { 'vol-a': 'snap-a2', 'vol-b': 'snap-b1', 'vol-old': 'snap-old' }

it('tells of each volume its newest completed snapshot, in the fewest requests', async () => {
  const { checks, points, good, server, asked, end } = await scan(estate)
  expect(end).toMatchObject({ kind: 'scope-complete', points: 'newest' })
  expect(good).toEqual(newest)
  expect(checks.map(({ check, type, detail }) => [check, type, detail])).toEqual([
    [`${SCOPE}/vol-a`, 'ebs-snapshot', 'Attached to i-1 as /dev/xvda.'],
    [
      `${SCOPE}/vol-b`,
      'ebs-snapshot',
      'Not attached to an instance (available). Its newest snapshot is archived: to restore from it takes 24 to 72 hours of waiting first.',
    ],
    [`${SCOPE}/vol-old`, 'ebs-snapshot', 'Not attached to an instance (available).'],
    [`${SCOPE}/vol-none`, 'ebs-snapshot', 'Not attached to an instance (available).'],
    [`${SCOPE}/vol-new`, 'ebs-snapshot', 'Not attached to an instance (available).'],
  ])
  expect(checks[0]).toMatchObject({
    bornAt: Date.parse('2025-01-01T00:00:00Z'),
    resource: {
      id: 'vol-a',
      name: 'data',
      provider: 'aws',
      account: ACCOUNT,
      region: 'eu-central-1',
      tags: { env: 'prod' },
    },
  })
  expect(points.find(({ id }) => id === 'snap-a2')).toMatchObject({
    recoverableTo: now - 3 * HOUR,
    completedAt: now - 2 * HOUR,
    sizeBytes: 8 * 2 ** 30,
  })
  expect(
    points.filter(({ state }) => state !== 'complete').map(({ id, state, problem }) => [id, state, problem]),
  ).toEqual([
    ['snap-a3', 'pending', 'it is not complete yet'],
    ['snap-b2', 'failed', 'AWS could not make the snapshot: Client.InternalError & more'],
  ])
  // vol-new is younger than the window: it can have nothing older
  expect(asked).toEqual([...Array.from({ length: 3 }, () => 'start-time'), 'volume-id'])
  expect(server.requests.at(-1)?.parameters.getAll('Filter.1.Value.1')).toEqual(['vol-old'])
  expect(server.counts()).toEqual({ AssumeRole: 1, DescribeVolumes: 1, DescribeSnapshots: 4 })
})

it.each(['ignored', 'refused', 'literal'] as const)(
  'finds the same where wildcards of start-time are %s',
  async (startTime) => {
    const first = await scan(estate, { startTime })
    expect(first.good).toEqual(newest)
    expect(first.memory).toMatchObject({ hasWindow: false })
    const second = await scan(estate, { startTime }, { memory: first.memory })
    expect([second.good, second.asked]).toEqual([newest, ['all']])
  },
)

it('reads everything once a day, and counts what was left behind by deleted volumes', async () => {
  const first = await scan(estate)
  expect(first.memory).toMatchObject({ fullAt: null, waste: null, hasWindow: true })
  const soon = await scan(estate, {}, { memory: first.memory, at: instant(now + 23 * HOUR) })
  expect(soon.asked).not.toContain('all')
  const later = await scan(estate, {}, { memory: first.memory, at: instant(now + 24 * HOUR) })
  expect([later.asked, later.good]).toEqual([['all'], newest])
  expect(later.memory).toMatchObject({
    fullAt: now + 24 * HOUR,
    waste: { at: now + 24 * HOUR, rows: [{ kind: 'orphaned-snapshots', points: 2, resources: 1 }] },
    hasWindow: true,
  })
})

it('tells what the snapshots of a volume cost that has had no good one for long, by its owner and its region', async () => {
  const memory = { since: now - 48 * HOUR, fullAt: null, hasWindow: true, waste: null }
  const region = {
    volumes: [{ id: 'vol-a', tags: { Owner: 'dba' } }, { id: 'vol-b' }],
    snapshots: [
      snap('a1', 'a', 2400, { fullBytes: 2 ** 31 }),
      snap('a2', 'a', 2300, { fullBytes: 2 ** 31 }),
      snap('a3', 'a', 9000, { fullBytes: 2 ** 31, description: 'This snapshot is created by the AWS Backup service.' }),
      snap('b1', 'b', 100),
    ],
  }
  const { memory: kept, asked } = await scan(region, {}, { memory })
  expect(asked).toEqual(['all'])
  const waste = (more: object = {}) => {
    const source = createAws({ env: {} })
    const config = source.config.parse({ role_arn: `arn:aws:iam::${ACCOUNT}:role/read`, ...more })
    return source.waste?.({ id: SCOPE, source: 'prod', name: 'ebs:eu-central-1' }, config, kept) ?? []
  }
  const found = { kind: 'stale-snapshots', owner: 'dba', account: ACCOUNT, points: 2, resources: 1, asOf: now }
  expect(waste()).toMatchObject([{ ...found, usdPerMonth: 2 * 0.054, bound: 'about' }])
  expect(waste({ prices: { ebs_snapshot_gib_month: 0.01 } })).toMatchObject([{ ...found, usdPerMonth: 0.02 }])
})

it.each([
  [{}, 2],
  [{ checks: { ebs: {}, backup: {} } }, 1],
  [{ checks: { ebs: {}, backup: { resources: { include: [{ name: 'x' }] } } } }, 1],
  [{ checks: { ebs: {}, backup: { resources: { include: [{ type: 'EFS' }] } } } }, 2],
  [{ checks: { ebs: {}, backup: { resources: { exclude: [{ type: 'E*' }, { name: 'x' }] } } } }, 2],
])('what AWS Backup made is counted once, with %j', async (more, points) => {
  const memory = { since: now - 48 * HOUR, fullAt: null, hasWindow: true, waste: null }
  const tags = { 'aws:backup:source-resource': 'vol-gone' }
  const { memory: kept } = await scan(
    { snapshots: [snap('1', 'gone', 9), snap('2', 'gone', 9, { tags })] },
    {},
    { memory, more },
  )
  expect(kept).toMatchObject({ waste: { rows: [{ points }] } })
})

it.each([
  [{ stale_chain_after: '100d' }, 0],
  [{ stale_chain_after: '90d', max_age: '100d' }, 0],
  [{ stale_chain_after: '10d' }, 1],
])('with %j %i volumes have stale snapshots', async (more, count) => {
  const memory = { since: now - 48 * HOUR, fullAt: null, hasWindow: true, waste: null }
  const region = { volumes: [{ id: 'vol-a' }], snapshots: [snap('a1', 'a', 95 * 24)] }
  const { memory: kept } = await scan(region, {}, { memory, more })
  expect(kept).toMatchObject({ waste: { rows: Array.from({ length: count }, () => ({ resources: 1 })) } })
})

it.each([
  [{ exclude: [{ state: 'available' }] }, ['data']],
  [{ include: [{ tag: 'env', value: 'pr*' }, { name: 'vol-none' }] }, ['data', 'vol-none']],
  [{ include: [{ instance: 'i-*' }] }, ['data']],
  [{ exclude: [{ name: 'vol-*' }] }, [] as string[]],
])('watches what %j means, and asks for nothing else', async (ebs, expected) => {
  const { names, server } = await scan(estate, {}, { ebs })
  expect(names).toEqual(expected)
  const looked = server.requests.filter(({ parameters }) => parameters.get('Filter.1.Name') === 'volume-id')
  expect(looked).toHaveLength(expected.some((name) => name === 'vol-none') ? 1 : 0)
})

it('goes through pages of every list, and through batches of volumes', async () => {
  const volumes = Array.from({ length: 2300 }, (_, n) => ({ id: `vol-${n}` }))
  const snapshots = volumes.flatMap(({ id }, n) => [
    snap(`${n}-1`, id.slice(4), n < 1800 ? (n % 160) + 1 : 400 + n),
    snap(`${n}-0`, id.slice(4), 3000),
  ])
  const { good, server } = await scan({ volumes, snapshots })
  expect(good).toEqual(Object.fromEntries(volumes.map(({ id }, n) => [id, `snap-${n}-1`])))
  // three parts of the window, one page each; and 500 volumes, 200 at a time
  expect(server.counts()).toEqual({ AssumeRole: 1, DescribeVolumes: 3, DescribeSnapshots: 3 + 3 })
})

it.each([
  [
    'denied',
    { code: 'UnauthorizedOperation', message: 'You are not authorized to perform this operation.' },
    'ec2:DescribeSnapshots',
  ],
  ['network', 'cut' as const, 'ec2:DescribeSnapshots'],
  ['unreadable', { raw: '<html>a portal</html>' }, 'ec2:DescribeSnapshots'],
])('one page that fails (%s) fails the scope', async (kind, given, words) => {
  const { fault, checks, memory, server } = await scan(
    { volumes: [{ id: 'vol-x' }], snapshots: Array.from({ length: 40 }, (_, n) => snap(`${n}`, 'x', n)) },
    {
      pageSize: 15,
      fault: ({ action, parameters }) =>
        action === 'DescribeSnapshots' && parameters.has('NextToken') ? given : undefined,
    },
  )
  expect([checks, memory]).toEqual([[], undefined])
  expect(fault).toMatchObject({ kind, message: expect.stringContaining(words), advice: expect.any(String) })
  // at most three whole tries of one page
  const tries = server.requests.filter(({ parameters }) => parameters.has('NextToken'))
  expect(tries.length).toBeLessThanOrEqual(6)
})

it('what a mark leads to twice is no list', async () => {
  const { fault } = await scan(estate, {
    fault: ({ action }) =>
      action === 'DescribeVolumes'
        ? { raw: '<DescribeVolumesResponse><volumeSet/><nextToken>again</nextToken></DescribeVolumesResponse>' }
        : undefined,
  })
  expect(fault).toMatchObject({ kind: 'unreadable', message: expect.stringContaining('circles') })
})
