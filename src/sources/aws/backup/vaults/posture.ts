import type { Instant } from '../../../../domain/instant.ts'
import type { Account } from '../../account.ts'
import { type BackupConfig, vaultSelection } from '../config.ts'
import { knownRules, type PlanFacts } from '../plans/plan.ts'
import type { Resource } from '../plans/selection.ts'
import { RESOURCE_TYPES } from '../plans/unprotected.ts'
import type { BackupState } from '../read.ts'
import { type Answer, beside } from './answer.ts'
import { openPosture, type PostureReader } from './fetch.ts'
import { type Filled, listsToRead, NOT_FILLED, readFilled, vaultsOfPlan } from './filled.ts'
import type { KeyFacts } from './key.ts'
import { inLanes } from './lanes.ts'
import { type Neighbours, openNeighbours } from './neighbours.ts'
import type { TopicFacts, VaultNotifications } from './notifications.ts'
import { RESTORE_ACCESS, type VaultFacts } from './vault.ts'

const HOUR_MS = 3_600_000
/** How vaults and plans are set up changes seldom: it is read once in so long, and only new points in between. */
const KEEP_MS = HOUR_MS

/** A vault, and what is set up for it. */
export interface VaultPosture {
  facts: VaultFacts
  policy: Answer<string | null>
  /** Null: it was not asked for. */
  notifications: Answer<VaultNotifications | null> | null
}

/** How AWS Backup is set up in one region, and the newest points that it has. */
export interface Posture {
  /** All that there are, by name. */
  vaults: ReadonlyMap<string, VaultFacts>
  /** Those that are watched: that hold something, or are to. */
  watched: readonly VaultPosture[]
  plans: readonly PlanFacts[]
  keys: ReadonlyMap<string, Answer<KeyFacts | null>>
  topics: ReadonlyMap<string, Answer<TopicFacts | null>>
  resources: Answer<readonly Resource[]>
  /** Names of the vaults of other regions that copies go to. */
  elsewhere: ReadonlyMap<string, Answer<ReadonlySet<string>>>
  filled: Filled
  /** Epoch milliseconds. */
  readAt: number
}

/** The scope that it is told in. */
export interface PostureScope {
  id: string
  account: string
  region: string
  now: Instant
}

export interface Where {
  account: Account
  /** Its 12 digits. */
  accountId: string
  region: string
  signal: AbortSignal
  now: number
  /** The points that are known of the region. */
  state: BackupState
  /** ARNs of vaults of the region that plans of others copy to. */
  copiedTo: ReadonlySet<string>
}

/** As it is now, or as it was lately. Throws AwsError. */
export async function readPosture(where: Where, config: BackupConfig, known: Posture | undefined): Promise<Posture> {
  const { account, region, signal, now } = where
  const isFresh = known !== undefined && now >= known.readAt && now - known.readAt < KEEP_MS
  const lists = isFresh ? listsToRead(known, where.state, known.filled) : null
  if (isFresh && lists === null) return known
  const reader = await openPosture(account, region, signal)
  const neighbours = openNeighbours(account, region, signal)
  try {
    if (!isFresh || lists === null) return await readWhole(reader, neighbours, where, config, known)
    return { ...known, filled: await readFilled(reader, lists, where) }
  } finally {
    reader.close()
    neighbours.close()
  }
}

