import { expect, it, onTestFinished } from 'vitest'
import { ACCOUNT, type FakeRegion, startAws } from '../../../../test/fakes/aws-server.ts'
import { scanOf } from '../../../../test/fakes/scan.ts'
import { instant } from '../../../domain/instant.ts'
import { createAws } from '../index.ts'

const GIB = 2 ** 30
const REGION = 'us-east-1'
const now = instant(Date.parse('2026-11-20T12:00:00Z'))
const arn = (region: string, name: string) => `arn:aws:rds:${region}:${ACCOUNT}:cluster-snapshot:${name}`

async function wasteOf(region: FakeRegion) {
  const server = await startAws({ accounts: { [ACCOUNT]: { [REGION]: region } } })
  onTestFinished(() => server.stop())
  const role_arn = `arn:aws:iam::${ACCOUNT}:role/read`
  const written = { endpoint: server.url, access_key_id: 'AKIATEST', secret_access_key: 'x', regions: [REGION] }
  const aws = createAws({ env: {} })
  const checks = { rds: {} }
  const { memory, fault } = await scanOf(aws, { ...written, role_arn, checks }, { now, name: 'prod' })
  expect(fault).toBeNull()
  const name = `rds:${REGION}`
  const config = aws.config.parse({ role_arn, regions: [REGION], checks })
  return { server, found: aws.waste?.({ id: `prod/${name}`, source: 'prod', name }, config, memory) ?? [] }
}

const manual = { type: 'manual', at: '2026-01-01T00:00:00Z' }

it('tells the snapshots of databases that are gone, and that stay', async () => {
  const { found, server } = await wasteOf({
    databases: [{ name: 'there' }, { name: 'again', resourceId: 'db-NEW' }],
    dbSnapshots: [
      { id: 'a', of: 'there', ...manual },
      { id: 'rds:b', of: 'gone' },
      { id: 'c', of: 'gone', ...manual, sizeGib: 100, tags: { Owner: 'dba' } },
      { id: 'd', of: 'gone', ...manual, sizeGib: 80, at: '2025-01-01T00:00:00Z', tags: { Owner: 'old' } },
      { id: 'e', of: 'gone', ...manual, status: 'creating' },
      { id: 'awsbackup:f', of: 'other', type: 'awsbackup', at: manual.at, tags: { owner: 'dba' } },
      { id: 'g', of: 'again', ...manual, resourceId: 'db-OLD' },
      { id: 'h', of: 'far', ...manual, source: arn('eu-west-1', 'h') },
    ],
  })
  const common = { kind: 'orphaned-db-snapshots', account: ACCOUNT, region: REGION, unpriced: 0, asOf: now }
  // of several of one database the largest; what is free up to the size of all databases may be less
  expect(found).toMatchObject([
    { ...common, owner: 'dba', points: 3, resources: 2, bytes: 120 * GIB, bound: 'about' },
    { ...common, owner: null, points: 1, resources: 1, bytes: 20 * GIB, bound: 'at-most' },
  ])
  expect(found[0]?.usdPerMonth).toBeCloseTo(120 * 0.095)
  expect(found[0]?.prices).toMatchObject([{ what: 'RDS snapshots', region: REGION }])
  // what is listed anyway
  expect(server.counts()).toEqual({
    AssumeRole: 1,
    DescribeDBInstances: 1,
    DescribeDBClusters: 1,
    DescribeDBSnapshots: 1,
  })
})

it('takes those of clusters whole, at the price of Aurora, and says of which the size is not known', async () => {
  const aurora = { ...manual, engine: 'aurora-postgresql' }
  const { found } = await wasteOf({
    databases: [{ name: 'one' }],
    dbSnapshots: [{ id: 'x', of: 'gone-one', ...manual }],
    clusters: [{ name: 'there' }],
    clusterSnapshots: [
      { id: 'a', of: 'gone', ...aurora, sizeGib: 30, source: arn(REGION, 'x') },
      { id: 'b', of: 'gone', ...aurora, sizeGib: 20 },
      { id: 'c', of: 'gone', ...aurora, sizeGib: 1 },
      { id: 'd', of: 'multi-az', ...manual, engine: 'postgres', sizeGib: 10 },
      { id: 'e', of: 'far', ...aurora, source: arn('eu-west-1', 'e') },
      { id: 'f', of: 'there', ...aurora },
    ],
  })
  expect(found).toMatchObject([{ points: 5, resources: 3, unpriced: 1, bytes: 80 * GIB, bound: 'about' }])
  expect(found[0]?.usdPerMonth).toBeCloseTo(50 * 0.021 + 30 * 0.095)
})

it('knows nothing where no database is left, and so lists no snapshots', async () => {
  const { found, server } = await wasteOf({ dbSnapshots: [{ id: 'a', of: 'gone', ...manual }] })
  expect(found).toEqual([])
  expect(server.counts()).toEqual({ AssumeRole: 1, DescribeDBInstances: 1, DescribeDBClusters: 1 })
})
