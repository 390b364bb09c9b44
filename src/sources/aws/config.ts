import { z } from 'zod'
import type { CheckId } from '../../domain/recovery-point.ts'
import type { Scope } from '../../domain/scope.ts'
import { duration, httpUrl, secret, text } from '../../lib/fields.ts'
import { type ScopeMemories, type ThresholdSetting, thresholdFields, thresholdOf } from '../source.ts'
import { BACKUP_MAX_AGE_MS, backupChecks } from './backup/config.ts'
import { type AwsDump, awsDumps, dumpChecks } from './dumps/config.ts'
import { eventsConfig } from './events/config.ts'
import { selector } from './selector.ts'

const HOUR_MS = 3_600_000
/** AWS's own backups of databases run daily: a day, and an hour for the job. */
export const RDS_MAX_AGE_MS = 25 * HOUR_MS
/** Snapshots of volumes are usually made at least weekly. */
export const EBS_MAX_AGE_MS = 168 * HOUR_MS

const accountId = () => text().refine((id) => /^\d{12}$/.test(id), 'not an account: write its 12 digits, in quotes')
const roleArn = () =>
  text().refine(
    (arn) => ROLE_ARN.test(arn),
    'not the ARN of a role: write it as in arn:aws:iam::123456789012:role/backproof-read',
  )
const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/[\w+=,.@/-]{1,512}$/
const region = () =>
  text().refine((name) => /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(name), 'not a region: write it as in eu-central-1')

const regions = () =>
  z
    .union([z.literal('all'), z.array(region()).min(1)], 'not a list of regions: write all, or [eu-central-1, ...]')
    .optional()

const selected = {
  include: z.array(selector).min(1).optional().describe('Only these; without it, all'),
  exclude: z.array(selector).optional().describe('Not these'),
}

/** Those that a scope of a region can be of. */
const KINDS = ['rds', 'ebs', 'backup'] as const
export type CheckKind = (typeof KINDS)[number]

const checks = z
  .strictObject({
    rds: z
      .strictObject({
        ...selected,
        ...thresholdFields,
        pitr: z.boolean().optional().describe('Whether point-in-time recovery is a check of its own; true'),
        pitr_max_age: duration().optional().describe('How far back the latest restorable time may lie; max_age'),
      })
      .optional()
      .describe('Snapshots and point-in-time recovery of databases: RDS, Aurora, Neptune, DocumentDB'),
    ebs: z
      .strictObject({ ...selected, ...thresholdFields })
      .optional()
      .describe('Snapshots of EBS volumes'),
    backup: backupChecks.optional().describe('What AWS Backup protects: its jobs, copies, recovery points and vaults'),
    s3_dumps: dumpChecks.optional().describe('Dumps in buckets: the newest object under each prefix'),
  })
  .refine(
    (given) => [...KINDS, 's3_dumps' as const].some((kind) => given[kind] !== undefined),
    'there is nothing to look at: give rds, ebs, backup, s3_dumps',
  )

const account = z.strictObject({
  id: accountId().optional().describe('Its 12 digits; of role_arn, where that is given'),
  role_arn: roleArn().optional().describe('The role to take on in it; by role_name, where that is given'),
  external_id: secret().optional().describe('What its trust policy asks for; that of the source'),
  profile: text().optional().describe('A section of ~/.aws/credentials or ~/.aws/config'),
  regions: regions().describe('Its regions; those of the source'),
})

