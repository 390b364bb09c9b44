import type { CheckId } from '../../domain/recovery-point.ts'
import type { Scope } from '../../domain/scope.ts'
import type { ScopeMemories } from '../source.ts'
import { type AccountConfig, accountsOf, listOf } from './account-config.ts'
import { type AwsConfig, type CheckKind, KINDS, kindsOf } from './config.ts'
import { type AwsDump, awsDumps } from './dumps/config.ts'

/** What a scope stands for. */
export type Place =
  | { kind: 'organization' }
  /** Whether what AWS tells by itself gets here. */
  | { kind: 'events' }
  | { kind: 'regions'; account: AccountConfig }
  | { kind: CheckKind; account: AccountConfig; region: string }
  | { kind: 's3'; account: AccountConfig; dump: AwsDump }

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

/** The dump that a check is of; null: it is of something else. Asked of every check: most are told by their first letters. */
export function dumpOfCheck(source: string, config: AwsConfig, check: CheckId): AwsDump | null {
  if (!check.startsWith(`${source}/s3:`)) return null
  return dumpsOf(config).find(({ name }) => check === `${source}/${name}`) ?? null
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
