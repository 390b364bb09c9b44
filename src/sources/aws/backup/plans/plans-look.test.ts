import { expect, it } from 'vitest'
import type { FakeBackup, FakePlan } from '../../../../../test/fakes/aws-backup-estate.ts'
import { hours, REGION, SCOPE, startBackupLooks } from '../../../../../test/fakes/aws-backup-look.ts'
import { ACCOUNT, type FakeAwsOptions, type FakeRegion } from '../../../../../test/fakes/aws-server.ts'
import { awsConfig } from '../../config.ts'
import { permissionsOf } from '../../permissions.ts'

const vaultArn = (name: string, region = REGION, account = ACCOUNT) =>
  `arn:aws:backup:${region}:${account}:backup-vault:${name}`
const daily = (more: object = {}) => ({
  RuleName: 'nightly',
  TargetBackupVaultName: 'v',
  ScheduleExpression: 'cron(0 5 ? * * *)',
  Lifecycle: { DeleteAfterDays: 35 },
  ...more,
})
const byTag = (ConditionValue: string, more: object = {}) => ({
  SelectionName: `backup=${ConditionValue}`,
  ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue }],
  ...more,
})
const plan = (more: Partial<FakePlan> = {}): FakePlan => ({
  name: 'p',
  rules: [daily()],
  selections: [byTag('daily')],
  ...more,
})
const TAGGED = [{ arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-a`, tags: { backup: 'daily' } }]
const POINT = { id: '1', vault: 'v', of: 'vol-a', at: hours(-7), plan: 'plan-of-p' }

interface Given {
  backup?: FakeBackup
  tagged?: FakeRegion['tagged']
  elsewhere?: Record<string, FakeRegion>
  options?: FakeAwsOptions
}

async function look({ backup = {}, tagged = TAGGED, elsewhere = {}, options = {} }: Given) {
  const given: FakeBackup = { vaults: [{ name: 'v' }], points: [POINT], ...backup }
  const accounts = { [ACCOUNT]: { [REGION]: { backup: given, tagged }, ...elsewhere } }
  const looks = await startBackupLooks(given, { posture: true, notifications: 'off' }, { accounts, ...options })
  const looked = await looks.look()
  const plans = looked.checks.filter(({ type }) => type === 'aws-backup-plan')
  return {
    ...looked,
    server: looks.server,
    plans,
    of: (type: string) => {
      const found = plans[0]?.conditions?.find((one) => one.type === type)
      return found && { ...found, verdict: found.outcome === 'fail' ? found.severity : found.outcome }
    },
  }
}

it.each<[string, Record<string, unknown>[], string, string]>([
  ['matches', [byTag('daily')], 'pass', 'that exist'],
  ['is not there', [], 'warning', 'No resources are assigned'],
  ['has a tag that nothing has', [byTag('Daily')], 'warning', 'matches no resource'],
  ['is one of two, and has such a tag', [byTag('daily'), byTag('old')], 'info', 'backup=old matches no resource'],
  ['is of everything', [{ SelectionName: 'all', Resources: ['*'] }], 'pass', 'that exist'],
])('a plan whose selection %s', async (_, selections, verdict, words) => {
  const { of } = await look({ backup: { plans: [plan({ selections })], points: [] } })
  expect(of('PLAN_SELECTS_NOTHING')).toMatchObject({ verdict, reason: expect.stringContaining(words) })
})

it('of a resource that never had a tag it is not said that it does not exist', async () => {
  const selections = [{ SelectionName: 'one', Resources: [`arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-x`] }]
  const quiet = await look({ backup: { plans: [plan({ selections })], points: [] } })
  expect(quiet.of('PLAN_SELECTS_NOTHING')).toMatchObject({ verdict: 'unknown' })
  // what it has made lately shows that it selects something
  const busy = await look({ backup: { plans: [plan({ selections })] } })
  expect(busy.of('PLAN_SELECTS_NOTHING')).toMatchObject({ verdict: 'pass' })
})

const to = (DestinationBackupVaultArn: string) => daily({ CopyActions: [{ DestinationBackupVaultArn }] })
const PARIS = 'eu-west-3'

it.each<[string, object, string, string]>([
  ['is there', daily(), 'pass', 'exist'],
  ['is gone', daily({ TargetBackupVaultName: 'gone' }), 'critical', 'The vault gone of rule nightly does not exist'],
  ['is copied here', to(vaultArn('v')), 'pass', 'exist'],
  ['is copied here, to one that is gone', to(vaultArn('w')), 'warning', 'The vault w in eu-central-1'],
  ['is copied to another region', to(vaultArn('far', PARIS)), 'pass', 'exist'],
  [
    'is copied to one that is gone in another region',
    to(vaultArn('w', PARIS)),
    'warning',
    'The vault w in eu-west-3 that rule nightly copies to does not exist',
  ],
  ['is copied to a region that is not enabled', to(vaultArn('w', 'ap-east-1')), 'unknown', 'ap-east-1'],
  ['is copied to another account', to(vaultArn('w', PARIS, '999999999999')), 'pass', 'exist'],
  [
    'is an air-gapped one that is gone',
    daily({ TargetLogicallyAirGappedBackupVaultArn: vaultArn('air') }),
    'warning',
    'The vault air',
  ],
])('a plan whose vault %s', async (_, rule, verdict, words) => {
  const elsewhere = { [PARIS]: { backup: { vaults: [{ name: 'far' }] } } }
  const { of, end } = await look({ backup: { plans: [plan({ rules: [{ ...rule }] })] }, elsewhere })
  expect(end).toMatchObject({ kind: 'scope-complete' })
  expect(of('PLAN_TARGET_GONE')).toMatchObject({ verdict, reason: expect.stringContaining(words) })
})

const LOCKED = { name: 'v', locked: true, minDays: 30, maxDays: 60 }
it.each<[string, object, object, string, string]>([
  ['as long as it must', { Lifecycle: { DeleteAfterDays: 35 } }, LOCKED, 'pass', ''],
  [
    'for less than its lock demands',
    { Lifecycle: { DeleteAfterDays: 7 } },
    LOCKED,
    'critical',
    'rule nightly keeps for 7 days, and the locked vault v takes nothing under 30',
  ],
  [
    'for more than its lock demands',
    { Lifecycle: undefined },
    LOCKED,
    'critical',
    'keeps for ever, and the locked vault v takes nothing over 60 days',
  ],
  [
    'for less than a lock that was taken away',
    { Lifecycle: { DeleteAfterDays: 7 } },
    { ...LOCKED, locked: false },
    'pass',
    '',
  ],
  [
    'for less than until the next',
    { ScheduleExpression: 'cron(0 5 ? * SUN *)', Lifecycle: { DeleteAfterDays: 6 } },
    { name: 'v' },
    'warning',
    'keeps for 6 days what it makes up to every 7d',
  ],
  [
    'for as long as until the next',
    { ScheduleExpression: 'cron(0 5 ? * SUN *)', Lifecycle: { DeleteAfterDays: 7 } },
    { name: 'v' },
    'pass',
    '',
  ],
  ['for ever', { Lifecycle: { DeleteAfterDays: -1 } }, { name: 'v' }, 'pass', ''],
])('a plan that keeps %s', async (_, rule, vault, verdict, words) => {
  const { of } = await look({ backup: { vaults: [{ name: 'v', ...vault }], plans: [plan({ rules: [daily(rule)] })] } })
  expect(of('PLAN_RETENTION')).toMatchObject({ verdict, reason: expect.stringContaining(words) })
})

it('a plan that runs more seldom than others has its own newest point', async () => {
  const backup: FakeBackup = {
    plans: [plan(), plan({ name: 'weekly', rules: [daily({ ScheduleExpression: 'cron(0 5 ? * SUN *)' })] })],
    points: [
      POINT,
      { ...POINT, id: '2', at: hours(-150), plan: 'plan-of-weekly' },
      { ...POINT, id: '3', at: hours(-149), plan: 'plan-of-weekly', status: 'CREATING' },
      // more than a page of the newest, so that old ones are not read anyway
      ...Array.from({ length: 3 }, (_, n) => ({ ...POINT, id: `old${n}`, at: hours(-200 - n) })),
    ],
  }
  const { plans, points, asked } = await look({ backup, options: { pageSize: 2 } })
  const found = (name: string) =>
    points
      .filter(({ check }) => check === `${SCOPE}/plan:${name}`)
      .map(({ id, state }) => `${id.split(':').at(-1)} ${state}`)
  expect(found('p')).toEqual(['1 complete'])
  expect(found('weekly').at(-1)).toBe('2 complete')
  expect(plans.map(({ expects }) => expects?.from)).toEqual([
    'the backup plan p (nightly: cron(0 5 ? * * *) UTC)',
    'the backup plan weekly (nightly: cron(0 5 ? * SUN *) UTC)',
  ])
  expect(asked.ListRecoveryPointsByBackupVault).toBeLessThanOrEqual(4)
})

it('copies and points made by hand are not what a plan has made; plans of one name stay apart', async () => {
  const backup: FakeBackup = {
    plans: [plan({ id: 'one' }), plan({ id: 'two' })],
    points: [
      { ...POINT, plan: 'one', from: vaultArn('origin') },
      { ...POINT, id: '2', plan: undefined },
      { ...POINT, id: '3', plan: 'two', at: hours(-50) },
    ],
  }
  const { plans, points } = await look({ backup })
  expect(plans.map(({ check }) => check)).toEqual([`${SCOPE}/plan:p:one`, `${SCOPE}/plan:p:two`])
  expect(
    points.filter(({ check }) => check.includes('/plan:')).map(({ check, id }) => [check.at(-1), id.at(-1)]),
  ).toEqual([['o', '3']])
})

it('what no plan selects is told once for the region, by name', async () => {
  const tagged = [
    ...TAGGED,
    { arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders`, tags: { env: 'prod' } },
    { arn: `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:file-system/fs-1` },
  ]
  const { checks } = await look({ backup: { plans: [plan()] }, tagged })
  expect(checks.find(({ check }) => check === `${SCOPE}/coverage`)?.conditions).toMatchObject([
    {
      type: 'UNPROTECTED',
      outcome: 'fail',
      severity: 'warning',
      reason: `No backup plan of the region selects 1 dynamodb:table, 1 elasticfilesystem:file-system: arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders, arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:file-system/fs-1. What never had a tag can not be seen: AWS has no list of it.`,
    },
  ])
})

