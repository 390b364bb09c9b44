import { expect, it } from 'vitest'
import type { FakeBackup } from '../../../../../test/fakes/aws-backup-estate.ts'
import { hours, REGION } from '../../../../../test/fakes/aws-backup-look.ts'
import { AROUND, DAILY, KEY, POINT, postureLooks, WELL } from '../../../../../test/fakes/aws-posture.ts'
import { ACCOUNT, type FakeAwsOptions } from '../../../../../test/fakes/aws-server.ts'
import { upkeepOf } from '../upkeep.ts'

const refuse = (action: string, as: string): FakeAwsOptions => ({
  fault: (request) =>
    request.action === action
      ? {
          code: 'AccessDeniedException',
          message: `User: arn:aws:iam::1:user/x is not authorized to perform: ${as} on resource: y`,
        }
      : undefined,
})

it.each([
  ['GetBackupVaultAccessPolicy', 'backup:GetBackupVaultAccessPolicy', 'vault:daily', 'DELETION_ALLOWED'],
  ['GetBackupVaultNotifications', 'backup:GetBackupVaultNotifications', 'vault:daily', 'NOTIFICATIONS_MISSING'],
  ['DescribeKey', 'kms:DescribeKey', 'vault:daily', 'KEY_UNUSABLE'],
  ['GetBackupPlan', 'backup:GetBackupPlan', 'plan:daily', 'PLAN_TARGET_GONE'],
  ['GetResources', 'tag:GetResources', 'coverage', 'UNPROTECTED'],
  ['GetBackupSelection', 'backup:GetBackupSelection', 'coverage', 'UNPROTECTED'],
])(
  'what %s would tell is unknown where it is denied, and hides nothing else',
  async (action, permission, check, type) => {
    const { conditions, reason, end } = await (await postureLooks({ options: refuse(action, permission) }))()
    expect(end).toMatchObject({ kind: 'scope-complete' })
    expect(conditions[check]?.[type]).toBe('unknown')
    expect(reason(check, type)).toContain(permission)
    expect(Object.keys(conditions)).toEqual(['vault:daily', 'plan:daily', 'coverage'])
    const others = Object.values(conditions)
      .flatMap((all) => Object.values(all))
      .filter((outcome) => outcome === 'pass')
    expect(others.length).toBeGreaterThan(3)
  },
)

it('a topic is judged by as much of it as may be read', async () => {
  const list = { action: 'ListSubscriptionsByTopic', as: 'sns:ListSubscriptionsByTopic' }
  const attributes = { action: 'GetTopicAttributes', as: 'sns:GetTopicAttributes' }
  for (const [denied, verdict] of [
    [[list], 'pass'],
    [[attributes], 'pass'],
    [[list, attributes], 'unknown'],
  ] as const) {
    const faults = denied.map(({ action, as }) => refuse(action, as).fault)
    const fault: FakeAwsOptions['fault'] = (request, before) =>
      faults.map((one) => one?.(request, before)).find(Boolean)
    const { conditions, reason } = await (await postureLooks({ options: { fault } }))()
    expect(conditions['vault:daily']?.NOTIFICATIONS_MISSING).toBe(verdict)
    if (verdict === 'unknown' || denied[0] === attributes)
      expect(reason('vault:daily', 'NOTIFICATIONS_MISSING')).toContain(denied[0].as)
  }
})

it('without the list of plans or vaults nothing is told: checks that are not seen would pass for gone', async () => {
  for (const [action, code, kind] of [
    ['ListBackupPlans', 'AccessDeniedException', 'denied'],
    ['ListBackupPlans', 'ThrottlingException', 'throttled'],
    // without its rules nobody knows when a plan is due
    ['GetBackupPlan', 'ThrottlingException', 'throttled'],
  ] as const) {
    const fault: FakeAwsOptions['fault'] = (request) => (request.action === action ? { code } : undefined)
    const { fault: told } = await (await postureLooks({ options: { fault } }))()
    expect(told).toMatchObject({ kind, message: expect.stringContaining(`backup:${action}`) })
  }
}, 30_000)

