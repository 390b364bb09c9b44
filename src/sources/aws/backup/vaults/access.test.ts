import { expect, it, test } from 'vitest'
import { DENIED_AT_LEAST, judgeAccess } from './access.ts'
import type { LockMode } from './lock.ts'
import { mayPublish } from './notifications.ts'

const EXCEPT = { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/break-glass' } }
const deny = (more: object = {}) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: DENIED_AT_LEAST,
  Resource: '*',
  ...more,
})
const allow = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: 'backup:DeleteRecoveryPoint',
  Resource: '*',
  ...more,
})
const judge = (statements: object[] | null, lock: LockMode = 'none') =>
  judgeAccess({ value: statements && JSON.stringify({ Version: '2012-10-17', Statement: statements }) }, lock)

test.each<[string, object[] | null, string, string]>([
  ['there is none', null, 'fail warning', 'no access policy: whoever has the permission'],
  ['all three are denied to everybody', [deny()], 'pass warning', 'denies deletion to everybody.'],
  ['they are denied by one wildcard', [deny({ Action: 'backup:*' })], 'pass warning', 'to everybody.'],
  [
    'they are denied in several statements',
    DENIED_AT_LEAST.map((Action) => deny({ Action })),
    'pass warning',
    'to everybody.',
  ],
  [
    'names have other letters',
    [deny({ Action: 'BACKUP:d*', NotAction: undefined }), deny({ Action: ['backup:update*', 'backup:Put*'] })],
    'pass warning',
    'to everybody.',
  ],
  [
    'all but some actions are denied',
    [deny({ Action: undefined, NotAction: 'backup:Describe*' })],
    'pass warning',
    'to everybody.',
  ],
  [
    'somebody is excepted by a condition',
    [deny({ Condition: EXCEPT })],
    'pass warning',
    'to everybody but arn:aws:iam::123456789012:role/break-glass.',
  ],
  [
    'somebody is excepted by NotPrincipal',
    [deny({ Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::123456789012:root' } })],
    'pass warning',
    'but arn:aws:iam::123456789012:root',
  ],
  [
    'everybody is excepted',
    [deny({ Condition: { ArnNotLike: { 'aws:PrincipalArn': '*' } } })],
    'fail warning',
    'does not deny',
  ],
  [
    'only some are denied',
    [deny({ Condition: { StringEquals: { 'aws:PrincipalAccount': '1' } } })],
    'fail warning',
    'does not deny',
  ],
  [
    'it is denied only without MFA',
    [deny({ Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': false } } })],
    'fail warning',
    'does not deny',
  ],
  [
    'only one role is denied',
    [deny({ Principal: { AWS: 'arn:aws:iam::123456789012:role/dev' } })],
    'fail warning',
    'does not deny',
  ],
  [
    'only the vault is meant',
    [deny({ Resource: 'arn:aws:backup:eu-central-1:123456789012:backup-vault:v' })],
    'fail warning',
    'does not deny',
  ],
  [
    'the policy itself can be replaced',
    [deny({ Action: DENIED_AT_LEAST.slice(0, 2) })],
    'fail warning',
    'does not deny backup:PutBackupVaultAccessPolicy',
  ],
  ['anyone is allowed', [allow()], 'fail critical', 'allows backup:DeleteRecoveryPoint to anyone.'],
  [
    'anyone is allowed everything',
    [allow({ Principal: '*', Action: '*' })],
    'fail critical',
    'backup:DeleteBackupVaultLockConfiguration to anyone',
  ],
  [
    'anyone is allowed all but reading',
    [allow({ Action: undefined, NotAction: 'backup:List*' })],
    'fail critical',
    'to anyone',
  ],
  [
    'anyone but one is allowed',
    [allow({ Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::1:root' } })],
    'fail critical',
    'to anyone',
  ],
  [
    'anyone may replace the policy',
    [allow({ Action: 'backup:PutBackupVaultAccessPolicy' })],
    'fail critical',
    'PutBackupVaultAccessPolicy to anyone',
  ],
  [
    'a condition lets all through',
    [allow({ Condition: { StringLike: { 'aws:PrincipalOrgID': '*' } } })],
    'unknown warning',
    'StringLike aws:PrincipalOrgID',
  ],
  [
    'a condition is of something else',
    [allow({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })],
    'unknown warning',
    'does not weigh (Bool aws:SecureTransport)',
  ],
  [
    'only the organization is allowed',
    [allow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
    'fail warning',
    'does not deny',
  ],
  ['a denial outweighs it', [allow(), deny()], 'pass warning', 'to everybody.'],
  [
    'a denial of others does not outweigh it',
    [allow(), deny({ Action: 'backup:StartRestoreJob' })],
    'fail critical',
    'to anyone',
  ],
  ['only copying in is allowed', [allow({ Action: 'backup:CopyIntoBackupVault' })], 'fail warning', 'does not deny'],
])('an access policy where %s', (_, statements, verdict, words) => {
  const { outcome, severity, reason } = judge(statements)
  expect(`${outcome} ${severity}`).toBe(verdict)
  expect(reason).toContain(words)
})

it.each([
  ['governance', 'warning'],
  ['cooling', 'info'],
] satisfies [LockMode, string][])(
  'a lock that can be taken away (%s) does not make up for a policy',
  (lock, severity) => {
    expect(judge(null, lock)).toMatchObject({
      outcome: 'fail',
      severity,
      reason: expect.stringContaining('can be taken away'),
    })
    const unlock = allow({ Action: 'backup:DeleteBackupVaultLockConfiguration' })
    expect(judge([unlock], lock)).toMatchObject({ outcome: 'fail', severity: 'critical' })
    expect(judge([allow()], lock)).toMatchObject({ outcome: 'fail', severity: 'warning' })
    expect(judge([deny()], lock)).toMatchObject({ outcome: 'pass' })
  },
)

it('nothing can be deleted from a locked vault before its time, whatever its policy says of that', () => {
  expect(judge(null, 'compliance')).toMatchObject({ outcome: 'pass', reason: expect.stringContaining('locked') })
  expect(judge([allow()], 'compliance')).toMatchObject({ outcome: 'fail', severity: 'warning' })
})

it.each([
  ['no JSON', '{"Statement":'],
  ['no statements', '{"Statement":[{"Effect":"Perhaps"}]}'],
  ['a list', '[]'],
])('a policy that is %s is no good news', (_, value) => {
  expect(judgeAccess({ value }, 'compliance')).toMatchObject({ outcome: 'unknown' })
})

const publish = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'backup.amazonaws.com' },
  Action: 'SNS:Publish',
  Resource: '*',
  ...more,
})
const ofAccount = (account: string) => ({ StringEquals: { 'aws:SourceAccount': account } })

test.each<[string, object[], string]>([
  ['names AWS Backup', [publish()], 'yes'],
  [
    'names it among others',
    [publish({ Principal: { Service: ['events.amazonaws.com', 'backup.amazonaws.com'] } })],
    'yes',
  ],
  ['lets anyone', [publish({ Principal: '*' })], 'yes'],
  ['lets it from this account', [publish({ Condition: ofAccount('123456789012') })], 'yes'],
  ['lets it from another account', [publish({ Condition: ofAccount('999999999999') })], 'no'],
  [
    'lets it under other conditions',
    [publish({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:backup:*' } } })],
    'unknown',
  ],
  [
    'is as it was from the start',
    [publish({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'AWS:SourceOwner': '123456789012' } } })],
    'unknown',
  ],
  ['names another service', [publish({ Principal: { Service: 'events.amazonaws.com' } })], 'no'],
  ['allows something else', [publish({ Action: 'SNS:Subscribe' })], 'no'],
  ['denies it too', [publish(), publish({ Effect: 'Deny', Principal: '*' })], 'no'],
  [
    'denies it without encryption',
    [publish(), publish({ Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    'yes',
  ],
  ['says nothing', [], 'no'],
])("a topic's policy that %s", (_, statements, verdict) => {
  expect(mayPublish(JSON.stringify({ Statement: statements }), '123456789012')).toBe(verdict)
})
