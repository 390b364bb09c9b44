import type { Selectable } from '../selector.ts'
import { type Databases, databasesOf, hasOwnSnapshots, isGone } from './database.ts'
import type { RdsReader, SnapshotReader } from './fetch.ts'
import { lookAgain } from './look-again.ts'
import { add, type Newest, newNewest } from './newest.ts'
import { DbChains } from './orphans.ts'
import { keyOf, keysOf, type SnapshotState, settle, type There } from './state.ts'

/** What is known of a region, kept between looks while this process lives; null: nothing. */
export interface RdsState {
  ofInstances: SnapshotState | null
  ofClusters: SnapshotState | null
}

export interface RdsLook {
  now: number
  maxAgeMs: number
  isWanted(database: Selectable): boolean
  /** Snapshots that somebody says something has happened to. */
  named: ReadonlySet<string>
  /** Told once when AWS refuses to tell events, with its reason. */
  onEventless(reason: string): void
}

/**
 * All databases of a region with the newest of their snapshots: the databases are listed, of the snapshots only what has
 * changed since the last look is asked for, once a day all. Snapshots only of the kind that anything here has. What was
 * read stays good where another request fails: the next look goes on from there.
 */
export async function readDatabases(reader: RdsReader, state: RdsState, look: RdsLook): Promise<Databases> {
  const [instances, clusters] = await Promise.all([all(reader.instances()), all(reader.clusters())])
  const found = (): Databases => ({
    instances,
    clusters,
    snapshots: state.ofInstances?.newest ?? NONE,
    clusterSnapshots: state.ofClusters?.newest ?? NONE,
  })
  const watched = databasesOf(found()).filter(look.isWanted)

  const ofInstances = instances.flatMap(
    ({ DBInstanceIdentifier: name, DbiResourceId: resourceId, DBInstanceStatus }) =>
      name && !isGone(DBInstanceStatus) ? [{ name, resourceId }] : [],
  )
  const ofClusters = clusters.flatMap(({ DBClusterIdentifier: name, DbClusterResourceId: resourceId, Status }) =>
    name && !isGone(Status) ? [{ name, resourceId }] : [],
  )
  const read = async (isByName: boolean, snapshots: SnapshotReader, known: SnapshotState | null, there: There[]) => {
    const options = { ...look, there, isByName, watched: watched.filter(({ isCluster }) => isCluster === isByName) }
    if (known && (await lookAgain(snapshots, known, options))) return known
    return await readAll(snapshots, known, there, look.now)
  }
  // none goes on behind the back of the next look
  const done = await Promise.allSettled([
    (async () => {
      const isAny = hasOwnSnapshots(instances)
      state.ofInstances = isAny ? await read(false, reader.ofInstances, state.ofInstances, ofInstances) : null
    })(),
    (async () => {
      const isAny = clusters.length > 0
      state.ofClusters = isAny ? await read(true, reader.ofClusters, state.ofClusters, ofClusters) : null
    })(),
  ])
  const failed = done.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  return found()
}

const NONE: ReadonlyMap<string, Newest> = new Map()

/** Lists every snapshot. */
async function readAll(
  reader: SnapshotReader,
  before: SnapshotState | null,
  there: readonly There[],
  now: number,
): Promise<SnapshotState> {
  const newest = new Map<string, Newest>()
  const chains = new DbChains()
  let wholeTakes = 0
  for await (const page of reader.snapshots()) {
    wholeTakes += 1
    for (const snapshot of page) {
      const known = newest.get(snapshot.of) ?? newNewest(now)
      newest.set(snapshot.of, known)
      add(known, snapshot)
      chains.add(snapshot)
    }
  }
  const keys = keysOf(there)
  const state: SnapshotState = {
    newest,
    askedAt: new Map(there.map((database) => [keyOf(database), now])),
    names: before?.names ?? new Map(),
    readAt: now,
    wholeAt: now,
    wholeTakes,
    eventlessAt: before?.eventlessAt ?? null,
    told: new Map(),
    filterlessAt: before?.filterlessAt ?? null,
    findsAutomated: true,
    waste: chains.waste((database) => keys.has(database), now),
  }
  settle(state, there)
  return state
}

async function all<T>(given: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = []
  for await (const page of given) items.push(...page)
  return items
}