it('asks for nothing that the permissions do not name, and for all of them', async () => {
  const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:t`
  const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`
  const backup: FakeBackup = {
    vaults: [{ name: 'v', keyArn: KEY, topic: TOPIC, events: ['BACKUP_JOB_COMPLETED'] }],
    points: [POINT],
    plans: [plan()],
  }
  const accounts = { [ACCOUNT]: { [REGION]: { backup, tagged: TAGGED, keys: { [KEY]: {} }, topics: { [TOPIC]: {} } } } }
  const config = { posture: true, jobs: false }
  const looks = await startBackupLooks(backup, config, { accounts })
  await looks.look()
  const prefix: Record<string, string> = { tagging: 'tag' }
  const asked = new Set(looks.server.requests.map(({ service, action }) => `${prefix[service] ?? service}:${action}`))
  asked.delete('sts:GetCallerIdentity')
  const allowed = permissionsOf(awsConfig.parse({ regions: [REGION], checks: { backup: config } })).map(
    ({ action }) => action,
  )
  // these are only asked for what has no recent points, or is past its threshold
  const seldom = ['backup:ListRecoveryPointsByResource', 'ec2:DescribeVolumes', 'ec2:DescribeInstances']
  expect([...asked].sort()).toEqual(allowed.filter((action) => !seldom.includes(action)).sort())
})

it('a region that hangs ends with the look, and tells nothing', async () => {
  const backup: FakeBackup = { vaults: [{ name: 'v' }], points: [POINT], plans: [plan()] }
  for (const hanging of ['GetBackupPlan', 'GetResources']) {
    const cut = new AbortController()
    const fault: FakeAwsOptions['fault'] = ({ action }) => {
      if (action !== hanging) return undefined
      cut.abort()
      return 'hang'
    }
    const looks = await startBackupLooks(
      backup,
      { posture: true },
      { accounts: { [ACCOUNT]: { [REGION]: { backup, tagged: TAGGED } } }, fault },
    )
    expect((await looks.look(0, cut.signal)).fault).toMatchObject({ kind: 'timeout' })
  }
})
