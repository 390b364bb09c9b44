import { expect, test } from 'vitest'
import { rulesOf, selectionOf } from './plan.ts'
import { expectationOf, rhythmOf } from './schedule.ts'
import { needsTag, selects } from './selection.ts'
import { judgeUnprotected } from './unprotected.ts'

const HOUR = 3_600_000
// a Friday
const now = Date.parse('2026-11-20T12:00:00Z')

const rule = (schedule: string | undefined, more: object = {}) => {
  const [found] = rulesOf({
    BackupPlanName: 'p',
    Rules: [{ RuleName: 'r', TargetBackupVaultName: 'v', ScheduleExpression: schedule, ...more }],
  })
  if (!found) throw new Error('there is no rule')
  return found
}

test('what can not be understood says nothing', () => {
  expect(expectationOf([{ plan: 'p', rule: rule('cron(0 5 ? * * 2027)'), isCopy: false }], now)).toBeNull()
})

test('a rule that says nothing of when it runs does at 5 in UTC, within 8 hours', () => {
  expect(expectationOf([{ plan: 'p', rule: rule(undefined), isCopy: false }], now)).toMatchObject({
    threshold: { schedule: { expression: '0 5 * * *', timeZone: 'UTC' }, graceMs: 9 * HOUR },
  })
})

test('the rule that runs most often says when the next point is due, whatever the time of the week', () => {
  const weekdays = {
    plan: 'p',
    rule: rule('cron(0 5 ? * MON-FRI *)', { RuleName: 'weekdays', StartWindowMinutes: 60 }),
    isCopy: false,
  }
  const weekly = { plan: 'p', rule: rule('cron(0 5 ? * SUN *)'), isCopy: false }
  const copied = { ...weekdays, plan: 'copies', isCopy: true }
  for (let at = now; at < now + 8 * 24 * HOUR; at += 7 * HOUR)
    expect(expectationOf([weekly, copied, weekdays], at)).toEqual({
      threshold: {
        kind: 'schedule',
        schedule: { kind: 'cron', expression: '0 5 * * MON-FRI', timeZone: 'UTC' },
        graceMs: 2 * HOUR,
      },
      from: 'the backup plan p (weekdays: cron(0 5 ? * MON-FRI *) UTC)',
    })
  expect(expectationOf([copied], now)?.threshold).toMatchObject({ graceMs: 14 * HOUR })
  expect(rhythmOf(weekdays.rule, now)?.longestMs).toBe(72 * HOUR)
})

test.each(['cron(0 8-18 ? * MON-FRI *)', 'cron(0 0/4 ? * MON-FRI *)'])(
  'of %s the weekend is the longest pause, whatever the time of the week: nothing is stale on Saturdays',
  (schedule) => {
    const pause = schedule.includes('8-18') ? 62 : 52
    for (let at = now; at < now + 8 * 24 * HOUR; at += 7 * HOUR)
      expect(rhythmOf(rule(schedule), at)?.longestMs).toBe(pause * HOUR)
  },
)

const arn = (rest: string) => `arn:aws:${rest}`
const volume = (id: string, tags: Record<string, string> = {}) => ({
  arn: arn(`ec2:eu-central-1:1:volume/${id}`),
  tags,
})
const select = (given: object) => selectionOf({ SelectionName: 's', IamRoleArn: 'arn:role', ...given })
const tag = (ConditionKey: string, ConditionValue: string) => ({ ConditionKey, ConditionValue })
const anyTag = (key: string, value: string) => ({ ConditionType: 'STRINGEQUALS', ...tag(key, value) })