it.each([
  ['ListBackupPlans', ['PLAN_SELECTS_NOTHING', 'PLAN_TARGET_GONE', 'PLAN_RETENTION', 'UNPROTECTED']],
  ['GetBackupPlan', ['PLAN_TARGET_GONE', 'PLAN_RETENTION']],
  ['ListBackupSelections', ['PLAN_SELECTS_NOTHING', 'UNPROTECTED']],
  ['GetBackupVaultAccessPolicy', ['DELETION_ALLOWED']],
  ['GetBackupVaultNotifications', ['NOTIFICATIONS_MISSING']],
])(
  'while %s is throttled what it would tell is unknown, and all else is told and due as it was',
  async (action, types) => {
    let isThrottled = false
    const backup: FakeBackup = { ...WELL, points: [POINT] }
    const fault: FakeAwsOptions['fault'] = (request) =>
      isThrottled && request.action === action ? { code: 'ThrottlingException', message: 'Rate exceeded' } : undefined
    const look = await postureLooks({ backup, options: { fault } })
    const first = await look()
    isThrottled = true
    backup.jobs = [{ id: 'j', of: 'vol-a', state: 'FAILED', at: hours(1) }]
    const second = await look(61)
    expect(second.end).toMatchObject({ kind: 'scope-complete' })
    expect(second.statuses['vol-a']).toBe('failed')
    expect(second.own.map(({ check, expects }) => [check, expects])).toEqual(
      first.own.map(({ check, expects }) => [check, expects]),
    )
    const verdicts = Object.values(second.conditions).flatMap((all) => Object.entries(all))
    for (const type of types) expect(verdicts).toContainEqual([type, 'unknown'])
    // three tries of one request, and no more; twice where two were under way
    expect(second.asked[action]).toBeLessThanOrEqual(6)
    // it is asked again with the next look
    isThrottled = false
    expect((await look(76)).conditions).toEqual(first.conditions)
    expect((await look(91)).asked.ListBackupPlans).toBeUndefined()
  },
  30_000,
)

it('a service beside AWS Backup that can not be reached is not asked again and again, and hides nothing else', async () => {
  const other = `arn:aws:kms:${REGION}:${ACCOUNT}:key/2`
  const backup = {
    ...WELL,
    vaults: [DAILY, { ...DAILY, name: 'b', keyArn: other }],
    points: [POINT, { ...POINT, id: 'b', vault: 'b' }],
  }
  const around = { ...AROUND, keys: { [KEY]: {}, [other]: {} } }
  const fault: FakeAwsOptions['fault'] = ({ service }) => (service === 'kms' ? 'cut' : undefined)
  const { conditions, asked, end } = await (await postureLooks({ backup, around, options: { fault } }))()
  expect(end).toMatchObject({ kind: 'scope-complete' })
  for (const check of ['vault:daily', 'vault:b'])
    expect(conditions[check]).toMatchObject({
      KEY_UNUSABLE: 'unknown',
      NOTIFICATIONS_MISSING: 'pass',
      DELETION_ALLOWED: 'pass',
    })
  // two side by side, three tries each at most
  expect(asked.DescribeKey).toBeLessThanOrEqual(6)
})

it('a region without AWS Backup costs a request for its vaults and one for its plans, and tells nothing', async () => {
  const { own, asked, end } = await (await postureLooks({ backup: { vaults: [{ name: 'Default' }] }, around: {} }))()
  expect(own).toEqual([])
  expect(end).toMatchObject({ kind: 'scope-complete' })
  expect(asked).toEqual({
    ListProtectedResources: 1,
    ListBackupJobs: 1,
    ListCopyJobs: 1,
    ListRestoreJobs: 1,
    ListBackupVaults: 1,
    ListBackupPlans: 1,
  })
})

it('a vault that goes while it is read is no fault', async () => {
  const backup: FakeBackup = {
    ...WELL,
    vaults: [DAILY, { name: 'going' }],
    points: [POINT, { ...POINT, id: 'g', vault: 'going' }],
  }
  const fault: FakeAwsOptions['fault'] = ({ path }) =>
    path.includes('/going/') ? { code: 'ResourceNotFoundException', status: 400 } : undefined
  const { end } = await (await postureLooks({ backup, options: { fault } }))()
  expect(end).toMatchObject({ kind: 'scope-complete' })
})

it('remembers how many are kept as they should be, for the compliance rate', async () => {
  const backup: FakeBackup = {
    ...WELL,
    vaults: [DAILY, { name: 'bare' }],
    points: [POINT, { ...POINT, id: 'b', vault: 'bare', plan: undefined }],
  }
  const look = await postureLooks({
    backup,
    options: { fault: ({ action }) => (action === 'GetResources' ? { raw: '{}' } : undefined) },
  })
  const { memory } = await look()
  expect(upkeepOf(memory)).toEqual({
    // both vaults, the plan and the region; of the region nothing is known
    kept: 4,
    well: 2,
    conditions: [
      { type: 'DELETION_ALLOWED', pass: 1, fail: 1, unknown: 0 },
      { type: 'KEY_UNUSABLE', pass: 1, fail: 0, unknown: 0 },
      { type: 'NOTIFICATIONS_MISSING', pass: 1, fail: 1, unknown: 0 },
      { type: 'PLAN_RETENTION', pass: 1, fail: 0, unknown: 0 },
      { type: 'PLAN_SELECTS_NOTHING', pass: 1, fail: 0, unknown: 0 },
      { type: 'PLAN_TARGET_GONE', pass: 1, fail: 0, unknown: 0 },
      { type: 'UNPROTECTED', pass: 0, fail: 0, unknown: 1 },
    ],
  })
  expect((await look(15)).memory).toEqual(memory)
})
