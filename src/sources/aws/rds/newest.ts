/** What is used of a snapshot of an instance or a cluster. */
export interface SnapshotFacts {
  id: string
  /** The resource id of what it is a snapshot of, or its name. */
  of: string
  at: Date | undefined
  status: string | undefined
  /** automated, manual or awsbackup; what is shared or public is not listed. */
  type: string | undefined
  sizeGib: number | undefined
}

/** The newest snapshots of one database: all that is kept of them, however many there are. */
export interface Newest {
  available: SnapshotFacts | null
  /** Neither available nor failed: being made, or in a state that can't be restored from. */
  other: SnapshotFacts | null
  failed: SnapshotFacts | null
}

export async function newestOf(pages: AsyncIterable<readonly SnapshotFacts[]>): Promise<Map<string, Newest>> {
  const found = new Map<string, Newest>()
  for await (const page of pages) for (const snapshot of page) add(found, snapshot)
  return found
}

function add(found: Map<string, Newest>, snapshot: SnapshotFacts): void {
  const known = found.get(snapshot.of) ?? { available: null, other: null, failed: null }
  found.set(snapshot.of, known)
  const key = snapshot.status === 'available' ? 'available' : snapshot.status === 'failed' ? 'failed' : 'other'
  const before = known[key]
  if (!before || timeOf(snapshot) > timeOf(before)) known[key] = snapshot
}

/** One that is being made may have no time yet: then it is the newest. */
function timeOf({ at }: SnapshotFacts): number {
  return at?.getTime() ?? Number.POSITIVE_INFINITY
}