test.each<[string, object, string[], boolean]>([
  ['everything', { Resources: ['*'] }, ['a', 'b', 'c'], false],
  ['a type', { Resources: [arn('ec2:*:*:volume/*')] }, ['a', 'b', 'c'], false],
  ['one', { Resources: [volume('b').arn] }, ['b'], false],
  ['one or a tag', { Resources: [volume('b').arn], ListOfTags: [anyTag('backup', 'daily')] }, ['a', 'b'], false],
  ['one of two tags', { ListOfTags: [anyTag('backup', 'daily'), anyTag('env', 'dev')] }, ['a', 'b'], true],
  ['values with their letters', { ListOfTags: [anyTag('backup', 'Daily')] }, [], true],
  [
    'all conditions',
    {
      Resources: ['*'],
      Conditions: { StringEquals: [tag('aws:ResourceTag/backup', 'daily'), tag('aws:ResourceTag/env', 'prod')] },
    },
    ['a'],
    true,
  ],
  ['a condition alone', { Conditions: { StringEquals: [tag('aws:ResourceTag/env', 'dev')] } }, ['b'], true],
  ['a pattern', { Resources: ['*'], Conditions: { StringLike: [tag('aws:ResourceTag/env', '*r*')] } }, ['a'], true],
  [
    'not a value',
    { Resources: ['*'], Conditions: { StringNotEquals: [tag('aws:ResourceTag/env', 'dev')] } },
    ['a', 'c'],
    false,
  ],
  [
    'not a pattern',
    { Resources: ['*'], Conditions: { StringNotLike: [tag('aws:ResourceTag/env', 'd*')] } },
    ['a', 'c'],
    false,
  ],
  ['all but one', { Resources: ['*'], NotResources: [volume('a').arn] }, ['b', 'c'], false],
  ['all but a type', { NotResources: [arn('ec2:*')] }, [], false],
  ['nothing', {}, [], false],
])('a selection of %s', (_, given, expected, needs) => {
  const all = [volume('a', { backup: 'daily', env: 'prod' }), volume('b', { env: 'dev' }), volume('c')]
  const selection = select(given)
  expect(all.filter(selects(selection)).map((one) => one.arn.split('/')[1])).toEqual(expected)
  expect(needsTag(selection)).toBe(needs)
})

const plan = (...given: object[]) => ({
  id: 'p',
  name: 'p',
  arn: 'arn:p',
  createdAt: null,
  rules: { value: [] },
  selections: { value: given.map(select) },
})
const DAILY = plan({ ListOfTags: [anyTag('backup', 'daily')] })
const daily = { backup: 'daily' }

test.each<[string, { arn: string; tags: Record<string, string> }[], string]>([
  ['all are selected', [volume('a', daily)], 'pass'],
  ['a volume is not', [volume('a', daily), volume('b')], 'fail 1 ec2:volume'],
  [
    'volumes may be those of instances that are',
    [{ arn: arn('ec2:r:1:instance/i'), tags: daily }, volume('b')],
    'pass',
  ],
  ['no bucket is', [{ arn: arn('s3:::a'), tags: {} }], 'pass'],
  [
    'one bucket is',
    [
      { arn: arn('s3:::a'), tags: daily },
      { arn: arn('s3:::b'), tags: {} },
    ],
    'fail 1 s3:bucket',
  ],
  [
    'a table is not',
    [{ arn: arn('dynamodb:r:1:table/t'), tags: {} }, volume('b')],
    'fail 1 dynamodb:table, 1 ec2:volume',
  ],
  [
    'databases may be members of a cluster',
    [
      { arn: arn('rds:r:1:cluster:c'), tags: daily },
      { arn: arn('rds:r:1:db:d'), tags: {} },
    ],
    'pass',
  ],
])('what no plan selects, where %s', (_, resources, expected) => {
  const { outcome, reason } = judgeUnprotected([DAILY], { value: resources })
  expect(outcome).toBe(expected.split(' ')[0])
  expect(reason).toContain(expected.replace(/^(?:fail|pass) ?/, ''))
})

test('what can not be seen is not called unprotected', () => {
  const blind = { unknown: 'denied', advice: null }
  expect(judgeUnprotected([DAILY], blind)).toMatchObject({ outcome: 'unknown', reason: 'denied' })
  const half = { ...DAILY, selections: blind }
  expect(judgeUnprotected([DAILY, half], { value: [volume('b')] })).toMatchObject({ outcome: 'unknown' })
})
