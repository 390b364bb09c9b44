import type { Snapshot } from '@aws-sdk/client-ec2'
import { ownerOf } from '../owner.ts'

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
  /** What it takes whole, however much of it is shared with others; null: AWS does not say. */
  fullBytes: number | null
  /** Of its tag "owner", in whatever case; null: it has none, or nobody has asked for all snapshots. */
  owner: string | null
  isArchived: boolean
  /** Made for an image of an instance: it may be in use though its volume is gone. False where nobody has asked for all. */
  isOfImage: boolean
  /** Made by AWS Backup. False where nobody has asked for all snapshots. */
  isOfBackup: boolean
}

/** What AWS writes: "Created by CreateImage(i-0123) for ami-4567". */
export const OF_IMAGE = /^\s*(?:Created by CreateImage|Copied for DestinationAmi)/
export const OF_BACKUP = /^\s*This snapshot is created by the AWS Backup service/
/**
 * AWS Backup's own tag says what it has backed up (its policies go by it); where that is an instance, the snapshot is part of an
 * image, also where its description does not say so. https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html
 */
export const BACKUP_TAG = 'aws:backup:source-resource'
const INSTANCE = /(?:^|[:/])i-[0-9a-f]+$/

/** From the SDK's own reading. */
export function fromSdk(one: Snapshot): SnapshotFacts {
  const tags = (one.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const)
  const source = tags.find(([key]) => key === BACKUP_TAG)?.[1]
  const description = one.Description ?? ''
  return {
    id: one.SnapshotId ?? '',
    volume: one.VolumeId ?? '',
    state: one.State ?? '',
    message: one.StateMessage ?? null,
    startedAt: one.StartTime?.getTime() ?? Number.NaN,
    completedAt: one.CompletionTime?.getTime() ?? null,
    sizeGib: one.VolumeSize ?? null,
    fullBytes: one.FullSnapshotSizeInBytes ?? null,
    owner: ownerOf(tags),
    isArchived: one.StorageTier === 'archive',
    isOfImage: OF_IMAGE.test(description) || INSTANCE.test(source ?? ''),
    isOfBackup: OF_BACKUP.test(description) || source !== undefined,
  }
}

/** What is kept of the newest of a volume. */
export type KeptSnapshot = Omit<SnapshotFacts, 'volume' | 'fullBytes' | 'owner' | 'isOfImage' | 'isOfBackup'>

/** The newest snapshots of one volume: all that is kept of them, however many there are. */
export interface Newest {
  completed: KeptSnapshot | null
  /** Being made, or in the recycle bin. */
  other: KeptSnapshot | null
  failed: KeptSnapshot | null
}

/** The newest of each volume. Its size does not grow with the snapshots that are added. */
export class NewestSnapshots {
  readonly byVolume = new Map<string, Newest>()

  forget(isGone: (volume: string) => boolean): void {
    for (const volume of this.byVolume.keys()) if (isGone(volume)) this.byVolume.delete(volume)
  }

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
    const { id, message, startedAt, completedAt, sizeGib, isArchived } = snapshot
    known[key] = { id, state, message, startedAt, completedAt, sizeGib, isArchived }
    // what was being made is done: it is known under its new state alone
    if (key !== 'other' && known.other?.id === snapshot.id) known.other = null
  }
}
