import { expect, it } from 'vitest'
import { hours, lookAtBackup, pointArn, SCOPE, START, volume } from '../../../../test/fakes/aws-backup-look.ts'
import { ACCOUNT } from '../../../../test/fakes/aws-server.ts'

it('is a check of each resource, with the newest recovery points of each vault', async () => {
  const { checks, points, end, statuses } = await lookAtBackup({
    points: [
      { id: 'old', vault: 'daily', of: 'vol-a', at: hours(-60), bytes: 5 },
      { id: 'new', vault: 'daily', of: 'vol-a', at: hours(-12), bytes: 7, completedAt: hours(-11), name: 'data' },
      { id: 'monthly', vault: 'aws/efs/odd name', of: 'vol-a', at: hours(-300) },
      { id: 'making', vault: 'daily', of: 'vol-a', at: hours(-1), status: 'CREATING' },
      { id: 'bucket', vault: 'daily', of: 'arn:aws:s3:::logs', type: 'S3', at: hours(-34), status: 'AVAILABLE' },
    ],
  })
  expect(end).toEqual({ kind: 'scope-complete', scope: SCOPE, points: 'newest' })
  expect(checks).toEqual([
    {
      kind: 'resource',
      check: `${SCOPE}/ec2:volume/vol-a`,
      type: 'aws-backup',
      detail: 'EBS, in the vaults aws/efs/odd name, daily.',
      resource: {
        id: volume('vol-a'),
        name: 'data',
        provider: 'aws',
        account: ACCOUNT,
        region: 'eu-central-1',
        tags: {},
      },
    },
    expect.objectContaining({ check: `${SCOPE}/s3:logs`, detail: 'S3, in the vault daily.' }),
  ])
  expect(points.map(({ id, state }) => `${id.split(':').at(-1)} ${state}`).sort()).toEqual([
    'bucket complete',
    'making pending',
    'monthly complete',
    'new complete',
  ])
  expect(points.find(({ id }) => id === pointArn('new'))).toEqual({
    check: `${SCOPE}/ec2:volume/vol-a`,
    id: pointArn('new'),
    recoverableTo: START - 12 * 3_600_000,
    completedAt: START - 11 * 3_600_000,
    sizeBytes: 7,
    state: 'complete',
    problem: null,
  })
  expect(statuses).toEqual({ 'vol-a': 'ok', logs: 'stale' })
})

it.each([
  ['PARTIAL', 'implausible', 'it holds a part only of what was to be saved. AWS says: "why"'],
  ['EXPIRED', 'implausible', expect.stringContaining('its retention is over')],
  ['DELETING', 'implausible', 'it is being deleted'],
  ['STOPPED', 'implausible', expect.stringContaining('it is a continuous backup that was stopped')],
  ['CREATING', 'pending', 'it is not complete yet'],
  ['SHINY', 'implausible', 'its status is "SHINY" AWS says: "why"'],
])('a recovery point that is %s is %s', async (status, state, problem) => {
  const { points, statuses } = await lookAtBackup({
    points: [{ id: 'p', vault: 'daily', of: 'vol-a', at: hours(-1), status, message: 'why' }],
    protected: { 'vol-a': {} },
  })
  expect(points).toEqual([expect.objectContaining({ state, problem })])
  expect(statuses).toEqual({ 'vol-a': 'missing' })
})

it('a copy is as old as the job that made its original', async () => {
  const far = `arn:aws:ec2:eu-west-1:${ACCOUNT}:volume/vol-far`
  const { checks, points } = await lookAtBackup({
    points: [{ id: 'copy', vault: 'dr', of: far, at: hours(-1), initiatedAt: hours(-9) }],
  })
  expect(points.map(({ recoverableTo }) => recoverableTo)).toEqual([START - 9 * 3_600_000])
  expect(checks[0]).toMatchObject({
    check: `${SCOPE}/ec2:eu-west-1:${ACCOUNT}:volume/vol-far`,
    detail: expect.stringContaining(`EBS, in the vault dr. A copy: the resource is in eu-west-1 of ${ACCOUNT}.`),
    resource: { region: 'eu-central-1', account: ACCOUNT },
  })
})

