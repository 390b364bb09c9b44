import { afterEach, expect, it } from 'vitest'
import type { FakeBackup, FakeVault } from '../../../../../test/fakes/aws-backup-estate.ts'
import { hours, REGION, SCOPE, startBackupLooks } from '../../../../../test/fakes/aws-backup-look.ts'
import { ACCOUNT, type FakeAws, type FakeAwsOptions, type FakeRegion } from '../../../../../test/fakes/aws-server.ts'
import { DENIED_AT_LEAST } from './access.ts'

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:failures`
const SUBSCRIBED = `${TOPIC}:0b0c7a1e`
const EVENTS = ['BACKUP_JOB_COMPLETED', 'COPY_JOB_FAILED', 'RESTORE_JOB_COMPLETED']
const DENY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: DENIED_AT_LEAST, Resource: '*' }],
})
const PUBLISH = JSON.stringify({
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'backup.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: TOPIC,
  },
})
const DAILY: FakeVault = { name: 'daily', keyArn: KEY, policy: DENY, topic: TOPIC, events: EVENTS }
const POINT = { id: 'p1', vault: 'daily', of: 'vol-a', at: hours(-5), plan: 'plan-of-daily', deleteAt: hours(24 * 30) }
const RULE = {
  RuleName: 'nightly',
  TargetBackupVaultName: 'daily',
  ScheduleExpression: 'cron(0 5 ? * * *)',
  Lifecycle: { DeleteAfterDays: 35 },
}
const TAGGED = {
  SelectionName: 'by tag',
  ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'daily' }],
}
const PLAN = { name: 'daily', rules: [RULE], selections: [TAGGED] }
const WELL: FakeBackup = { vaults: [DAILY], points: [POINT], plans: [PLAN] }
const AROUND: Partial<FakeRegion> = {
  keys: { [KEY]: {} },
  topics: { [TOPIC]: { subscriptions: ['PendingConfirmation', SUBSCRIBED], policy: PUBLISH } },
  tagged: [{ arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-a`, tags: { backup: 'daily' } }],
}

const servers: FakeAws[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

interface Given {
  backup?: FakeBackup
  around?: Partial<FakeRegion>
  config?: object
  options?: FakeAwsOptions
  elsewhere?: Record<string, FakeRegion>
}

/** What is told of vaults and plans, look by look. */
async function start({ backup = WELL, around = AROUND, config = {}, options = {}, elsewhere = {} }: Given = {}) {
  const accounts = { [ACCOUNT]: { [REGION]: { backup, ...around }, ...elsewhere } }
  const looks = await startBackupLooks(backup, { posture: true, ...config }, { accounts, ...options })
  servers.push(looks.server)
  return async (minutes = 0) => {
    const looked = await looks.look(minutes)
    const own = looked.checks.filter(({ type }) => type !== 'aws-backup')
    const conditions = Object.fromEntries(
      own.map(({ check, conditions: all = [] }) => [
        check.slice(SCOPE.length + 1),
        Object.fromEntries(all.map(({ type, outcome, severity }) => [type, outcome === 'fail' ? severity : outcome])),
      ]),
    )
    const reason = (check: string, type: string) =>
      own.find((one) => one.check === `${SCOPE}/${check}`)?.conditions?.find((one) => one.type === type)?.reason
    return { ...looked, own, conditions, reason }
  }
}

it('tells of each vault and each plan: the newest point, when the next is due, and how it is kept', async () => {
  const look = await start({
    backup: { ...WELL, vaults: [{ ...DAILY, locked: true, lockedAt: hours(-100), minDays: 7 }] },
  })
  const { own, conditions, points, end, asked } = await look()
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
    ListBackupVaults: 2,
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
