import { expect, it } from 'vitest'
import { hours, REGION, startBackupLooks, volume } from '../../../../test/fakes/aws-backup-look.ts'
import { ACCOUNT, type FakeAwsOptions, type FakeRegion } from '../../../../test/fakes/aws-server.ts'
import { openAccount } from '../account.ts'
import { ownAccount } from '../account-config.ts'
import { awsConfig } from '../config.ts'
import { newExisting, readExisting } from './existing.ts'

const looks = (region: FakeRegion, options: FakeAwsOptions = {}) =>
  startBackupLooks(region.backup ?? {}, {}, { accounts: { [ACCOUNT]: { [REGION]: region } }, ...options })
const config = awsConfig.parse({ regions: [REGION] })
const aws = openAccount(config, ownAccount(config))
const instance = (id: string, region = REGION) => `arn:aws:ec2:${region}:${ACCOUNT}:instance/${id}`
const point = (of: string, at: number) => ({ id: `p-${of}-${at}`, vault: 'daily', of, at: hours(at) })

it('what is no longer backed up since it was deleted is watched no more', async () => {
  const region: FakeRegion = {
    volumes: [{ id: 'vol-there' }],
    instances: [{ id: 'i-1' }, { id: 'i-2', state: 'terminated' }],
    backup: {
      points: [
        point('vol-there', -100),
        point('vol-gone', -100),
        point('vol-fresh', -1),
        point(instance('i-1'), -100),
        point(instance('i-2'), -100),
        point(instance('i-far', 'eu-west-1'), -100),
        point('arn:aws:s3:::logs', -100),
      ],
    },
  }
  const { look } = await looks(region)
  const first = await look()
  // of what EC2 does not know, or has elsewhere, it can't be said; what is fresh need not be asked for
  expect(first.statuses).toEqual({
    'vol-there': 'stale',
    'vol-fresh': 'ok',
    'i-1': 'stale',
    'i-far': 'stale',
    logs: 'stale',
  })
  expect(first.asked).toMatchObject({ DescribeVolumes: 1, DescribeInstances: 1 })
  const second = await look(15)
  expect(second.statuses).toEqual(first.statuses)
  expect(second.asked).not.toHaveProperty('DescribeVolumes')
  // once an hour
  region.volumes = []
  expect((await look(60)).statuses).not.toHaveProperty('vol-there')
})

it('a clock that ran ahead for a while does not keep what was deleted in watch', async () => {
  const region: FakeRegion = { volumes: [{ id: 'vol-a' }], backup: { points: [point('vol-a', -100)] } }
  const { look } = await looks(region)
  expect((await look(7 * 24 * 60)).statuses).toEqual({ 'vol-a': 'stale' })
  region.volumes = []
  expect((await look()).statuses).toEqual({})
})

it('what AWS Backup does not list any more is not kept in memory', async () => {
  const known = newExisting()
  const place = { account: aws, accountId: ACCOUNT, region: REGION, now: 0, signal: AbortSignal.timeout(20_000) }
  known.gone.add(volume('vol-a')).add(volume('vol-b'))
  known.seenAt.set(volume('vol-c'), 0)
  await readExisting(known, [volume('vol-b')], place)
  expect([known.gone, known.seenAt]).toEqual([new Set([volume('vol-b')]), new Map()])
})

it('what a job still tries to back up is told, though it is gone', async () => {
  const { look } = await looks({
    backup: {
      points: [point('vol-gone', -100)],
      jobs: [
        { id: 'j', of: 'vol-gone', state: 'FAILED', message: 'The specified volume was not found.', at: hours(-1) },
      ],
    },
  })
  const { statuses, reasons } = await look()
  expect(statuses).toEqual({ 'vol-gone': 'failed' })
  expect(reasons['vol-gone']).toContain('take it out of the plan')
})

it.each([
  [{ code: 'UnauthorizedOperation', message: 'no' }, /may not ec2:Describe/],
  [{ code: 'InternalError', status: 500 }, /can't be reached/],
  [{ code: 'RequestLimitExceeded', status: 503 }, /asks to be called less often/],
  ['cut' as const, /can't be reached/],
  [{ raw: '<html/>' }, /is no list|does not understand/],
])(
  'where EC2 answers %j nothing is taken for gone, and all the rest is told',
  async (fault, why) => {
    let isBroken = true
    const region: FakeRegion = {
      backup: {
        points: [point('vol-a', -100), point('vol-b', -1), point(instance('i-1'), -100)],
        jobs: [{ id: 'j', of: 'vol-b', state: 'FAILED', at: hours(-0.5) }],
      },
      volumes: [],
      instances: [{ id: 'i-1' }],
    }
    const { look } = await looks(region, {
      fault: ({ service }) => (isBroken && service === 'ec2' ? fault : undefined),
    })
    const first = await look()
    expect(first.end).toMatchObject({ kind: 'scope-complete' })
    expect(first.statuses).toEqual({ 'vol-a': 'stale', 'vol-b': 'failed', 'i-1': 'stale' })
    for (const { detail, check } of first.checks)
      if (check.endsWith('vol-b')) expect(detail).not.toContain('still there')
      else expect(detail).toMatch(new RegExp(`Whether it is still there can't be told: .*(?:${why.source})`))
    // not a try for each look
    isBroken = false
    expect((await look(15)).asked.DescribeVolumes).toBeUndefined()
    const later = await look(60)
    expect(later.statuses).toEqual({ 'vol-b': 'failed', 'i-1': 'stale' })
    expect(later.checks.find(({ check }) => check.endsWith('i-1'))?.detail).not.toContain('still there')
  },
  30_000,
)