export const awsConfig = z
  .strictObject({
    role_arn: roleArn().optional().describe('The role to take on, with the credentials that are found here'),
    external_id: secret().optional().describe("What the role's trust policy asks for as sts:ExternalId"),
    role_name: text()
      .refine((name) => /^[\w+=,.@/-]{1,512}$/.test(name), 'not the name of a role')
      .optional()
      .describe('The name of the role that each of the accounts has'),
    accounts: z.array(account).min(1).optional().describe('Several accounts; without it, the one of the credentials'),
    organization: z
      .boolean()
      .optional()
      .describe('All active accounts of the organization, each by role_name; asked of its management account'),
    profile: text().optional().describe("A section of ~/.aws/credentials or ~/.aws/config; as Amazon's tools choose"),
    access_key_id: secret().optional(),
    secret_access_key: secret().optional(),
    session_token: secret().optional().describe('Of temporary credentials'),
    regions: regions().describe('all (those that are enabled), or a list; all'),
    endpoint: httpUrl().optional().describe("The address of a stand-in for all of AWS's services"),
    checks: checks.optional().describe('What to look at; rds and ebs'),
    events: eventsConfig.optional().describe('What AWS tells by itself: it is looked into at once'),
    ...thresholdFields,
  })
  .superRefine((config, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    if ((config.access_key_id === undefined) !== (config.secret_access_key === undefined))
      issue(
        [config.access_key_id ? 'access_key_id' : 'secret_access_key'],
        'access_key_id and secret_access_key go together',
      )
    if (config.session_token && !config.access_key_id) issue(['session_token'], 'a session token needs its access key')
    if (config.access_key_id && config.profile) issue(['profile'], 'there is access_key_id too: keep one way to log in')
    if (config.organization && config.accounts) issue(['accounts'], 'organization finds the accounts: keep one of both')
    if (config.organization && !config.role_name)
      issue(['organization'], 'which role has each account? give role_name (as in OrganizationAccountAccessRole)')
    if (config.role_name && !config.organization && !config.accounts)
      issue(['role_name'], 'role_name is for accounts or organization; of one account give role_arn')
    if (config.role_arn && config.accounts) issue(['role_arn'], 'each of the accounts has its own: write it there')
    for (const [index, dump] of (config.checks?.s3_dumps ?? []).entries()) {
      const path = ['checks', 's3_dumps', index, 'account']
      const known = config.accounts?.map(({ id, role_arn }) => id ?? (role_arn ? accountOfRole(role_arn) : null))
      const several = known !== undefined || config.organization
      if (several && !dump.account) issue(path, 'which of the accounts reads it? give account')
      if (!several && dump.account) issue(path, 'the source has one account only: leave it out')
      if (dump.account && known && !known.includes(dump.account)) issue(path, 'it is none of the accounts')
    }
    const seen = new Set<string>()
    for (const [index, { id, role_arn, profile }] of (config.accounts ?? []).entries()) {
      const named = role_arn && accountOfRole(role_arn)
      if (id && named && id !== named) issue(['accounts', index, 'id'], 'not the account of its role_arn')
      const key = id ?? named
      if (!key) issue(['accounts', index], 'which account is it? give id, or role_arn')
      else if (seen.has(key)) issue(['accounts', index], `the account ${key} is there twice`)
      else seen.add(key)
      if (!role_arn && !profile && !config.role_name)
        issue(['accounts', index], 'how is it entered? give role_arn, profile, or the role_name of all')
    }
  })

export type AwsConfig = z.output<typeof awsConfig>
export type RdsConfig = NonNullable<NonNullable<AwsConfig['checks']>['rds']>

/** One account, and how to enter it. */
export interface AccountConfig {
  /** Null: the one that the credentials are of. */
  id: string | null
  roleArn: string | null
  externalId: AwsConfig['external_id']
  profile: string | undefined
  regions: readonly string[] | 'all'
}

/** What a scope stands for. */
export type Place =
  | { kind: 'organization' }
  /** Whether what AWS tells by itself gets here. */
  | { kind: 'events' }
  | { kind: 'regions'; account: AccountConfig }
  | { kind: CheckKind; account: AccountConfig; region: string }
  | { kind: 's3'; account: AccountConfig; dump: AwsDump }

export const accountOfRole = (arn: string): string | null => ROLE_ARN.exec(arn)?.[2] ?? null

/** The kinds of checks that are in use. */
export function kindsOf(config: AwsConfig): CheckKind[] {
  if (!config.checks) return ['rds', 'ebs']
  return KINDS.filter((kind) => config.checks?.[kind] !== undefined)
}

