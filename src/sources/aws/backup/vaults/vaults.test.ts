import { expect, it } from 'vitest'
import type { FakeBackup, FakeVault } from '../../../../../test/fakes/aws-backup-estate.ts'
import { hours, REGION, SCOPE } from '../../../../../test/fakes/aws-backup-look.ts'
import {
  AROUND,
  DAILY,
  PLAN,
  POINT,
  PUBLISH,
  postureLooks,
  RULE,
  SUBSCRIBED,
  TAGGED,
  TOPIC,
  WELL,
} from '../../../../../test/fakes/aws-posture.ts'
import { ACCOUNT, type FakeAwsOptions, type FakeRegion } from '../../../../../test/fakes/aws-server.ts'

it('tells of each vault and each plan: the newest point, when the next is due, and how it is kept', async () => {
  const look = await postureLooks({
    backup: { ...WELL, vaults: [{ ...DAILY, locked: true, lockedAt: hours(-100), minDays: 7 }] },
  })
  const { own, conditions, points, end, asked, reason } = await look()
  expect(reason('coverage', 'UNPROTECTED')).toContain('What never had a tag can not be seen')
  expect(end).toMatchObject({ kind: 'scope-complete' })
  expect(conditions).toEqual({
    'vault:daily': { DELETION_ALLOWED: 'pass', NOTIFICATIONS_MISSING: 'pass', KEY_UNUSABLE: 'pass' },
    'plan:daily': { PLAN_SELECTS_NOTHING: 'pass', PLAN_TARGET_GONE: 'pass', PLAN_RETENTION: 'pass' },
    coverage: { UNPROTECTED: 'pass' },
  })
  const expects = {
    threshold: {
      kind: 'schedule',
      schedule: { kind: 'cron', expression: '0 5 * * *', timeZone: 'UTC' },
      graceMs: 9 * 3_600_000,
    },
    from: 'the backup plan daily (nightly: cron(0 5 ? * * *) UTC)',
  }
  expect(own).toMatchObject([
    {
      check: `${SCOPE}/vault:daily`,
      type: 'aws-backup-vault',
      resource: {
        id: `arn:aws:backup:${REGION}:${ACCOUNT}:backup-vault:daily`,
        name: 'daily',
        account: ACCOUNT,
        region: REGION,
      },
      detail: 'Locked in compliance mode (new points are kept at least 7 days).',
      immutability: { how: 'vault lock in compliance mode', until: Date.parse(hours(24 * 30)) },
      expects,
    },
    {
      check: `${SCOPE}/plan:daily`,
      type: 'aws-backup-plan',
      detail: 'nightly: cron(0 5 ? * * *) UTC to daily, kept for 35 days.',
      bornAt: Date.parse('2025-01-01T00:00:00Z'),
      expects,
    },
    { check: `${SCOPE}/coverage`, type: 'aws-backup-coverage', expects },
  ])
  for (const { check } of own)
    expect(points.filter((one) => one.check === check)).toMatchObject([
      { recoverableTo: Date.parse(hours(-5)), state: 'complete' },
    ])
  // the posture: a list of vaults, two of a vault; a list of plans, three of a plan; a key; two of a topic; the tags
  expect(asked).toEqual({
    ListProtectedResources: 1,
    ListBackupJobs: 1,
    ListCopyJobs: 1,
    ListRestoreJobs: 1,
    ListRecoveryPointsByBackupVault: 1,
    ListBackupVaults: 1,
    GetBackupVaultAccessPolicy: 1,
    GetBackupVaultNotifications: 1,
    ListBackupPlans: 1,
    GetBackupPlan: 1,
    ListBackupSelections: 1,
    GetBackupSelection: 1,
    DescribeKey: 1,
    ListSubscriptionsByTopic: 1,
    GetTopicAttributes: 1,
    GetResources: 1,
  })
})

it('is read once an hour: in between it costs no request, and points go on', async () => {
  const backup: FakeBackup = { ...WELL, points: [POINT] }
  const look = await postureLooks({ backup })
  await look()
  const younger = { ...POINT, id: 'p2', at: hours(0.1) }
  backup.points = [POINT, younger]
  backup.vaults = [{ ...DAILY, policy: '{"Statement":[]}' }]
  const second = await look(15)
  expect(second.asked).toEqual({
    ListProtectedResources: 1,
    ListBackupVaults: 1,
    ListBackupJobs: 1,
    ListCopyJobs: 1,
    ListRestoreJobs: 1,
    ListRecoveryPointsByBackupVault: 1,
  })
  expect(second.conditions['vault:daily']).toMatchObject({ DELETION_ALLOWED: 'pass' })
  expect(new Set(second.points.map(({ recoverableTo }) => recoverableTo))).toEqual(new Set([Date.parse(hours(0.1))]))
  expect((await look(45)).asked.GetBackupVaultAccessPolicy).toBeUndefined()
  const whole = await look(61)
  expect(whole.asked).toMatchObject({ GetBackupVaultAccessPolicy: 1, ListBackupPlans: 1, DescribeKey: 1 })
  expect(whole.conditions['vault:daily']).toMatchObject({ DELETION_ALLOWED: 'warning' })
})

