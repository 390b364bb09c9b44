/** What is used of a snapshot of an instance or a cluster. */
export interface SnapshotFacts {
  /** Its ARN. */
  id: string
  /** Unique among those of its kind in its region: "rds:appdb-2026-11-20-03-00". */
  name: string
  /** The resource id of what it is a snapshot of, or its name. */
  of: string
  /** What that was called when it was made. */
  ofName: string
  at: Date | undefined
  status: string | undefined
  /** automated, manual or awsbackup; what is shared or public is not listed. */
  type: string | undefined
  sizeGib: number | undefined
  engine: string
  /** Of its tag "owner"; null: it has none. */
  owner: string | null
  /** Whether it was copied here from another region or account. */
  isFromElsewhere: boolean
}

/** Snapshots of one database in one state, the newest first. */
interface Kept {
  items: SnapshotFacts[]
  /** Whether there were more: what follows the last is not known. */
  isCut: boolean
}

/** The newest snapshots of one database: all that is kept of them, however many there are. */
export interface Newest {
  available: Kept
  failed: Kept
  /** Neither available nor failed: being made, or in a state that can't be restored from. */
  other: Kept
  /** How many there are in all, about. */
  count: number
  /** What the database was called when they were made. */
  ofNames: string[]
  /** When AWS last said that they are there; epoch milliseconds. */
  seenAt: number
}

/** Of each state so many are kept: the newest, and one to tell the rhythm by. */
const KEPT = 2
const STATES = ['available', 'failed', 'other'] as const

const stateOf = ({ status }: SnapshotFacts) => (status === 'available' || status === 'failed' ? status : 'other')

const kept = (): Kept => ({ items: [], isCut: false })
export const newNewest = (seenAt: number): Newest => ({
  available: kept(),
  failed: kept(),
  other: kept(),
  count: 0,
  ofNames: [],
  seenAt,
})

/** Of the same, to be changed by itself. */
export function copyOf(newest: Newest): Newest {
  const copy = { ...newest, ofNames: [...newest.ofNames] }
  for (const state of STATES) copy[state] = { ...newest[state], items: [...newest[state].items] }
  return copy
}

export const allOf = (newest: Newest): SnapshotFacts[] => STATES.flatMap((state) => newest[state].items)

/** Keeps it where it is among the newest of its state; it is known in no other then. */
export function add(newest: Newest, snapshot: SnapshotFacts): void {
  if (!remove(newest, snapshot.name)) newest.count += 1
  if (!newest.ofNames.includes(snapshot.ofName)) newest.ofNames.push(snapshot.ofName)
  const state = newest[stateOf(snapshot)]
  const place = state.items.findIndex((one) => isNewer(snapshot, one))
  // one that is not known may be newer
  if (place < 0 && state.isCut) return
  state.items.splice(place < 0 ? state.items.length : place, 0, snapshot)
  if (state.items.length <= KEPT) return
  state.items.pop()
  state.isCut = true
}

/** Whether it was known. */
export function remove(newest: Newest, name: string): boolean {
  for (const state of STATES) {
    const place = newest[state].items.findIndex((one) => one.name === name)
    if (place < 0) continue
    newest[state].items.splice(place, 1)
    return true
  }
  return false
}

/** Whether there is one of some state of which nothing is known any more. */
export const isIncomplete = (newest: Newest): boolean =>
  STATES.some((state) => newest[state].isCut && newest[state].items.length === 0)

function isNewer(one: SnapshotFacts, other: SnapshotFacts): boolean {
  const [at, before] = [timeOf(one), timeOf(other)]
  return at > before || (at === before && one.name > other.name)
}

/** One that is being made may have no time yet: then it is the newest. */
function timeOf({ at }: SnapshotFacts): number {
  return at?.getTime() ?? Number.POSITIVE_INFINITY
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html: what will be something else before long. */
export const isPending = (status = 'unknown'): boolean =>
  /^(?:creating|copying|pending|modifying|backing-up)$/.test(status)