const listOf = (memory: unknown, key: string): string[] =>
  z.object({ [key]: z.array(z.string()) }).safeParse(memory).data?.[key] ?? []

/** The one whose credentials the configuration itself has: it may ask the organization, and for what is in no other account. */
export function ownAccount(config: AwsConfig): AccountConfig {
  const { role_arn: roleArn = null, external_id: externalId, profile } = config
  return { id: roleArn && accountOfRole(roleArn), roleArn, externalId, profile, regions: config.regions ?? 'all' }
}

/** How to enter the account of this id; null: it is none of the configuration. */
export function accountById(config: AwsConfig, id: string): AccountConfig | null {
  const found = accountsOf('', config, () => ({ accounts: [id] })).find((known) => known.id === id)
  if (found) return found
  const own = ownAccount(config)
  // whose credentials these are only AWS knows
  return own.id === null || own.id === id ? own : null
}

/** Accounts as the configuration has them, and as the organization had them when it was last asked. */
function accountsOf(source: string, config: AwsConfig, memories: ScopeMemories): AccountConfig[] {
  const { role_arn, role_name, external_id, profile, regions: everywhere = 'all' } = config
  const partition = partitionOf(config)
  const byName = (id: string | null) => (role_name && id ? `arn:${partition}:iam::${id}:role/${role_name}` : null)
  if (config.organization)
    return listOf(memories(`${source}/organization`), 'accounts').map((id) => ({
      id,
      roleArn: byName(id),
      externalId: external_id,
      profile,
      regions: everywhere,
    }))
  if (!config.accounts)
    return [
      {
        id: role_arn ? accountOfRole(role_arn) : null,
        roleArn: role_arn ?? null,
        externalId: external_id,
        profile,
        regions: everywhere,
      },
    ]
  return config.accounts.map((own) => {
    const id = own.id ?? (own.role_arn ? accountOfRole(own.role_arn) : null)
    return {
      id,
      roleArn: own.role_arn ?? byName(id),
      externalId: own.external_id ?? external_id,
      profile: own.profile ?? profile,
      regions: own.regions ?? everywhere,
    }
  })
}

