import type { ScopeId } from '../../../domain/scope.ts'
import type { AwsConfig } from '../config.ts'
import { accountOfRole } from '../fields.ts'
import type { AwsEvent } from './read-event.ts'

/**
 * The scopes that an event may be about, by its account, region and kind: names only, whether there are such scopes the caller knows.
 * Empty: it is of an account that the configuration does not have, or does not say where it is.
 */
export function scopesConcerned(source: string, config: AwsConfig, { account, region, kinds }: AwsEvent): ScopeId[] {
  if (region === null) return []
  const several = config.organization === true || config.accounts !== undefined
  if (several) return account === null ? [] : kinds.map((kind) => `${source}/${kind}:${account}:${region}`)
  const own = config.role_arn === undefined ? null : accountOfRole(config.role_arn)
  if (own !== null && account !== null && own !== account) return []
  return kinds.map((kind) => `${source}/${kind}:${region}`)
}
