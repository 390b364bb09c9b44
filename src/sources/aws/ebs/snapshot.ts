import type { Snapshot } from '@aws-sdk/client-ec2'

/** What is used of a snapshot. */
export interface SnapshotFacts {
  id: string
  volume: string
  /** completed, pending, error, recoverable, recovering. */
  state: string
  message: string | null
  /** Epoch milliseconds: the data is that of this moment, however long the copying took. */
  startedAt: number
  completedAt: number | null
  sizeGib: number | null
  isArchived: boolean
}

/** From the SDK's own reading. */
export function fromSdk(one: Snapshot): SnapshotFacts {
  return {
    id: one.SnapshotId ?? '',
    volume: one.VolumeId ?? '',
    state: one.State ?? '',
    message: one.StateMessage ?? null,
    startedAt: one.StartTime?.getTime() ?? Number.NaN,
    completedAt: one.CompletionTime?.getTime() ?? null,
    sizeGib: one.VolumeSize ?? null,
    isArchived: one.StorageTier === 'archive',
  }
}

/** The newest snapshots of one volume: all that is kept of them, however many there are. */
export interface Newest {
  completed: SnapshotFacts | null
  /** Being made, or in the recycle bin. */
  other: SnapshotFacts | null
  failed: SnapshotFacts | null
}

/** The newest of each volume. Its size does not grow with the snapshots that are added. */
export class NewestSnapshots {
  readonly byVolume = new Map<string, Newest>()

  /** Keeps it where it is the newest of its state. */
  add(snapshot: SnapshotFacts): void {
    let known = this.byVolume.get(snapshot.volume)
    if (!known) {
      known = { completed: null, other: null, failed: null }
      this.byVolume.set(snapshot.volume, known)
    }
    const { state } = snapshot
    const key = state === 'completed' ? 'completed' : state === 'error' ? 'failed' : 'other'
    const before = known[key]
    if (
      before &&
      (before.startedAt > snapshot.startedAt || (before.startedAt === snapshot.startedAt && before.id > snapshot.id))
    )
      return
    known[key] = snapshot
    // what was being made is done: it is known under its new state alone
    if (key !== 'other' && known.other?.id === snapshot.id) known.other = null
  }
}