it('a continuous backup is as young as its newest job: it is one recovery point for years', async () => {
  const id = pointArn('continuous:logs-1f')
  const points = [{ id, vault: 'daily', of: 'arn:aws:s3:::logs', type: 'S3', at: hours(-9000), status: 'AVAILABLE' }]
  const protectedAs = (lastAt: string) => ({ 'arn:aws:s3:::logs': { lastAt, lastPoint: id, lastVault: 'daily' } })
  const byList = await lookAtBackup({ points, protected: protectedAs(hours(-5)) })
  expect(byList.points[0]?.recoverableTo).toBe(START - 5 * 3_600_000)
  expect(byList.checks[0]?.detail).toContain('Its backup is continuous')
  const byJob = await lookAtBackup({
    points,
    protected: protectedAs(hours(-9000)),
    jobs: [{ id: 'j', of: 'arn:aws:s3:::logs', point: id, at: hours(-3), endedAt: hours(-2) }],
  })
  expect(byJob.points[0]?.recoverableTo).toBe(START - 3 * 3_600_000)
  expect(byJob.statuses).toEqual({ logs: 'ok' })
})

it('what lies in a vault whose lock stays can not be deleted', async () => {
  const point = { of: 'vol-a', at: hours(-1) }
  const lockOf = async (vault: object) =>
    (await lookAtBackup({ vaults: [{ name: 'v', ...vault }], points: [{ id: 'p', vault: 'v', ...point }] })).checks[0]
      ?.immutability
  expect(await lockOf({ locked: true, lockedAt: hours(-1) })).toEqual({
    how: 'vault lock in compliance mode',
    until: null,
  })
  expect(await lockOf({ type: 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT' })).toMatchObject({ until: null })
  // whoever may can take these off
  expect(await lockOf({ locked: true })).toBeUndefined()
  expect(await lockOf({ locked: true, lockedAt: hours(1) })).toBeUndefined()
  expect(await lockOf({})).toBeUndefined()
})

it.each([
  [{ vaults: { include: ['daily'] } }, ['vol-a']],
  [{ vaults: { exclude: ['d*'] } }, ['vol-b']],
  [{ resources: { include: [{ name: 'vol-b' }] } }, ['vol-b']],
  [{ resources: { exclude: [{ type: 'EBS', name: 'data*' }] } }, ['vol-b']],
  [{ resources: { exclude: [{ type: 'RDS' }] } }, ['vol-a', 'vol-b']],
])('watches what %j means', async (config, expected) => {
  const { checks } = await lookAtBackup(
    {
      points: [
        { id: 'a', vault: 'daily', of: 'vol-a', name: 'data-1', at: hours(-1) },
        { id: 'b', vault: 'weekly', of: 'vol-b', at: hours(-1) },
      ],
      jobs: [{ id: 'j', of: 'vol-c', vault: 'nowhere', type: 'RDS', state: 'FAILED', at: hours(-2) }],
    },
    config,
  )
  const ids = checks.map(({ resource }) => resource.id.split('/').at(-1))
  expect(ids.filter((id) => id !== 'vol-c')).toEqual(expected)
  // a failed job into a vault, or of a type, that is not looked at is none
  const isLookedAt = !JSON.stringify(config).match(/include|RDS/)
  expect(ids.includes('vol-c')).toBe(isLookedAt)
})

it('without jobs only recovery points are asked for', async () => {
  const { asked, failures } = await lookAtBackup(
    {
      points: [{ id: 'p', vault: 'daily', of: 'vol-a', at: hours(-1) }],
      jobs: [{ id: 'j', of: 'vol-a', state: 'FAILED', at: hours(0) }],
    },
    { jobs: false },
  )
  expect(failures).toEqual([])
  expect(asked).toEqual({ ListProtectedResources: 1, ListBackupVaults: 1, ListRecoveryPointsByBackupVault: 1 })
})