async function readWhole(
  reader: PostureReader,
  neighbours: Neighbours,
  where: Where,
  config: BackupConfig,
  before: Posture | undefined,
): Promise<Posture> {
  const { now, state } = where
  const { vaults } = state
  const plans = await reader.plans(before?.plans ?? null)
  const filled = filledBy(plans)
  const isWanted = vaultSelection(config)
  const wanted = [...vaults.values()].filter(
    ({ name, arn, type, pointCount }) =>
      isWanted(name) &&
      type !== RESTORE_ACCESS &&
      (pointCount !== 0 || filled.has(name) || filled.has(arn) || where.copiedTo.has(arn)),
  )
  const asksNotifications = config.notifications !== 'off'
  const lists = listsToRead({ watched: wanted.map((facts) => ({ facts })), plans, vaults }, state, NOT_FILLED)
  const [watched, filledBefore, resources, elsewhere] = await Promise.all([
    inLanes(
      wanted,
      async (facts): Promise<VaultPosture> => ({
        facts,
        policy: await reader.accessPolicy(facts.name),
        notifications: asksNotifications ? await reader.notifications(facts.name) : null,
      }),
    ),
    lists ? readFilled(reader, lists, where) : { ...NOT_FILLED, readAt: now },
    plans.length > 0 ? neighbours.resources(RESOURCE_TYPES) : { value: [] },
    readElsewhere(plans, where),
  ])
  const [keys, topics] = await Promise.all([
    each(keysOf(watched, where), (arn) => neighbours.key(arn)),
    each(topicsOf(watched, where), (arn) => neighbours.topic(arn)),
  ])
  // what was not told this time is asked for at the next look, not in an hour
  const readAt = reader.cutBy() ? Number.NEGATIVE_INFINITY : now
  return { vaults, watched, plans, keys, topics, resources, elsewhere, filled: filledBefore, readAt }
}

/** Names of the region's own vaults, and ARNs, that plans put something in. */
function filledBy(plans: readonly PlanFacts[]): Set<string> {
  const filled = new Set(plans.flatMap(vaultsOfPlan))
  for (const { copies } of plans.flatMap(knownRules)) for (const { vaultArn } of copies) filled.add(vaultArn)
  return filled
}

/** So many keys of one vault are asked for, a request each. Few accounts have more. */
export const MOST_ASKED = 200

/** The keys that are to be asked for, of vaults and of what is in them. */
function keysOf(watched: readonly VaultPosture[], { region, state }: Where): Set<string> {
  return new Set(watched.flatMap(({ facts }) => vaultKeys(facts, state, region).slice(0, MOST_ASKED)))
}

/** A vault's own key, and those of what is in it; those of other regions can't be asked for from here. */
export function vaultKeys({ name, keyArn }: VaultFacts, { points }: BackupState, region: string): string[] {
  const all = new Set([...(keyArn === null ? [] : [keyArn]), ...(points.keys.get(name) ?? [])])
  return [...all].filter((arn) => arn.split(':')[3] === region)
}

/** The topics of this account and region: AWS Backup tells no others, so that these need not be looked at. */
function topicsOf(watched: readonly VaultPosture[], { accountId, region }: Where): Set<string> {
  return new Set(
    watched.flatMap(({ notifications }) => {
      if (!notifications || 'unknown' in notifications || notifications.value === null) return []
      const { topicArn } = notifications.value
      const [, , , ofRegion, ofAccount] = topicArn.split(':')
      return ofRegion === region && ofAccount === accountId ? [topicArn] : []
    }),
  )
}

/** The vaults of those regions of this account that copies go to. */
async function readElsewhere(plans: readonly PlanFacts[], where: Where): Promise<Posture['elsewhere']> {
  const arns = plans.flatMap(knownRules).flatMap(({ copies }) => copies.map(({ vaultArn }) => vaultArn))
  const regions = arns.flatMap((arn) => {
    const [, , , region = '', account] = arn.split(':')
    return account === where.accountId && region !== where.region && /^[a-z0-9-]+$/.test(region) ? [region] : []
  })
  return await each(new Set(regions), async (region) => {
    const reader = await openPosture(where.account, region, where.signal)
    try {
      return await beside(where.signal).ask(async () => new Set((await reader.vaults()).map(({ name }) => name)))
    } finally {
      reader.close()
    }
  })
}

async function each<T>(keys: ReadonlySet<string>, work: (key: string) => Promise<T>): Promise<Map<string, T>> {
  const sorted = [...keys].sort()
  const found = await inLanes(sorted, async (key) => [key, await work(key)] as const)
  return new Map(found)
}
