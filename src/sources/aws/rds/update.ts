import { FilterIgnoredError } from '../filter.ts'
import { PAGE, type SnapshotEvent, type SnapshotReader } from './fetch.ts'
import { add, allOf, copyOf, isIncomplete, type Newest, newNewest, type SnapshotFacts } from './newest.ts'
import { keyOf, markOf, newestOf, type SnapshotState, settle, type There } from './state.ts'

/** An event may take five minutes, and clocks differ: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.overview.html */
export const OVERLAP_MS = 10 * 60_000
/** How many values one filter is given: AWS names no limit, and it is what fits on a page. */
export const VALUES = PAGE

export interface UpdateOptions {
  now: number
  /** All that snapshots may be of. */
  there: readonly There[]
  /** Whether lists of single databases are asked for by name: by resource id otherwise. */
  isByName: boolean
}

/** "rds:appdb-2026-11-20-03-00": AWS names automated snapshots so. */
const AUTOMATED = /^rds:(.+)-\d{4}-\d\d-\d\d-\d\d-\d\d$/
const isAutomated = (name: string) => name.startsWith('rds:')
/** The name of the database, as it is in that of its snapshot. */
const databaseOf = (name: string) => AUTOMATED.exec(name)?.[1]
/** Whether it was there already when it was asked for. */
const isSettled = ({ at }: SnapshotFacts, now: number) => at !== undefined && at.getTime() < now - OVERLAP_MS

/** What one look has read, until all of it is: what failed half-way is not believed. */
export class Update {
  readonly #state: SnapshotState
  readonly #options: UpdateOptions
  readonly #changed = new Map<string, Newest | null>()
  readonly #askedAt = new Map<string, number>()
  /** Every database by its resource id and by its name. */
  readonly #there = new Map<string, There>()
  /** By the name of each snapshot that is kept, the key of its database. */
  readonly #holders = new Map<string, string>()
  readonly #found = new Map<string, SnapshotFacts>()
  /** Names that were asked for, and of which there was none. */
  readonly #missed = new Set<string>()
  #findsAutomated: boolean

  constructor(state: SnapshotState, options: UpdateOptions) {
    this.#state = state
    this.#options = options
    this.#findsAutomated = state.findsAutomated
    for (const database of options.there) this.#there.set(database.name, database)
    for (const database of options.there) if (database.resourceId) this.#there.set(database.resourceId, database)
    for (const [key, newest] of state.newest) for (const { name } of allOf(newest)) this.#holders.set(name, key)
  }

  /**
   * False: nothing was found any more of a database that had an available one. It may be so, or a filter finds nothing: AWS
   * does not say whether dbi-resource-id takes a name or a resource id.
   */
  async read(reader: SnapshotReader, names: ReadonlySet<string>, late: readonly There[]): Promise<boolean> {
    const again = new Set<There>(late)
    const byName = [...names].filter((name) => this.#findsAutomated || !isAutomated(name))
    await this.#readNamed(reader, byName)
    for (const name of names) {
      const held = this.#there.get(this.#holders.get(name) ?? '')
      const snapshot = this.#found.get(name)
      if (snapshot) this.#take(snapshot)
      // what is gone, or no longer available: only its database's own list says what is the newest now
      const isLost = !snapshot || this.#hasLost(snapshot)
      const database = held ?? (snapshot ? undefined : this.#there.get(databaseOf(name) ?? ''))
      if (database && isLost) again.add(database)
    }
    for (const [key, newest] of this.#changed) {
      const database = this.#there.get(key)
      if (newest && database && isIncomplete(newest)) again.add(database)
    }
    return await this.#readLists(reader, [...again])
  }

  commit(events: readonly SnapshotEvent[] | null): void {
    const { now, there } = this.#options
    const state = this.#state
    for (const [key, newest] of this.#changed) {
      if (newest) state.newest.set(key, newest)
      else state.newest.delete(key)
    }
    for (const [key, at] of this.#askedAt) state.askedAt.set(key, at)
    settle(state, there)
    // of what could not be found yet the next look asks again
    for (const event of events ?? [])
      if (this.#found.has(event.name) || this.#holders.has(event.name)) state.told.set(markOf(event), event.at)
    for (const [mark, at] of state.told) if (at < now - 2 * OVERLAP_MS) state.told.delete(mark)
    state.findsAutomated = this.#findsAutomated
    state.readAt = now
  }

  async #readNamed(reader: SnapshotReader, names: readonly string[]): Promise<void> {
    for (let n = 0; n < names.length; n += VALUES) {
      const values = names.slice(n, n + VALUES)
      for await (const page of reader.snapshots({ by: 'name', values }))
        for (const snapshot of page) {
          if (!values.includes(snapshot.name)) throw new FilterIgnoredError()
          this.#found.set(snapshot.name, snapshot)
        }
      for (const name of values) if (!this.#found.has(name)) this.#missed.add(name)
    }
  }

  #take(snapshot: SnapshotFacts): void {
    // of what is gone, or not there yet
    if (!this.#there.has(snapshot.of)) return
    const { now } = this.#options
    const before = this.#changed.get(snapshot.of) ?? this.#state.newest.get(snapshot.of)
    const newest = before ? copyOf(before) : newNewest(now)
    add(newest, snapshot)
    if (newest.available.items[0]?.name === snapshot.name) newest.seenAt = now
    this.#changed.set(snapshot.of, newest)
  }

  /** Whether it was available and is no longer, or is another one's of the same name. */
  #hasLost({ name, of, status }: SnapshotFacts): boolean {
    const holder = this.#holders.get(name)
    if (holder === undefined) return false
    const known = this.#state.newest.get(holder)
    return holder !== of || (status !== 'available' && known?.available.items.some((one) => one.name === name) === true)
  }

  /** All snapshots of some databases: what was known of them is as nothing. False: as of read(). */
  async #readLists(reader: SnapshotReader, databases: readonly There[]): Promise<boolean> {
    const { now, isByName } = this.#options
    const knownOf = (database: There) => newestOf(this.#changed, database) ?? newestOf(this.#state.newest, database)
    const hadAny = databases.filter((database) => (knownOf(database)?.available.items.length ?? 0) > 0)
    const valuesOf = (database: There) => {
      if (!isByName) return database.resourceId ? [database.resourceId] : []
      // of one that was renamed snapshots may have a name that it had, one that was only just found too
      const known = knownOf(database)
      const before = this.#state.names.get(database.resourceId ?? '') ?? []
      return new Set([database.name, ...before, ...(known?.ofNames ?? [])])
    }
    const values = [...new Set(databases.flatMap((database) => [...valuesOf(database)]))]
    for (const database of databases) {
      this.#askedAt.set(keyOf(database), now)
      if (database.resourceId) this.#changed.set(database.resourceId, null)
      if (isByName) this.#changed.set(database.name, null)
    }
    for (let n = 0; n < values.length; n += VALUES) {
      const some = new Set(values.slice(n, n + VALUES))
      for await (const page of reader.snapshots({ by: 'database', values: [...some] }))
        for (const snapshot of page) {
          if (!some.has(isByName ? snapshot.ofName : snapshot.of)) throw new FilterIgnoredError()
          // of a namesake that is gone
          if (!this.#changed.has(snapshot.of)) continue
          const newest = this.#changed.get(snapshot.of) ?? newNewest(now)
          add(newest, snapshot)
          this.#changed.set(snapshot.of, newest)
          if (this.#missed.has(snapshot.name) && isAutomated(snapshot.name) && isSettled(snapshot, now))
            this.#findsAutomated = false
        }
    }
    return hadAny.every((database) => newestOf(this.#changed, database))
  }
}
