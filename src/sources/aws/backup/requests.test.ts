import { describe, expect, it } from 'vitest'
import type { FakeBackup, FakeJob } from '../../../../test/fakes/aws-backup-estate.ts'
import { hours, point, startBackupLooks } from '../../../../test/fakes/aws-backup-look.ts'
import type { FakeAwsOptions } from '../../../../test/fakes/aws-server.ts'

const looks = (backup: FakeBackup, options: FakeAwsOptions = {}) => startBackupLooks(backup, {}, options)

const JOBS = { ListBackupJobs: 1, ListCopyJobs: 1, ListRestoreJobs: 1 }
const STEADY = { ListProtectedResources: 1, ListBackupVaults: 1, ...JOBS }
const job = (id: string, of: string, at: number, more: Partial<FakeJob> = {}): FakeJob => ({
  id,
  of,
  at: hours(at),
  ...more,
})

describe('a look asks for the least', () => {
  it('the first for everything, the next for what is new, once an hour for all recovery points', async () => {
    const backup: FakeBackup = {
      points: [point('a1', 'vol-a', -5), point('b1', 'vol-b', -30, { vault: 'weekly' })],
      jobs: [job('j1', 'vol-a', -5)],
    }
    const { look } = await looks(backup)
    expect((await look()).asked).toEqual({ ...STEADY, ListRecoveryPointsByBackupVault: 2 })
    expect((await look(15)).asked).toEqual(STEADY)
    // one vault has news
    backup.points?.push(point('a2', 'vol-a', 0.4))
    const third = await look(30)
    expect(third.asked).toEqual({ ...STEADY, ListRecoveryPointsByBackupVault: 1 })
    expect(third.points.map(({ id }) => id.split(':').at(-1))).toEqual(['a2', 'b1'])
    expect((await look(45)).asked).toEqual(STEADY)
    expect((await look(60)).asked).toEqual({ ...STEADY, ListRecoveryPointsByBackupVault: 2 })
  })

  it('many recovery points: those within the threshold, then of each that has none its own list, once a day', async () => {
    const names = Array.from({ length: 200 }, (_, n) => `vol-${n}`)
    const points = names.flatMap((name, n) =>
      // three were not backed up for two days
      Array.from({ length: 60 }, (_, day) => point(`${name}.${day}`, name, -10 - 24 * (n < 3 ? day + 2 : day))),
    )
    const backup: FakeBackup = { points, vaults: [{ name: 'daily' }, { name: 'empty' }] }
    const { look } = await looks(backup)
    const first = await look()
    expect(first.asked).toEqual({
      ...STEADY,
      ListRecoveryPointsByBackupVault: 1,
      ListRecoveryPointsByResource: 3,
      // whether the three are still there
      DescribeVolumes: 1,
    })
    expect(Object.values(first.statuses).filter((status) => status === 'stale')).toHaveLength(3)
    expect(first.points).toHaveLength(200)
    expect((await look(30)).asked).toEqual(STEADY)
    // what is within the threshold once more, and each of the three
    expect((await look(60)).asked).toEqual({ ...STEADY, ListRecoveryPointsByBackupVault: 1 + 3, DescribeVolumes: 1 })
    // everything is fewer than one by one
    backup.points = points.filter(({ at }) => at < hours(-20))
    const third = await look(24 * 60)
    expect(third.asked).toEqual({
      ...STEADY,
      ListRecoveryPointsByBackupVault: 1 + 12,
      DescribeVolumes: 1,
    })
    expect(Object.keys(third.statuses)).toHaveLength(200)
    expect(third.points).toHaveLength(200)
  })

  it('lists are read to their last page', async () => {
    const count = 1001
    const names = Array.from({ length: count }, (_, n) => `vol-${n}`)
    const { look } = await looks({
      points: names.map((name) => point(name, name, -2)),
      jobs: names.map((name) => job(`j-${name}`, name, -1, { state: 'FAILED' })),
      copies: names.map((name) => ({ id: `c-${name}`, of: name, to: 'x', at: hours(-1) })),
      restores: names.map((name) => ({ id: `r-${name}`, of: name, at: hours(-1) })),
    })
    const { asked, checks, failures, drills } = await look()
    expect([checks.length, failures.length, drills.length]).toEqual([count, count, count])
    expect(checks.every(({ conditions }) => conditions?.[0]?.outcome === 'pass')).toBe(true)
    expect(asked).toEqual({
      ListProtectedResources: 2,
      ListBackupJobs: 2,
      ListCopyJobs: 2,
      ListRestoreJobs: 2,
      ListBackupVaults: 1,
      ListRecoveryPointsByBackupVault: 2,
    })
  })

  it('what is looked for in vain is looked for once', async () => {
    const backup: FakeBackup = { points: [point('a1', 'vol-a', -5)] }
    const { look } = await looks(backup)
    await look()
    backup.protected = { 'vol-a': { lastPoint: 'nowhere', lastVault: 'daily', lastAt: hours(0) } }
    expect((await look(15)).asked).toEqual({
      ...STEADY,
      ListRecoveryPointsByBackupVault: 1,
      ListRecoveryPointsByResource: 1,
    })
    expect((await look(30)).asked).toEqual(STEADY)
  })

  it('what AWS Backup does not list as protected is found by its jobs, and kept', async () => {
    const backup: FakeBackup = {
      points: [point('a1', 'vol-a', -5)],
      protected: { 'vol-a': null },
      jobs: [job('j1', 'vol-a', -5, { point: 'a1', vault: 'daily' })],
    }
    const { look } = await looks(backup)
    expect((await look()).statuses).toEqual({ 'vol-a': 'ok' })
    const second = await look(15)
    expect([second.statuses, second.asked]).toEqual([{ 'vol-a': 'ok' }, STEADY])
    backup.points?.push(point('a2', 'vol-a', 0.3))
    backup.jobs?.push(job('j2', 'vol-a', 0.3, { point: 'a2', vault: 'daily' }))
    const third = await look(30)
    expect(third.asked).toEqual({ ...STEADY, ListRecoveryPointsByBackupVault: 1 })
    expect(third.points.map(({ id }) => id.split(':').at(-1))).toEqual(['a2'])
  })

  it('a recovery point that is dated before what says that it is there is found', async () => {
    const backup: FakeBackup = { points: [point('a1', 'vol-a', -50)] }
    const { look } = await looks(backup)
    await look()
    // its job took two days
    backup.points?.push(point('a2', 'vol-a', -48))
    backup.protected = { 'vol-a': { lastPoint: 'a2', lastVault: 'daily', lastAt: hours(0.2) } }
    const second = await look(15)
    expect(second.points.map(({ id }) => id.split(':').at(-1))).toEqual(['a2'])
  })
})

