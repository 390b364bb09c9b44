import type { WasteMemory } from '../waste.ts'
import type { SnapshotEvent } from './fetch.ts'
import type { Newest } from './newest.ts'

/** What is known of the snapshots of the instances of a region, or of its clusters, between looks while this process lives. */
export interface SnapshotState {
  /** By the resource id of the database, or its name where a snapshot has none. */
  newest: Map<string, Newest>
  /** When the list of one database was last read, or that of all; by keyOf. */
  askedAt: Map<string, number>
  /** What each database has been called since it was first seen, by resource id. */
  names: Map<string, string[]>
  /** Epoch milliseconds of the last look, and of the last that listed everything. */
  readAt: number
  wholeAt: number
  /** How many requests that took. */
  wholeTakes: number
  /** When AWS last refused to tell events; null: it does. */
  eventlessAt: number | null
  /** Events that were looked into, with their instants. */
  told: Map<string, number>
  /** When a filter was last refused, or came without regard to it, as a stand-in of AWS may; null: they work. */
  filterlessAt: number | null
  /** Whether they find automated snapshots by name too: AWS says that of a parameter, not of the filter. */
  findsAutomated: boolean
  /** What is left of databases that are gone, as of wholeAt. */
  waste: WasteMemory
}

/** A database that there is, watched or not. */
export interface There {
  resourceId: string | undefined
  name: string
}

/** One that is renamed is told of anew. */
export const keyOf = ({ resourceId = '', name }: There): string => `${resourceId} ${name}`

export function newestOf(newest: ReadonlyMap<string, Newest | null>, { resourceId, name }: There): Newest | undefined {
  return newest.get(resourceId ?? '') ?? newest.get(name) ?? undefined
}

export const markOf = ({ name, at }: SnapshotEvent) => `${at} ${name}`

/** What the snapshots of these may say that they are of. */
export function keysOf(there: readonly There[]): Set<string> {
  return new Set(there.flatMap(({ resourceId, name }) => (resourceId ? [resourceId, name] : [name])))
}

/** Takes these for all that there is: what is known of others is forgotten. */
export function settle({ newest, askedAt, names }: SnapshotState, there: readonly There[]): void {
  const keys = keysOf(there)
  for (const known of [newest, names]) for (const key of known.keys()) if (!keys.has(key)) known.delete(key)
  const asked = new Set(there.map(keyOf))
  for (const key of askedAt.keys()) if (!asked.has(key)) askedAt.delete(key)
  for (const { resourceId, name } of there) {
    if (!resourceId) continue
    const known = names.get(resourceId)
    if (!known) names.set(resourceId, [name])
    else if (!known.includes(name)) known.push(name)
  }
}
