import { z } from 'zod'
import { duration, httpUrl, secret, text } from '../../lib/fields.ts'
import { thresholdFields } from '../source.ts'
import { backupChecks } from './backup/config.ts'
import { dumpChecks } from './dumps/config.ts'
import { eventsConfig } from './events/config.ts'
import { accountId, accountOfRole, region, roleArn } from './fields.ts'
import { pricesConfig } from './prices.ts'
import { selector } from './selector.ts'

const regions = () =>
  z
    .union([z.literal('all'), z.array(region()).min(1)], 'not a list of regions: write all, or [eu-central-1, ...]')
    .optional()

const selected = {
  include: z.array(selector).min(1).optional().describe('Only these; without it, all'),
  exclude: z.array(selector).optional().describe('Not these'),
}

/** Those that a scope of a region can be of. */
export const KINDS = ['rds', 'ebs', 'backup'] as const
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
    prices: pricesConfig.optional().describe('What a GiB and month costs you, in US dollars; list prices'),
    stale_chain_after: duration()
      .optional()
      .describe('How old the newest good backup is when those before it are paid for in vain; 90d'),
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

/** The kinds of checks that are in use. */
export function kindsOf(config: AwsConfig): CheckKind[] {
  if (!config.checks) return ['rds', 'ebs']
  return KINDS.filter((kind) => config.checks?.[kind] !== undefined)
}
