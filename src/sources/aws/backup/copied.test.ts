import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import type { FakeBackup } from '../../../../test/fakes/aws-backup-estate.ts'
import { HOUR, hours, MINUTE, START } from '../../../../test/fakes/aws-backup-look.ts'
import { type FakeRegion, startAws } from '../../../../test/fakes/aws-server.ts'
import { scanOf } from '../../../../test/fakes/scan.ts'
import { instant } from '../../../domain/instant.ts'
import { createAws } from '../index.ts'

const [HERE, THERE] = ['123456789012', '210987654321']
const vaultArn = (account: string, region: string, name: string) =>
  `arn:aws:backup:${region}:${account}:backup-vault:${name}`
const MAIN = vaultArn(HERE, 'eu-central-1', 'main')
const DR = vaultArn(THERE, 'eu-west-1', 'dr')
const VOLUME = `arn:aws:ec2:eu-central-1:${HERE}:volume/vol-a`
const rule = (RuleName: string, ScheduleExpression: string, more: object = {}) => ({
  RuleId: `id-${RuleName}`,
  RuleName,
  TargetBackupVaultName: 'main',
  ScheduleExpression,
  StartWindowMinutes: 60,
  CopyActions: [{ DestinationBackupVaultArn: DR }],
  ...more,
})
const MONTHLY = rule('monthly', 'cron(0 3 1 * ? *)')
const COPY = { id: 'c', vault: 'dr', of: VOLUME, from: MAIN, at: hours(-240), initiatedAt: hours(-241) }
const FROM = 'the copies of the rule monthly of the backup plan archive'
const LONGEST = 31 * 24 + 1 + 1 + 12

/** A plan in one account, and its copies in a region of another. `memory` is what the last look at the copies has remembered. */
async function start(rules: object[], copies: FakeBackup, given: { config?: object; memory?: unknown } = {}) {
  const main: FakeBackup = {
    vaults: [{ name: 'main' }],
    plans: [
      { name: 'archive', id: 'p1', rules: rules.map((one) => ({ ...one })), selections: [{ SelectionName: 's' }] },
    ],
  }
  const dr: FakeBackup = { vaults: [{ name: 'dr' }], ...copies }
  const accounts: Record<string, Record<string, FakeRegion>> = {
    [HERE]: { 'eu-central-1': { backup: main } },
    [THERE]: { 'eu-west-1': { backup: dr } },
  }
  const server = await startAws({ accounts, roles: { [HERE]: null, [THERE]: null } })
  onTestFinished(() => server.stop())
  const source = createAws({ env: {} })
  const config = source.config.parse({
    endpoint: server.url,
    access_key_id: 'AKIATEST',
    secret_access_key: 'the secret of the test',
    role_name: 'read',
    accounts: [
      { id: HERE, regions: ['eu-central-1'] },
      { id: THERE, regions: ['eu-west-1'] },
    ],
    checks: { backup: { notifications: 'off', ...given.config } },
  })
  const same = { ...source, config: z.unknown().transform(() => config) }
  let memory = given.memory
  async function look(scope: string, minutes = 0) {
    const now = instant(START + minutes * MINUTE)
    const seen = await scanOf(same, {}, { name: 'prod', scope: `backup:${scope}`, now, memory })
    if (scope.endsWith('west-1')) memory = seen.memory
    expect(seen.fault).toBeNull()
    const of = (end: string) => seen.checks.find(({ check }) => check.endsWith(end))
    const { expects, detail } = of('volume/vol-a') ?? {}
    const age = expects?.threshold.kind === 'age' ? expects.threshold.maxAgeMs / HOUR : null
    return { due: expects ? { hours: age, from: expects.from } : null, detail, vault: of('vault:dr')?.expects, memory }
  }
  return { source: () => look(`${HERE}:eu-central-1`), copies: (minutes = 0) => look(`${THERE}:eu-west-1`, minutes) }
}

it('a copy in another account is due by the plan that makes it', async () => {
  const looks = await start([MONTHLY], { points: [COPY] })
  const unknown = await looks.copies()
  expect(unknown.due).toBeNull()
  expect(unknown.detail).toContain('No plan that this source knows of copies it here')
  await looks.source()
  const known = await looks.copies(15)
  expect(known.due).toEqual({ hours: LONGEST, from: FROM })
  expect(known.detail).not.toContain('No plan')
  // so is the vault
  expect(known.vault).toMatchObject({
    threshold: { schedule: { expression: '0 3 1 * *' }, graceMs: (1 + 1 + 12) * HOUR },
    from: 'the backup plan archive (monthly: cron(0 3 1 * ? *) UTC)',
  })
  // a process that begins anew, and has not looked at the plan yet
  const anew = await start([], { points: [COPY] }, { memory: known.memory })
  expect((await anew.copies()).due).toEqual({ hours: LONGEST, from: FROM })
  // there is no such rule any more
  await anew.source()
  expect((await anew.copies(15)).due).toBeNull()
})

it('of several rules the one that made its original counts, else the one that asks for most', async () => {
  const rules = [MONTHLY, rule('weekly', 'cron(0 3 ? * 1 *)'), rule('daily', 'cron(0 3 * * ? *)', { CopyActions: [] })]
  const dueOf = async (more: object) => {
    const looks = await start(rules, { points: [{ ...COPY, ...more }] })
    await looks.source()
    return (await looks.copies()).due
  }
  expect(await dueOf({ plan: 'p1', rule: 'id-monthly' })).toMatchObject({ hours: LONGEST })
  expect(await dueOf({})).toMatchObject({ hours: 7 * 24 + 1 + 1 + 12 })
  // from another vault
  expect(await dueOf({ from: `${MAIN}2` })).toBeNull()
})

it('as AWS itself tells of the rule, where its plan is in no account of the source', async () => {
  const made = { plan: 'p9', rule: 'r9', cron: 'cron(0 3 1 * ? *)' }
  const looks = await start([], { points: [{ ...COPY, ...made }] })
  expect((await looks.copies()).due).toEqual({
    hours: 31 * 24 + 8 + 1 + 12,
    from: 'the copies of the rule r9 of the backup plan p9',
  })
})

it('a vault that copies go to is told though none has come yet', async () => {
  const looks = await start([MONTHLY], {})
  await looks.source()
  expect((await looks.copies()).vault).toMatchObject({ from: expect.stringContaining('archive') })
})

it('what the configuration says goes before', async () => {
  const looks = await start([MONTHLY], { points: [COPY] }, { config: { max_age: '2d' } })
  await looks.source()
  const { due, detail } = await looks.copies()
  expect(due).toBeNull()
  expect(detail).not.toContain('No plan')
})
