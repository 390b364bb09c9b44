import { z } from 'zod'
import type { ScopeMemories } from '../source.ts'
import type { AwsConfig } from './config.ts'
import { accountOfRole, partitionOfRole } from './fields.ts'

/** One account, and how to enter it. */
export interface AccountConfig {
  /** Null: the one that the credentials are of. */
  id: string | null
  roleArn: string | null
  externalId: AwsConfig['external_id']
  profile: string | undefined
  regions: readonly string[] | 'all'
}

/** The list that a look has remembered under this key. */
export const listOf = (memory: unknown, key: string): string[] =>
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
export function accountsOf(source: string, config: AwsConfig, memories: ScopeMemories): AccountConfig[] {
  const { role_name, external_id, profile, regions: everywhere = 'all' } = config
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
  if (!config.accounts) return [ownAccount(config)]
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
    const named = arn && partitionOfRole(arn)
    if (named) return named
  }
  const first = [regions, ...accounts.map((own) => own.regions)].find(Array.isArray)?.[0] ?? ''
  return first.startsWith('cn-') ? 'aws-cn' : first.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
