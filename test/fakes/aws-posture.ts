import { DENIED_AT_LEAST } from '../../src/sources/aws/backup/vaults/access.ts'
import type { FakeBackup, FakeVault } from './aws-backup-estate.ts'
import { hours, REGION, SCOPE, startBackupLooks } from './aws-backup-look.ts'
import { ACCOUNT, type FakeAwsOptions, type FakeRegion } from './aws-server.ts'

export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:failures`
export const SUBSCRIBED = `${TOPIC}:0b0c7a1e`
export const EVENTS = ['BACKUP_JOB_COMPLETED', 'COPY_JOB_FAILED', 'RESTORE_JOB_COMPLETED']
export const DENY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: DENIED_AT_LEAST, Resource: '*' }],
})
export const PUBLISH = JSON.stringify({
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'backup.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: TOPIC,
  },
})
export const DAILY: FakeVault = { name: 'daily', keyArn: KEY, policy: DENY, topic: TOPIC, events: EVENTS }
export const POINT = {
  id: 'p1',
  vault: 'daily',
  of: 'vol-a',
  at: hours(-5),
  plan: 'plan-of-daily',
  deleteAt: hours(24 * 30),
}
export const RULE = {
  RuleName: 'nightly',
  TargetBackupVaultName: 'daily',
  ScheduleExpression: 'cron(0 5 ? * * *)',
  Lifecycle: { DeleteAfterDays: 35 },
}
export const TAGGED = {
  SelectionName: 'by tag',
  ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'daily' }],
}
export const PLAN = { name: 'daily', rules: [RULE], selections: [TAGGED] }
export const WELL: FakeBackup = { vaults: [DAILY], points: [POINT], plans: [PLAN] }
export const AROUND: Partial<FakeRegion> = {
  keys: { [KEY]: {} },
  topics: { [TOPIC]: { subscriptions: ['PendingConfirmation', SUBSCRIBED], policy: PUBLISH } },
  tagged: [{ arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-a`, tags: { backup: 'daily' } }],
}

export interface PostureGiven {
  backup?: FakeBackup
  around?: Partial<FakeRegion>
  config?: object
  options?: FakeAwsOptions
  elsewhere?: Record<string, FakeRegion>
}

/** What is told of vaults and plans, look by look. */
export async function postureLooks({
  backup = WELL,
  around = AROUND,
  config = {},
  options = {},
  elsewhere = {},
}: PostureGiven = {}) {
  const accounts = { [ACCOUNT]: { [REGION]: { backup, ...around }, ...elsewhere } }
  const looks = await startBackupLooks(backup, { posture: true, ...config }, { accounts, ...options })
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