/** "aws", "aws-cn" or "aws-us-gov": no credentials are good in two of them, so one account says it of all. */
export function partitionOf({ role_arn, regions, accounts = [] }: AwsConfig): string {
  for (const arn of [role_arn, ...accounts.map((own) => own.role_arn)]) {
    const named = arn && ROLE_ARN.exec(arn)?.[1]
    if (named) return named
  }
  const first = [regions, ...accounts.map((own) => own.regions)].find(Array.isArray)?.[0] ?? ''
  return first.startsWith('cn-') ? 'aws-cn' : first.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** All scopes with what they stand for; those of regions and accounts that must be asked for only once they are known. */
export function placesOf(
  source: string,
  config: AwsConfig,
  memories: ScopeMemories = () => null,
): (Scope & { place: Place })[] {
  const places = [...eachPlace(source, config, memories)]
  return places.map(([name, place]) => ({ id: `${source}/${name}`, source, name, place }))
}

/** By their names. `only`: of accounts just this one, since each look asks for a single place. */
function* eachPlace(
  source: string,
  config: AwsConfig,
  memories: ScopeMemories,
  only?: string,
): Generator<[name: string, Place]> {
  if (config.organization) yield ['organization', { kind: 'organization' }]
  if (config.events?.sns || config.events?.sqs) yield ['events', { kind: 'events' }]
  const several = config.organization === true || config.accounts !== undefined
  for (const account of accountsOf(source, config, memories)) {
    if (only !== undefined && account.id !== only) continue
    const mark = several && account.id ? `:${account.id}` : ''
    if (account.regions === 'all') yield [`regions${mark}`, { kind: 'regions', account }]
    const names =
      account.regions === 'all'
        ? listOf(memories(`${source}/regions${mark}`), 'regions')
        : [...new Set(account.regions)]
    for (const region of names)
      for (const kind of kindsOf(config)) yield [`${kind}${mark}:${region}`, { kind, account, region }]
  }
  for (const dump of dumpsOf(config)) {
    const account = accountOfDump(source, config, dump)
    if (account) yield [dump.name, { kind: 's3', account, dump }]
  }
}

export function dumpsOf(config: AwsConfig): AwsDump[] {
  return awsDumps(config.checks?.s3_dumps ?? [], config)
}

/** Null: of an account that the configuration does not have; it has been refused then. */
function accountOfDump(source: string, config: AwsConfig, { own }: AwsDump): AccountConfig | null {
  const id = own.account
  const accounts = accountsOf(source, config, () => (id === undefined ? null : { accounts: [id] }))
  return accounts.find((account) => id === undefined || account.id === id) ?? null
}

const SCOPE_NAME = /^(rds|ebs|backup)(?::(\d{12}))?:([a-z0-9-]+)$/

/** What the name of a scope of a region says, without a look at the configuration; null: it is of something else. */
export function partsOf(name: string): { kind: CheckKind; account: string | null; region: string } | null {
  const [, found, account = null, region] = SCOPE_NAME.exec(name) ?? []
  const kind = KINDS.find((one) => one === found)
  return kind && region !== undefined ? { kind, account, region } : null
}

/** What a scope stands for, by its name alone: what was found out before need not be known. Null: nothing of this configuration. */
export function placeOf({ source, name }: Scope, config: AwsConfig): Place | null {
  const [, account] = /^[a-z]+:(\d{12})(?::|$)/.exec(name) ?? []
  const region = partsOf(name)?.region
  const memories: ScopeMemories = (asked) =>
    asked === `${source}/organization`
      ? { accounts: account === undefined ? [] : [account] }
      : { regions: region === undefined ? [] : [region] }
  for (const [found, place] of eachPlace(source, config, memories, account)) if (found === name) return place
  return null
}

/** What the configuration says of the kind of check that `check` is of. */
export function ownThreshold(
  source: string,
  config: AwsConfig,
  check: CheckId,
): { setting: ThresholdSetting; from: string; general?: true } | null {
  const [name = '', ...rest] = check.slice(source.length + 1).split('/')
  const dump = dumpOfCheck(source, config, check)
  if (dump) return thresholdOf(dump.own, `sources.${source}.checks.s3_dumps[${dump.index}]`)
  const kind = partsOf(name)?.kind
  if (!kind) return null
  const path = `sources.${source}.checks.${kind}`
  const rds = config.checks?.rds
  if (kind === 'rds' && rds?.pitr_max_age !== undefined && rest.at(-1) === 'pitr')
    return { setting: { ...rds, max_age: rds.pitr_max_age }, from: `${path}.pitr_max_age`, general: true }
  const settings = config.checks?.[kind]
  const own = settings && thresholdOf(settings, path)
  return own ? { ...own, general: true } : null
}

/** The dump that a check is of; null: it is of something else. Asked of every check: most are told by their first letters. */
export function dumpOfCheck(source: string, config: AwsConfig, check: CheckId): AwsDump | null {
  if (!check.startsWith(`${source}/s3:`)) return null
  return dumpsOf(config).find(({ name }) => check === `${source}/${name}`) ?? null
}

/** How old the newest backup of a kind may be, as far as this configuration says, in milliseconds. */
export function maxAgeMsOf(kind: 'ebs' | 'backup', config: AwsConfig): number {
  for (const level of [config.checks?.[kind], config]) {
    if (level?.max_age !== undefined) return level.max_age
    if (level?.expected_frequency_hours !== undefined) return level.expected_frequency_hours * HOUR_MS
  }
  return kind === 'ebs' ? EBS_MAX_AGE_MS : BACKUP_MAX_AGE_MS
}

/** Whether this configuration leaves it to the plans of AWS Backup when a backup is due. */
export function isDueByPlan(config: AwsConfig): boolean {
  return [config.checks?.backup, config].every(
    (level) => (level?.max_age ?? level?.expected_frequency_hours ?? level?.schedule) === undefined,
  )
}