it('reads all pages, and each key and topic once however many vaults share them', async () => {
  const names = ['a', 'b', 'c']
  const backup: FakeBackup = {
    vaults: names.map((name) => ({ ...DAILY, name })),
    points: names.flatMap((vault) =>
      [0, 1].map((n) => ({ ...POINT, id: `${vault}${n}`, vault, of: `vol-${vault}`, at: hours(-9 + n) })),
    ),
    plans: names.map((name) => ({
      name,
      rules: [{ ...RULE, TargetBackupVaultName: name }],
      selections: [TAGGED, { ...TAGGED, SelectionName: 'again' }],
    })),
  }
  const pending = Array.from({ length: 3 }, () => 'PendingConfirmation')
  const around = { ...AROUND, topics: { [TOPIC]: { subscriptions: [...pending, SUBSCRIBED], policy: PUBLISH } } }
  const { conditions, asked, end } = await (await postureLooks({ backup, around, options: { pageSize: 1 } }))()
  expect(end).toMatchObject({ kind: 'scope-complete' })
  for (const name of names) {
    expect(conditions[`vault:${name}`]).toMatchObject({ NOTIFICATIONS_MISSING: 'pass', KEY_UNUSABLE: 'pass' })
    expect(conditions[`plan:${name}`]).toMatchObject({ PLAN_SELECTS_NOTHING: 'pass', PLAN_TARGET_GONE: 'pass' })
  }
  expect(asked).toMatchObject({
    ListBackupPlans: 3,
    GetBackupPlan: 3,
    ListBackupSelections: 6,
    GetBackupSelection: 6,
    GetBackupVaultAccessPolicy: 3,
    GetBackupVaultNotifications: 3,
    DescribeKey: 1,
    // the one that is confirmed stands on the fourth page
    ListSubscriptionsByTopic: 4,
    GetTopicAttributes: 1,
  })
})

it.each<[string, Partial<FakeVault>, FakeRegion['topics'], string, string]>([
  ['has none', { topic: undefined }, {}, 'warning', 'has no topic'],
  [
    'tells only of what is never sent',
    { events: ['BACKUP_JOB_FAILED'] },
    {},
    'warning',
    'BACKUP_JOB_FAILED is set, which AWS Backup sends for nothing any more',
  ],
  ['tells of nothing', { events: [] }, {}, 'warning', 'only nothing is set'],
  [
    'has one of another account',
    { topic: `arn:aws:sns:${REGION}:999999999999:t` },
    {},
    'warning',
    'another account or region',
  ],
  [
    'has one of another region',
    { topic: `arn:aws:sns:eu-west-1:${ACCOUNT}:t` },
    {},
    'warning',
    'another account or region',
  ],
  ['has one that is FIFO', { topic: `${TOPIC}.fifo` }, {}, 'warning', 'FIFO'],
  ['has one that is gone', {}, {}, 'warning', 'does not exist'],
  ['has one without subscribers', {}, { [TOPIC]: { policy: PUBLISH } }, 'warning', 'Nobody is subscribed'],
  [
    'has one that nobody has confirmed',
    {},
    { [TOPIC]: { policy: PUBLISH, subscriptions: ['PendingConfirmation', 'Deleted'] } },
    'warning',
    '(1 not confirmed)',
  ],
  [
    'may not publish',
    {},
    { [TOPIC]: { subscriptions: [SUBSCRIBED], policy: '{"Statement":[]}' } },
    'warning',
    'does not let backup.amazonaws.com publish',
  ],
  [
    'has one as it was from the start',
    {},
    { [TOPIC]: { subscriptions: [SUBSCRIBED] } },
    'unknown',
    "can't be told from the topic's policy",
  ],
  [
    'tells of no copies',
    { events: ['BACKUP_JOB_COMPLETED'] },
    { [TOPIC]: { subscriptions: [SUBSCRIBED], policy: PUBLISH } },
    'pass',
    'Of COPY_JOB_FAILED and RESTORE_JOB_COMPLETED nobody is told',
  ],
])('a vault whose topic %s', async (_, vault, topics, verdict, words) => {
  const backup = { ...WELL, vaults: [{ ...DAILY, ...vault }] }
  const { conditions, reason } = await (await postureLooks({ backup, around: { ...AROUND, topics: topics ?? {} } }))()
  expect(conditions['vault:daily']?.NOTIFICATIONS_MISSING).toBe(verdict)
  expect(reason('vault:daily', 'NOTIFICATIONS_MISSING')).toContain(words)
})

