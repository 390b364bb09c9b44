import { describe, expect, it } from 'vitest'
import type { FakeBackup, FakeJob } from '../../../../test/fakes/aws-backup-estate.ts'
import { HOUR, hours, startBackupLooks } from '../../../../test/fakes/aws-backup-look.ts'

async function expected(jobs: Partial<FakeJob>[], config: object = {}, plans?: FakeBackup['plans']) {
  const started = await startBackupLooks(
    {
      points: [{ id: 'p', vault: 'daily', of: 'vol-a', at: hours(-12) }],
      jobs: jobs.map((job, n) => ({ id: `j${n}`, of: 'vol-a', at: hours(-n - 1), ...job })),
      ...(plans ? { plans } : {}),
    },
    plans ? { ...config, posture: true } : config,
  )
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

  it('not by a rule or a plan that there is no more, unless there is nothing else', async () => {
    const both = [{ rule: 'daily/nightly/1' }, MONTHLY]
    const plan = (id: string, ...rules: string[]) => [{ id, name: 'p', rules: rules.map((RuleId) => ({ RuleId })) }]
    expect(await expected(both, {}, plan('id-daily', 'id-daily-nightly', 'id-daily-monthly'))).toMatchObject({
      hours: 33,
    })
    expect(await expected(both, {}, plan('id-daily', 'id-daily-monthly'))).toMatchObject({ hours: 31 * 24 + 9 })
    expect(
      await expected([...both, { ...MONTHLY, rule: 'new/one/1' }], {}, plan('id-new', 'id-new-one')),
    ).toMatchObject({
      from: 'the rule one of the backup plan new',
    })
    expect(await expected(both, {}, [])).toMatchObject({ hours: 33 })
  })

  it('of a rule that was changed as it is now', async () => {
    const before = { rule: 'daily/nightly/1', cron: 'cron(0 * ? * * *)', at: hours(-30) }
    expect(await expected([{ rule: 'daily/nightly/2' }, before])).toMatchObject({ hours: 33 })
  })

  it('by what a rule made, since AWS Backup forgets its jobs after 30 days', async () => {
    const started = await startBackupLooks(
      {
        points: [{ id: 'p', vault: 'daily', of: 'vol-a', at: hours(-30.5 * 24), plan: 'id-yearly' }],
        jobs: [{ id: 'j', of: 'vol-a', at: hours(-30.5 * 24), rule: 'yearly/march/1' }],
        plans: [
          {
            id: 'id-yearly',
            name: 'yearly',
            rules: [
              {
                RuleId: 'rule-of-id-yearly',
                RuleName: 'monthly',
                ScheduleExpression: 'cron(0 3 1 * ? *)',
                StartWindowMinutes: 60,
              },
            ],
          },
        ],
      },
      { posture: true },
    )
    const { checks } = await started.look()
    expect(checks[0]).toMatchObject({
      type: 'aws-backup',
      expects: {
        threshold: { kind: 'age', maxAgeMs: (31 * 24 + 2) * HOUR },
        from: 'the rule monthly of the backup plan yearly',
      },
    })
  })

  it('not where nobody but a person began it, where it is not understood, or where the configuration says so', async () => {
    expect(await expected([{}])).toBeNull()
    expect(await expected([{ rule: 'daily/nightly/1', cron: 'at noon' }])).toBeNull()
    for (const config of [{ max_age: '40h' }, { expected_frequency_hours: 24 }, { schedule: 'daily' }])
      expect(await expected([{ rule: 'daily/nightly/1' }], config)).toBeNull()
  })
})