describe('of the jobs none is missed', () => {
  it('that was created before the last look and has ended since', async () => {
    const backup: FakeBackup = {
      points: [point('a1', 'vol-a', -50)],
      jobs: [job('slow', 'vol-a', -40, { state: 'RUNNING' })],
      copies: [{ id: 'copy', of: 'vol-a', to: 'x', state: 'RUNNING', at: hours(-40) }],
    }
    const { look } = await looks(backup)
    expect((await look()).failures).toEqual([])
    expect((await look(15)).asked).toEqual(STEADY)
    backup.jobs = [job('slow', 'vol-a', -40, { state: 'FAILED', message: 'at last', endedAt: hours(0.4) })]
    backup.copies = [{ id: 'copy', of: 'vol-a', to: 'x', state: 'FAILED', at: hours(-40), endedAt: hours(0.4) }]
    const third = await look(30)
    expect(third.reasons['vol-a']).toContain('at last')
    expect(third.checks[0]?.conditions?.[0]?.outcome).toBe('fail')
    expect(third.asked).toEqual(STEADY)
  })

  it('and where there are very many, old ones are asked for one by one', async () => {
    const names = Array.from({ length: 3000 }, (_, n) => `vol-${n % 100}`)
    const many = names.map((name, n) => job(`j${n}`, name, -2 - (n % 700)))
    const slow = job('slow', 'vol-0', -500, { state: 'RUNNING' })
    const backup: FakeBackup = { jobs: [...many, slow], points: [point('p', 'vol-0', -1)] }
    const { look } = await looks(backup)
    expect((await look()).asked.ListBackupJobs).toBe(4)
    expect((await look(15)).asked).toMatchObject({ ListBackupJobs: 1, DescribeBackupJob: 1 })
    backup.jobs = [...many, { ...slow, state: 'FAILED', endedAt: hours(0.4) }]
    expect((await look(30)).statuses['vol-0']).toBe('failed')
    expect((await look(45)).asked).toEqual(STEADY)
  })

  it('and one that AWS Backup has forgotten runs no more', async () => {
    const backup: FakeBackup = {
      points: [point('a1', 'vol-a', -1)],
      jobs: [job('lost', 'vol-a', -3, { state: 'RUNNING' })],
    }
    const { look } = await looks(backup)
    expect((await look()).said.some(({ kind }) => kind === 'job-running')).toBe(true)
    backup.jobs = []
    expect((await look(15)).said.some(({ kind }) => kind === 'job-running')).toBe(false)
  })

  it('and a failure stays until it is made up for, or is older than AWS Backup remembers', async () => {
    const backup: FakeBackup = {
      points: [point('a1', 'vol-a', -50)],
      jobs: [job('j', 'vol-a', -40, { state: 'FAILED', endedAt: hours(-39) })],
    }
    const { look } = await looks(backup)
    for (const minutes of [0, 15, 24 * 60, 20 * 24 * 60])
      expect((await look(minutes)).statuses['vol-a'], String(minutes)).toBe('failed')
    // as a process that begins now sees it
    expect((await look(31 * 24 * 60)).statuses['vol-a']).toBe('stale')
    const fresh = await looks(backup)
    expect((await fresh.look(31 * 24 * 60)).statuses['vol-a']).toBe('stale')
  })
})