it("notifications that are nobody's business are not asked for", async () => {
  const { conditions, asked } = await (await postureLooks({ config: { notifications: 'off', unprotected: 'off' } }))()
  expect(conditions['vault:daily']).toEqual({ DELETION_ALLOWED: 'pass', KEY_UNUSABLE: 'pass' })
  expect(conditions).not.toHaveProperty('coverage')
  for (const action of ['GetBackupVaultNotifications', 'ListSubscriptionsByTopic', 'GetTopicAttributes'])
    expect(asked).not.toHaveProperty(action)
})

it.each([
  ['GetBackupVaultAccessPolicy', 'vault:daily', 'DELETION_ALLOWED'],
  ['GetBackupVaultNotifications', 'vault:daily', 'NOTIFICATIONS_MISSING'],
  ['DescribeKey', 'vault:daily', 'KEY_UNUSABLE'],
  ['GetBackupPlan', 'plan:daily', 'PLAN_TARGET_GONE'],
  ['GetBackupSelection', 'plan:daily', 'PLAN_SELECTS_NOTHING'],
  ['GetResources', 'coverage', 'UNPROTECTED'],
])('an answer of %s that says nothing is not believed', async (action, check, type) => {
  const fault: FakeAwsOptions['fault'] = (request) => (request.action === action ? { raw: '{}' } : undefined)
  const { conditions, end } = await (await postureLooks({ options: { fault } }))()
  expect(end).toMatchObject({ kind: 'scope-complete' })
  expect(conditions[check]?.[type]).toBe('unknown')
})

it('a vault that is empty and that nothing fills is none of ours; one that is filled is missing what it should have', async () => {
  const backup: FakeBackup = {
    vaults: [
      { name: 'Default' },
      { name: 'daily', createdAt: hours(-48) },
      { name: 'borrowed', type: 'RESTORE_ACCESS_BACKUP_VAULT' },
      { name: 'old' },
      { name: 'left-out' },
    ],
    points: [
      { ...POINT, id: 'x', vault: 'borrowed' },
      { ...POINT, id: 'y', vault: 'left-out' },
      { ...POINT, id: 'z', vault: 'old', at: hours(-2000), plan: 'gone' },
    ],
    plans: [{ ...PLAN, createdAt: hours(-24) }],
  }
  const { own, points, statuses } = await (
    await postureLooks({ backup, config: { vaults: { exclude: ['left*'], locked: ['o*'] } } })
  )()
  expect(own.map(({ check, bornAt }) => [check.slice(SCOPE.length + 1), bornAt])).toEqual([
    ['vault:daily', Date.parse(hours(-24))],
    ['vault:old', expect.any(Number)],
    ['plan:daily', Date.parse(hours(-24))],
    ['coverage', Date.parse(hours(-24))],
  ])
  expect(points.filter(({ check }) => check === `${SCOPE}/vault:daily`)).toEqual([])
  // no resource has its newest point there: it takes a list of its own
  expect(points.filter(({ check }) => check === `${SCOPE}/vault:old`)).toMatchObject([
    { recoverableTo: Date.parse(hours(-2000)) },
  ])
  expect(own.find(({ check }) => check.endsWith('vault:old'))?.conditions).toContainEqual(
    expect.objectContaining({ type: 'LOCK_MISSING', outcome: 'fail' }),
  )
  expect(statuses.old).toBe('stale')
})

it('a plan has the point before, once its newest is deleted: the list of its vault within the threshold does not tell', async () => {
  const hourly = { ...PLAN, name: 'hourly', rules: [{ ...RULE, ScheduleExpression: 'cron(0 * * * ? *)' }] }
  const points = [
    { ...POINT, id: 'h', at: hours(-1), plan: 'plan-of-hourly' },
    { ...POINT, id: 'd2', at: hours(-9) },
    { ...POINT, id: 'd1', at: hours(-34) },
  ]
  const backup: FakeBackup = { vaults: [{ ...DAILY, count: 40_000 }], plans: [PLAN, hourly], points }
  const look = await postureLooks({ backup })
  const ofPlan = async (minutes: number) => {
    const looked = await look(minutes)
    return {
      asked: looked.asked.ListRecoveryPointsByBackupVault ?? 0,
      ids: looked.points.filter(({ check }) => check === `${SCOPE}/plan:daily`).map(({ id }) => id.split(':').at(-1)),
    }
  }
  expect(await ofPlan(0)).toEqual({ asked: 1, ids: ['d2'] })
  backup.points = points.filter(({ id }) => id !== 'd2')
  backup.vaults = [{ ...DAILY, count: 39_999 }]
  expect(await ofPlan(15)).toEqual({ asked: 2, ids: ['d1'] })
  expect(await ofPlan(30)).toEqual({ asked: 0, ids: ['d1'] })
  backup.points = points.filter(({ id }) => id === 'h')
  backup.vaults = [{ ...DAILY, count: 39_998 }]
  expect(await ofPlan(45)).toEqual({ asked: 2, ids: [] })
})
