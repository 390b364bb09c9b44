import { afterEach, describe, expect, it } from 'vitest'
import type { FakeJob } from '../../../../test/fakes/aws-backup-estate.ts'
import { type BackupLooks, HOUR, hours, START, startBackupLooks } from '../../../../test/fakes/aws-backup-look.ts'
import { nextAfter } from '../../../lib/schedule/index.ts'
import { scheduleOf } from './expectation.ts'

const runs = (text: string, timeZone = 'UTC', count = 3) => {
  const schedule = scheduleOf(text, timeZone)
  if (!schedule) return null
  const found: string[] = []
  let at: number | null = START
  while (at !== null && found.length < count) {
    at = nextAfter(schedule, at)
    if (at !== null) found.push(new Date(at).toISOString().slice(0, 16))
  }
  return found
}

describe("AWS's own cron", () => {
  // START is Friday, 2026-11-20, 12:00 UTC
  it.each([
    ['cron(0 5 ? * * *)', ['2026-11-21T05:00', '2026-11-22T05:00', '2026-11-23T05:00']],
    ['cron(30 0/12 * * ? *)', ['2026-11-20T12:30', '2026-11-21T00:30', '2026-11-21T12:30']],
    ['cron(0 10 ? * 2-6 *)', ['2026-11-23T10:00', '2026-11-24T10:00', '2026-11-25T10:00']],
    ['cron(0 10 ? * 1,7 *)', ['2026-11-21T10:00', '2026-11-22T10:00', '2026-11-28T10:00']],
    ['cron(0 10 ? * MON-TUE *)', ['2026-11-23T10:00', '2026-11-24T10:00', '2026-11-30T10:00']],
    ['cron(0 3 1 * ? *)', ['2026-12-01T03:00', '2027-01-01T03:00', '2027-02-01T03:00']],
    ['cron(0 3 L * ? *)', ['2026-11-30T03:00', '2026-12-31T03:00', '2027-01-31T03:00']],
    ['cron(0 3 ? * 6L *)', ['2026-11-27T03:00', '2026-12-25T03:00', '2027-01-29T03:00']],
    ['cron(0 3 ? * 2#1 *)', ['2026-12-07T03:00', '2027-01-04T03:00', '2027-02-01T03:00']],
    ['rate(12 hours)', ['2026-11-21T00:00', '2026-11-21T12:00', '2026-11-22T00:00']],
  ])('%s', (text, expected) => {
    expect(runs(text)).toEqual(expected)
  })

  it('is in its time zone', () => {
    expect(runs('cron(0 5 ? * * *)', 'America/New_York', 1)).toEqual(['2026-11-21T10:00'])
    expect(runs('cron(0 5 ? * * *)', '', 1)).toEqual(['2026-11-21T05:00'])
  })

  it.each([
    '',
    '0 5 ? * * *',
    'cron(0 5 ? * *)',
    'cron(0 5 ? * * 2026)',
    'cron(x y z a b *)',
    'rate(0 hours)',
    'rate(x)',
  ])('"%s" is not understood', (text) => {
    expect(scheduleOf(text, 'UTC')).toBeNull()
  })
  it('of a place that there is not is not understood', () => {
    expect(scheduleOf('cron(0 5 ? * * *)', 'Moon/Base')).toBeNull()
  })
})

const open: BackupLooks[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ server }) => server.stop()))
})
async function expected(jobs: Partial<FakeJob>[], config: object = {}) {
  const started = await startBackupLooks(
    {
      points: [{ id: 'p', vault: 'daily', of: 'vol-a', at: hours(-12) }],
      jobs: jobs.map((job, n) => ({ id: `j${n}`, of: 'vol-a', at: hours(-n - 1), ...job })),
    },
    config,
  )
  open.push(started)
  const { checks } = await started.look()
  const { threshold, from } = checks[0]?.expects ?? {}
  return from && threshold?.kind === 'age' ? { hours: threshold.maxAgeMs / HOUR, from } : null
}

const FROM = 'the rule nightly of the backup plan daily'
const MONTHLY = { rule: 'daily/monthly/1', cron: 'cron(0 3 1 * ? *)' }

describe('a backup is due by the plan that makes it', () => {
  it('within the time of its rule, its start window, and an hour', async () => {
    expect(await expected([{ rule: 'daily/nightly/1' }])).toEqual({ hours: 33, from: FROM })
    expect(await expected([{ rule: 'daily/nightly/1', at: hours(-5), startBy: hours(-4) }])).toMatchObject({
      hours: 26,
    })
    // the weekend is the longest time between two
    expect(await expected([{ rule: 'daily/nightly/1', cron: 'cron(0 5 ? * 2-6 *)' }])).toMatchObject({ hours: 72 + 9 })
  })

  it('by the rule that asks for most', async () => {
    expect(await expected([MONTHLY, { rule: 'daily/nightly/1' }])).toMatchObject({ from: FROM })
    expect(await expected([MONTHLY])).toMatchObject({
      hours: 31 * 24 + 9,
      from: 'the rule monthly of the backup plan daily',
    })
  })

  it('not by a rule that its plan has no more, since it ran without it', async () => {
    const nightly = { rule: 'daily/nightly/1', at: hours(-100) }
    const other = { ...MONTHLY, rule: 'daily/monthly/2' }
    expect(await expected([nightly, { ...other, at: hours(-60) }])).toMatchObject({ hours: 31 * 24 + 9 })
    // it was not due yet
    expect(await expected([nightly, { ...other, at: hours(-70) }])).toMatchObject({ hours: 33 })
    // the same plan as ever: it ought to have run
    expect(await expected([nightly, { ...MONTHLY, at: hours(-60) }])).toMatchObject({ hours: 33 })
  })

  it('of a rule that was changed as it is now', async () => {
    const before = { rule: 'daily/nightly/1', cron: 'cron(0 * ? * * *)', at: hours(-30) }
    expect(await expected([{ rule: 'daily/nightly/2' }, before])).toMatchObject({ hours: 33 })
  })

  it('not where nobody but a person began it, where it is not understood, or where the configuration says so', async () => {
    expect(await expected([{}])).toBeNull()
    expect(await expected([{ rule: 'daily/nightly/1', cron: 'at noon' }])).toBeNull()
    for (const config of [{ max_age: '40h' }, { expected_frequency_hours: 24 }, { schedule: 'daily' }])
      expect(await expected([{ rule: 'daily/nightly/1' }], config)).toBeNull()
  })
})