describe('what changes', () => {
  it('one that was being made is complete', async () => {
    const backup: FakeBackup = { points: [point('a1', 'vol-a', -30), point('a2', 'vol-a', -1, { status: 'CREATING' })] }
    const { look } = await looks(backup)
    expect((await look()).points.map(({ state }) => state)).toEqual(['pending', 'complete'])
    backup.points = [point('a1', 'vol-a', -30), point('a2', 'vol-a', -1)]
    expect((await look(15)).points.map(({ state }) => state)).toEqual(['complete'])
  })

  it('a look at the clock before the last one reads everything anew', async () => {
    const { look } = await looks({ points: [point('a1', 'vol-a', -3)] })
    await look(60)
    expect((await look(0)).asked).toMatchObject({ ListBackupVaults: 1, ListRecoveryPointsByBackupVault: 1 })
  })
})

describe('what goes wrong', () => {
  const SAYS = 'User: arn:aws:iam::123456789012:user/x is not authorized to perform: backup:ListCopyJobs'
  it.each([
    [
      { code: 'AccessDeniedException', message: SAYS, status: 403 },
      'denied',
      /may not backup:ListCopyJobs in eu-central-1/,
    ],
    [
      {
        code: 'AccessDeniedException',
        message: `${SAYS} with an explicit deny in a service control policy`,
        status: 403,
      },
      'denied',
      /denied in eu-central-1 by a service control policy/,
    ],
    [
      { code: 'AccessDeniedException', message: 'Insufficient privileges', status: 403 },
      'denied',
      /may not backup:ListCopyJobs/,
    ],
    [
      { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
      'throttled',
      /asks to be called less often/,
    ],
    [{ code: 'ServiceUnavailableException', status: 500 }, 'network', /AWS is in trouble/],
    [{ code: 'ExpiredTokenException', message: 'expired', status: 403 }, 'credentials', /have expired/],
    [{ raw: '<html>log in</html>' }, 'unreadable', /is no list|does not understand/],
    [{ raw: '{}' }, 'unreadable', /is no list/],
    ['cut' as const, 'network', /can't be reached/],
  ])('%j is told as %s, and nothing else is', async (fault, kind, message) => {
    const backup: FakeBackup = {
      points: [point('a1', 'vol-a', -3)],
      copies: Array.from({ length: 3 }, (_, n) => ({ id: `c${n}`, of: 'vol-a', to: 'x', at: hours(-1) })),
    }
    let isBroken = true
    // in the middle of a list
    const { look } = await looks(backup, {
      pageSize: 2,
      fault: ({ action, parameters }) =>
        isBroken && action === 'ListCopyJobs' && parameters.has('nextToken') ? fault : undefined,
    })
    const failed = await look()
    expect(failed.said).toHaveLength(1)
    expect(failed.fault).toMatchObject({ kind, message: expect.stringMatching(message) })
    isBroken = false
    const well = await look(15)
    expect(well.statuses).toEqual({ 'vol-a': 'ok' })
    expect(well.checks[0]?.conditions?.[0]?.outcome).toBe('pass')
    // what had been read before it broke is not read again
    expect(well.asked).toEqual({ ...STEADY, ListCopyJobs: 2 })
  })

  it('drills and failures that were seen in a look that failed are told by the next', async () => {
    let isBroken = true
    const backup: FakeBackup = {
      points: [point('a1', 'vol-a', -3)],
      jobs: [job('j', 'vol-a', -2, { state: 'FAILED' })],
      restores: [{ id: 'r', of: 'vol-a', at: hours(-2) }],
    }
    const fault: FakeAwsOptions['fault'] = ({ action }) =>
      isBroken && action === 'ListBackupVaults' ? { code: 'AccessDeniedException', status: 403 } : undefined
    const { look } = await looks(backup, { fault })
    expect((await look()).fault?.kind).toBe('denied')
    isBroken = false
    const { drills, failures } = await look(600)
    expect([drills.length, failures.length]).toEqual([1, 1])
  })

  it('a vault that goes while it is read has nothing', async () => {
    const fault: FakeAwsOptions['fault'] = ({ path }) =>
      path.includes('/gone/') ? { code: 'ResourceNotFoundException', status: 400 } : undefined
    const { look } = await looks(
      { points: [point('a', 'vol-a', -3), point('b', 'vol-b', -3, { vault: 'gone' })] },
      { fault },
    )
    expect((await look()).statuses).toEqual({ 'vol-a': 'ok', 'vol-b': 'missing' })
  })
})
