import { knownRules, type PlanFacts } from '../plans/plan.ts'
import type { BackupState } from '../read.ts'
import type { PostureReader } from './fetch.ts'
import { inLanes } from './lanes.ts'
import { knowledgeOf, type NewestOf, NOTHING, newerOf, newestByVault } from './newest.ts'
import type { VaultFacts } from './vault.ts'

/**
 * What the points of resources don't tell: of a vault none of whose points is the newest of anything, or lies within the
 * threshold, and of a plan that runs more seldom than others. That takes a list each.
 */
export interface Filled {
  /** By name. */
  ofVault: ReadonlyMap<string, NewestOf>
  /** By id. */
  ofPlan: ReadonlyMap<string, NewestOf>
  /** Epoch milliseconds. */
  readAt: number
}

export const NOT_FILLED: Filled = { ofVault: new Map(), ofPlan: new Map(), readAt: Number.NEGATIVE_INFINITY }

interface Lists {
  vaults: readonly string[]
  plans: readonly { id: string; vaults: readonly string[] }[]
  /** What was read before, and still holds. */
  kept: Filled
}

/** The lists that are to be read; null: none. What lies in a vault that was read again since is not believed any more. */
export function listsToRead(
  {
    watched,
    plans,
    vaults,
  }: {
    watched: readonly { facts: VaultFacts }[]
    plans: readonly PlanFacts[]
    vaults: ReadonlyMap<string, VaultFacts>
  },
  state: BackupState,
  before: Filled,
): Lists | null {
  const isKept = ([, { good }]: [string, NewestOf]) =>
    good === null || (state.reads.get(good.vault)?.at ?? before.readAt) <= before.readAt
  const ofVault = new Map([...before.ofVault].filter(isKept))
  const ofPlan = new Map([...before.ofPlan].filter(isKept))
  const known = newestByVault(state, knowledgeOf(state))
  const empty = watched.flatMap(({ facts: { name, pointCount } }) =>
    pointCount === 0 || known.get(name)?.good || ofVault.has(name) ? [] : [name],
  )
  const idle = plans.flatMap((plan) => {
    if (state.points.byPlan.has(plan.id) || ofPlan.has(plan.id)) return []
    const filled = vaultsOfPlan(plan).filter((name) => (vaults.get(name)?.pointCount ?? 1) !== 0 && vaults.has(name))
    return filled.length > 0 ? [{ id: plan.id, vaults: filled }] : []
  })
  if (empty.length === 0 && idle.length === 0) return null
  return { vaults: empty, plans: idle, kept: { ofVault, ofPlan, readAt: before.readAt } }
}

/** Throws AwsError. */
export async function readFilled(
  reader: PostureReader,
  { vaults, plans, kept }: Lists,
  { state, now }: { state: BackupState; now: number },
): Promise<Filled> {
  const knowledge = knowledgeOf(state)
  const [ofVault, ofPlan] = [new Map(kept.ofVault), new Map(kept.ofPlan)]
  await inLanes(vaults, async (name) => {
    let newest = NOTHING
    for await (const page of reader.points(name)) for (const point of page) newest = newerOf(newest, point, knowledge)
    ofVault.set(name, newest)
  })
  await inLanes(plans, async ({ id, vaults: names }) => {
    let newest = NOTHING
    // copies have the plan of what they are copies of
    for (const name of names)
      for await (const page of reader.points(name, id))
        for (const point of page) if (point.plan === id) newest = newerOf(newest, point, knowledge)
    ofPlan.set(id, newest)
  })
  return { ofVault, ofPlan, readAt: now }
}

/** The vaults of this region that a plan fills by itself, by name. */
export function vaultsOfPlan(plan: PlanFacts): string[] {
  const names = knownRules(plan).flatMap(({ vault, airGapped }) => [vault, airGapped?.split(':')[6] ?? ''])
  return [...new Set(names.filter((name) => name !== ''))]
}
