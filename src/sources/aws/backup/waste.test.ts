import { expect, it } from 'vitest'
import type { FakeBackup, FakePoint } from '../../../../test/fakes/aws-backup-estate.ts'
import { hours, REGION, SCOPE, START, startBackupLooks } from '../../../../test/fakes/aws-backup-look.ts'
import { ACCOUNT, type FakeAwsOptions, type FakeRegion } from '../../../../test/fakes/aws-server.ts'
import { createAws } from '../index.ts'

const GIB = 2 ** 30
const DAYS = 24
let count = 0
const point = (of: string, daysAgo: number, more: Partial<FakePoint> = {}): FakePoint => ({
  id: `p${++count}`,
  vault: 'daily',
  of,
  at: hours(-daysAgo * DAYS),
  bytes: 10 * GIB,
  ...more,
})
const EFS = `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:file-system/fs-1`
const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/t`
const DB = `arn:aws:rds:${REGION}:${ACCOUNT}:db:appdb`
const deleted = { deleteAt: hours(1000) }

interface Given {
  region?: FakeRegion
  checks?: object
  source?: object
  options?: FakeAwsOptions
  vaults?: FakeBackup['vaults']
}

/** What is found after a look at these points, priced: whether volumes are there is said by `region`. */
async function wasteOf(points: FakePoint[], given: Given = {}, backup: FakeBackup = {}) {
  const { region = {}, checks = {}, source = {}, options = {} } = given
  const own: FakeBackup = { points, ...backup }
  const accounts = { [ACCOUNT]: { [REGION]: { ...region, backup: own } } }
  const { look, server } = await startBackupLooks(own, checks, { accounts, ...options }, source)
  const looked = await look()
  expect(looked.fault).toBeNull()
  const aws = createAws({ env: {} })
  const config = aws.config.parse({ regions: [REGION], checks: { backup: {} }, ...source })
  const scope = { id: SCOPE, source: 'prod', name: SCOPE.slice('prod/'.length) }
  return { found: aws.waste?.(scope, config, looked.memory) ?? [], look, looked, server }
}

it('tells points of volumes and instances that are gone, and which of them AWS Backup will delete by itself', async () => {
  const { found } = await wasteOf(
    [
      point('vol-gone', 100),
      point('vol-gone', 90, { bytes: 12 * GIB }),
      point('vol-gone', 80, deleted),
      point('vol-gone', 70, { keepDays: 100 }),
      point('vol-gone', 60, { status: 'EXPIRED', keepDays: 1 }),
      point('vol-gone', 50, { status: 'CREATING' }),
      point('vol-there', 100, deleted),
    ],
    { region: { volumes: [{ id: 'vol-there' }] } },
  )
  // the size that AWS gives is that of the volume: of several it can't be said how much they share
  const common = { owner: null, region: REGION, resources: 1, unpriced: 0, bound: 'about', asOf: START }
  expect(found).toMatchObject([
    { ...common, kind: 'orphaned-recovery-points', points: 3, bytes: 12 * GIB, usdPerMonth: 12 * 0.054 },
    { ...common, kind: 'expiring-recovery-points', points: 2, bytes: 10 * GIB },
  ])
})

it.each([
  ['of a volume is at most as large as that', point('vol-gone', 100), 10, 'at-most'],
  ['that is kept for a while is so at most', point('vol-gone', 100, deleted), 10, 'at-most'],
  [
    'in the archive is whole, at its price',
    point('vol-gone', 100, { coldAt: hours(-1), archives: true }),
    10,
    'about',
    'EBS snapshots in the archive',
  ],
  [
    'is not in the archive where that was not opted in',
    point('vol-gone', 100, { coldAt: hours(-1) }),
    10,
    'at-most',
    'EBS snapshots',
  ],
  ['that goes there later is not there', point('vol-gone', 100, { coldAt: hours(1), archives: true }), 10, 'at-most'],
])('a point %s', async (_, one, gib, bound, what = 'EBS snapshots') => {
  const { found } = await wasteOf([one])
  expect(found).toMatchObject([{ bytes: gib * GIB, bound, prices: [{ what }] }])
})

it('tells the lasting points of what has had no good one for long, by the size that its type has', async () => {
  const { found } = await wasteOf([
    point(EFS, 200, { type: 'EFS' }),
    point(EFS, 150, { type: 'EFS', bytes: 0 }),
    point(EFS, 100, { type: 'EFS', bytes: 2 * GIB, coldAt: hours(-1) }),
    point(EFS, 95, { type: 'EFS', ...deleted }),
    point(TABLE, 200, { type: 'DynamoDB' }),
    point(TABLE, 100, { type: 'DynamoDB' }),
    point('arn:aws:s3:::logs', 100, { type: 'S3' }),
    point(DB, 100, { type: 'RDS', bytes: 0 }),
    point('arn:aws:s3:::fresh', 89, { type: 'S3' }),
  ])
  // 3 of EFS (10 + 0 of it warm, 2 cold), 2 of DynamoDB, 1 of S3, which has no price, and 1 of RDS, which has no size
  expect(found).toMatchObject([
    { kind: 'stale-recovery-points', points: 7, resources: 4, bytes: 42 * GIB, unpriced: 2, bound: 'about' },
  ])
  expect(found[0]?.usdPerMonth).toBeCloseTo(10 * 0.05 + 2 * 0.01 + 20 * 0.1)
})

it.each([
  ['what will be deleted by itself', [point('vol-a', 100, deleted)], {}],
  ['what has a good one since', [point('vol-a', 100), point('vol-a', 80)], {}],
  ['what has one in another vault since', [point('vol-a', 100), point('vol-a', 80, { vault: 'dr' })], {}],
  ['what is a copy from elsewhere', [point('arn:aws:ec2:eu-west-1:210987654321:volume/vol-x', 100)], {}],
  ['what is younger than the configuration says', [point('vol-a', 100)], { source: { stale_chain_after: '101d' } }],
  ['what holds others', [point('arn:aws:cloudformation:x', 100, { type: 'CloudFormation', isParent: true })], {}],
  [
    'what is not looked at',
    [point('vol-a', 100), point('vol-gone', 100, { vault: 'other' })],
    { checks: { resources: { exclude: [{ name: 'vol-a' }] }, vaults: { exclude: ['other'] } } },
  ],
  [
    'databases, which `rds` sees',
    [point(DB, 100, { type: 'RDS' })],
    { source: { checks: { rds: {}, backup: { posture: false } } } },
  ],
])('does not tell %s', async (_, points, given) => {
  const { found } = await wasteOf(points, { region: { volumes: [{ id: 'vol-a' }] }, ...given })
  expect(found).toEqual([])
})

it('what a job still tries to back up is neither gone nor stale', async () => {
  const failed = { id: 'j', of: 'vol-a', state: 'FAILED', at: hours(-1) }
  expect((await wasteOf([point('vol-a', 100)], {}, { jobs: [failed] })).found).toEqual([])
})

it('where EC2 may not be asked nothing is gone', async () => {
  const denied = { code: 'UnauthorizedOperation', message: 'no' }
  const options = { fault: ({ action }: { action: string }) => (action === 'DescribeVolumes' ? denied : undefined) }
  const { found } = await wasteOf([point('vol-a', 100), point('vol-b', 80)], { options })
  expect(found).toMatchObject([{ kind: 'stale-recovery-points', resources: 1 }])
})

it('what a plan makes once a year is not stale for so long, and belongs to whom its tag says', async () => {
  const yearly = {
    name: 'yearly',
    rules: [{ TargetBackupVaultName: 'daily', ScheduleExpression: 'cron(0 5 1 1 ? *)' }],
  }
  const arn = (id: string) => `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/${id}`
  const region: FakeRegion = {
    volumes: [{ id: 'vol-a' }, { id: 'vol-b' }],
    tagged: [
      { arn: arn('vol-a'), tags: { Owner: 'dba' } },
      { arn: arn('vol-b'), tags: { owner: 'web' } },
    ],
  }
  const points = [point('vol-a', 300, { plan: 'plan-of-yearly' }), point('vol-b', 300)]
  const { found } = await wasteOf(points, { region, checks: { posture: true } }, { plans: [yearly] })
  expect(found).toMatchObject([{ kind: 'stale-recovery-points', owner: 'web', resources: 1, points: 1 }])
})

it('of a large vault counts what is read anyway, and says less of it', async () => {
  const points = [
    point('vol-gone', 100),
    point('vol-gone', 90, deleted),
    point('vol-gone', 1 / 48, { status: 'PARTIAL' }),
    point('vol-a', 100),
    point('vol-b', 1 / 48),
  ]
  const { found, looked } = await wasteOf(
    points,
    { region: { volumes: [{ id: 'vol-a' }, { id: 'vol-b' }] } },
    { vaults: [{ name: 'daily', count: 5000 }] },
  )
  // until when each is kept the list of one resource does not say
  expect(found).toMatchObject([
    { kind: 'orphaned-recovery-points', points: 3, resources: 1, bound: 'about', usdPerMonth: 10 * 0.054 },
  ])
  expect(looked.asked).toMatchObject({ ListRecoveryPointsByBackupVault: 1, ListRecoveryPointsByResource: 2 })
})

it('is as of the last whole read, and what was remembered when another look reads less', async () => {
  const { look, looked } = await wasteOf([point('vol-gone', 100)])
  const later = await look(15)
  expect(later.asked).not.toHaveProperty('ListRecoveryPointsByBackupVault')
  expect(later.memory).toEqual(looked.memory)
})
