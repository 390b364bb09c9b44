import { afterEach, expect, it } from 'vitest'
import {
  ACCOUNT,
  type FakeAws,
  type FakeAwsOptions,
  type FakeRegion,
  startAws,
} from '../../../../test/fakes/aws-server.ts'
import { scanOf } from '../../../../test/fakes/scan.ts'
import { instant } from '../../../domain/instant.ts'
import { createAws } from '../index.ts'

const now = instant(Date.parse('2026-11-20T12:00:00Z'))
const KEYS = { access_key_id: 'AKIATEST', secret_access_key: 'the secret of the test' }
const servers: FakeAws[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function scan(region: FakeRegion, rds: object = {}, options: FakeAwsOptions = {}) {
  const server = await startAws({ accounts: { [ACCOUNT]: { 'eu-central-1': region } }, ...options })
  servers.push(server)
  const written = { endpoint: server.url, ...KEYS, regions: ['eu-central-1'], checks: { rds } }
  const scanned = await scanOf(createAws({ env: {} }), written, { now, name: 'prod' })
  const good = Object.fromEntries(
    scanned.points
      .filter(({ state }) => state === 'complete')
      .map(({ check, recoverableTo }) => [check, new Date(recoverableTo).toISOString()]),
  )
  return { ...scanned, server, good, ids: scanned.checks.map(({ check, type }) => `${check} ${type}`) }
}

it('tells of each database: the newest snapshot that is available, and until when it can be restored', async () => {
  const { ids, good, points, checks, server, end } = await scan({
    databases: [
      { name: 'appdb', latestRestorableAt: '2026-11-20T11:55:00Z', tags: { env: 'prod' } },
      { name: 'old', resourceId: 'db-NEW', latestRestorableAt: '2026-11-20T11:50:00Z' },
    ],
    dbSnapshots: [
      { id: 'rds:appdb-1', of: 'appdb', at: '2026-11-19T03:00:00Z' },
      { id: 'appdb-by-hand', of: 'appdb', at: '2026-11-20T01:00:00Z', type: 'manual' },
      { id: 'awsbackup:1', of: 'appdb', at: '2026-11-18T03:00:00Z', type: 'awsbackup' },
      { id: 'copy', of: 'appdb', at: '2026-11-20T11:00:00Z', originalAt: '2026-11-01T00:00:00Z', type: 'manual' },
      { id: 'making', of: 'appdb', status: 'creating', type: 'manual' },
      { id: 'broken', of: 'appdb', status: 'failed', at: '2026-11-20T02:00:00Z' },
      { id: 'of-its-namesake', of: 'old', resourceId: 'db-OLD', at: '2026-11-20T03:00:00Z' },
    ],
  })
  expect(end?.kind).toBe('scope-complete')
  expect(ids).toEqual([
    'prod/rds:eu-central-1/appdb rds-snapshot',
    'prod/rds:eu-central-1/appdb/pitr rds-pitr',
    'prod/rds:eu-central-1/old rds-snapshot',
    'prod/rds:eu-central-1/old/pitr rds-pitr',
  ])
  // the snapshots of a database that had the same name once are not its own
  expect(good).toEqual({
    'prod/rds:eu-central-1/appdb': '2026-11-20T01:00:00.000Z',
    'prod/rds:eu-central-1/appdb/pitr': '2026-11-20T11:55:00.000Z',
    'prod/rds:eu-central-1/old/pitr': '2026-11-20T11:50:00.000Z',
  })
  expect(
    points.filter(({ state }) => state !== 'complete').map(({ id, state }) => [id.split(':').at(-1), state]),
  ).toEqual([
    ['broken', 'failed'],
    ['making', 'pending'],
  ])
  expect(checks[0]).toMatchObject({
    bornAt: Date.parse('2025-01-01T00:00:00Z'),
    resource: {
      id: 'arn:aws:rds:eu-central-1:123456789012:db:appdb',
      name: 'appdb',
      provider: 'aws',
      account: ACCOUNT,
      region: 'eu-central-1',
      tags: { env: 'prod' },
    },
  })
  expect(server.counts()).toEqual({
    GetCallerIdentity: 1,
    DescribeDBInstances: 1,
    DescribeDBClusters: 1,
    DescribeDBSnapshots: 1,
  })
})

it('members of clusters and read replicas are covered by others, and said to be', async () => {
  const { ids, checks, good, server } = await scan({
    databases: [
      { name: 'member-1', cluster: 'shop', latestRestorableAt: '2026-11-20T11:55:00Z' },
      { name: 'member-2', cluster: 'shop' },
    ],
    clusters: [
      { name: 'shop', latestRestorableAt: '2026-11-20T11:56:00Z' },
      { name: 'graph', engine: 'neptune', latestRestorableAt: '2026-11-20T11:57:00Z' },
    ],
    clusterSnapshots: [
      { id: 'rds:shop-1', of: 'shop', at: '2026-11-20T04:00:00Z' },
      { id: 'rds:graph-1', of: 'graph', at: '2026-11-20T05:00:00Z' },
    ],
  })
  expect(ids).toEqual([
    'prod/rds:eu-central-1/cluster:shop rds-cluster-snapshot',
    'prod/rds:eu-central-1/cluster:shop/pitr rds-pitr',
    'prod/rds:eu-central-1/cluster:graph rds-cluster-snapshot',
    'prod/rds:eu-central-1/cluster:graph/pitr rds-pitr',
  ])
  expect(checks[0]?.detail).toBe('It covers its members member-1, member-2.')
  expect(Object.keys(good)).toHaveLength(4)
  // no instance has snapshots of its own: none are listed
  expect(server.counts()).toEqual({
    GetCallerIdentity: 1,
    DescribeDBInstances: 1,
    DescribeDBClusters: 1,
    DescribeDBClusterSnapshots: 1,
  })
})

it('read replicas: one that is backed up by itself is watched', async () => {
  const { ids, checks } = await scan({
    databases: [
      { name: 'main' },
      { name: 'reader', replicaOf: 'main', retentionDays: 0 },
      { name: 'reporting', replicaOf: 'main', retentionDays: 3 },
      { name: 'going', status: 'deleting' },
    ],
  })
  expect(ids.filter((id) => !id.includes('pitr'))).toEqual([
    'prod/rds:eu-central-1/main rds-snapshot',
    'prod/rds:eu-central-1/reporting rds-snapshot',
  ])
  expect(checks[0]?.detail).toBe('It covers its read replicas reader, reporting.')
})

it('names a retention of 0 as the cause', async () => {
  const database = { name: 'dev', retentionDays: 0, latestRestorableAt: '2026-11-20T11:00:00Z' }
  const { checks, good } = await scan({ databases: [database] })
  expect(checks.map(({ detail }) => detail)).toEqual([
    'Automated backups are off (the backup retention period is 0): only what somebody else makes (AWS Backup, by hand) protects it.',
    'Automated backups are off (the backup retention period is 0): there is no point-in-time recovery. Set it to a day or more, or pitr: false.',
  ])
  expect(good).toEqual({})
  expect((await scan({ databases: [database] }, { pitr: false })).ids).toEqual([
    'prod/rds:eu-central-1/dev rds-snapshot',
  ])
})

it.each([
  [{ exclude: [{ tag: 'backup', value: 'no' }] }, ['a', 'c']],
  [{ include: [{ tag: 'backup' }] }, ['b']],
  [{ include: [{ engine: 'mysql' }, { name: 'a*' }] }, ['a', 'c']],
  [{ include: [{ engine: 'mysql', tag: 'backup' }] }, []],
])('watches what %j means', async (given, expected) => {
  const { checks } = await scan(
    { databases: [{ name: 'a' }, { name: 'b', tags: { backup: 'no' } }, { name: 'c', engine: 'mysql' }] },
    { pitr: false, ...given },
  )
  expect(checks.map(({ resource }) => resource.name)).toEqual(expected)
})

it('reads 250 databases and 1,030 snapshots in 15 requests', async () => {
  const names = Array.from({ length: 250 }, (_, n) => `db${n}`)
  const dbSnapshots = Array.from({ length: 1030 }, (_, n) => ({
    id: `s${n}`,
    of: `db${n % 250}`,
    at: new Date(now - ((n * 7919) % 1030) * 60_000).toISOString(),
  }))
  const { server, good } = await scan({ databases: names.map((name) => ({ name })), dbSnapshots }, { pitr: false })
  expect(server.counts()).toEqual({
    GetCallerIdentity: 1,
    DescribeDBInstances: 3,
    DescribeDBClusters: 1,
    DescribeDBSnapshots: 11,
  })
  const newest = (name: string) =>
    dbSnapshots
      .filter(({ of }) => of === name)
      .map(({ at }) => at)
      .sort()
      .at(-1)
  expect(good).toEqual(Object.fromEntries(names.map((name) => [`prod/rds:eu-central-1/${name}`, newest(name)])))
})

it('what fails on the way leaves nothing half told', async () => {
  const databases = Array.from({ length: 150 }, (_, n) => ({ name: `db${n}` }))
  const { fault, checks } = await scan(
    { databases },
    {},
    {
      fault: ({ parameters }) =>
        parameters.has('Marker')
          ? {
              code: 'AccessDenied',
              message:
                'User: u is not authorized to perform: rds:DescribeDBInstances because no identity-based policy allows the rds:DescribeDBInstances action',
            }
          : undefined,
    },
  )
  expect(checks).toEqual([])
  expect(fault).toMatchObject({ kind: 'denied', message: expect.stringContaining('rds:DescribeDBInstances') })
})
