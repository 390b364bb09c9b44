import { AwsError } from '../fault.ts'
import { FilterIgnoredError } from '../filter.ts'
import type { Database } from './database.ts'
import { PAGE, type SnapshotEvent, type SnapshotReader } from './fetch.ts'
import { isPending } from './newest.ts'
import { keyOf, markOf, newestOf, type SnapshotState, type There } from './state.ts'
import { OVERLAP_MS, Update, type UpdateOptions, VALUES } from './update.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export interface LookAgain extends UpdateOptions {
  maxAgeMs: number
  /** Those of the databases that are told of. */
  watched: readonly Database[]
  /** Snapshots that somebody says something has happened to: they are asked for, and no more. */
  named: ReadonlySet<string>
  /** Told once when AWS refuses to tell events, with its reason. */
  onEventless(reason: string): void
}

/**
 * Brings `state` up to date by what has happened since the last look: snapshots that events name, those that were being
 * made, and all of a database that should have a newer one by now. Events are never believed, nor is it when there are
 * none. False: listing everything is due, takes fewer requests, or is to say whether a database has lost all of its
 * snapshots. Where a request fails `state` is what it was.
 */
export async function lookAgain(reader: SnapshotReader, state: SnapshotState, options: LookAgain): Promise<boolean> {
  const { now } = options
  const wholeEveryMs = state.eventlessAt === null ? DAY_MS : HOUR_MS
  if (now < state.readAt || now - state.wholeAt >= wholeEveryMs) return false
  if (state.filterlessAt !== null && now - state.filterlessAt < DAY_MS) return false

  const doubtful = namesToAsk(state, options)
  const late = options.watched.filter((database) => isLate(database, state, options))
  const isDeaf = state.eventlessAt !== null && now - state.eventlessAt < HOUR_MS
  const takes = (names: number) => pagesOf(names) + costOf(late, state)
  if ((isDeaf ? 0 : 1) + takes(doubtful.size) >= state.wholeTakes) return false

  const events = isDeaf ? [] : await readEvents(reader, state, options)
  const names = new Set([...doubtful, ...(events ?? []).map(({ name }) => name)])
  if (takes(names.size) > state.wholeTakes) return false
  try {
    const update = new Update(state, options)
    if (!(await update.read(reader, names, late))) return false
    update.commit(events)
    return true
  } catch (error) {
    if (!(error instanceof FilterIgnoredError) && !isRefusedFilter(error)) throw error
    state.filterlessAt = now
    return false
  }
}

/** Those that are being made, and those by hand that were not seen for an hour: that a cluster's is deleted no event tells. */
function namesToAsk({ newest }: SnapshotState, { now, there, watched, named }: LookAgain): Set<string> {
  const names = new Set(named)
  for (const database of there)
    for (const { name, status } of newestOf(newest, database)?.other.items ?? [])
      if (isPending(status) || status === 'deleting') names.add(name)
  for (const { newest: known } of watched) {
    const latest = known?.available.items[0]
    if (latest && latest.type !== 'automated' && now - known.seenAt >= HOUR_MS) names.add(latest.name)
  }
  return names
}

/** Whether its own list is to be read, lest it be called stale or missing only because no event came. */
function isLate(database: Database, { askedAt }: SnapshotState, { now, maxAgeMs }: LookAgain): boolean {
  const asked = askedAt.get(keyOf(database))
  if (asked === undefined) return true
  const [newest, second] = database.newest?.available.items ?? []
  const latest = newest?.at?.getTime()
  const from = latest ?? database.bornAt?.getTime() ?? 0
  const turnsAt = from + maxAgeMs
  if (turnsAt <= now) return turnsAt > asked || now - asked >= between(HOUR_MS, (now - from) / 48, 6 * HOUR_MS)
  // with automated backups off AWS deletes what they have made
  if (database.retentionDays === 0 && newest?.type === 'automated') return now - asked >= HOUR_MS
  // one is due when it was made as often before, though AWS keeps to a window and not to the minute
  const every = latest !== undefined && second?.at ? latest - second.at.getTime() : DAY_MS
  return (
    now - from >= every + Math.min(every / 4, HOUR_MS) && now - asked >= between(HOUR_MS, asked - from, 6 * HOUR_MS)
  )
}

const between = (least: number, value: number, most: number) => Math.min(Math.max(value, least), most)

const pagesOf = (count: number) => Math.ceil(count / PAGE)

/** How many requests the lists of these databases take, about. */
function costOf(databases: readonly There[], { newest }: SnapshotState): number {
  const count = databases.reduce((sum, database) => sum + (newestOf(newest, database)?.count ?? 0), 0)
  return Math.max(pagesOf(count), Math.ceil(databases.length / VALUES))
}

/** What has happened since the last look; null: AWS does not tell. */
async function readEvents(
  reader: SnapshotReader,
  state: SnapshotState,
  { now, onEventless }: LookAgain,
): Promise<SnapshotEvent[] | null> {
  const events: SnapshotEvent[] = []
  try {
    for await (const page of reader.events(Math.ceil((now - state.readAt + OVERLAP_MS) / MINUTE_MS)))
      for (const event of page) if (!state.told.has(markOf(event))) events.push(event)
  } catch (error) {
    if (!(error instanceof AwsError) || !isNotToBeHad(error)) throw error
    if (state.eventlessAt === null) onEventless(error.message)
    state.eventlessAt = now
    return null
  }
  state.eventlessAt = null
  return events
}

function isNotToBeHad({ fault, code }: AwsError): boolean {
  return fault.kind === 'denied' || /^(?:InvalidAction|NotImplemented|Unsupported|InvalidParameter)/.test(code ?? '')
}

function isRefusedFilter(error: unknown): boolean {
  return error instanceof AwsError && /^(?:InvalidParameter|InvalidFilter|Unsupported)|NotFound/.test(error.code ?? '')
}
