import { ownerOf } from '../owner.ts'
import { type Found, together, type WasteMemory, WasteSum } from '../waste.ts'
import type { SnapshotFacts } from './snapshot.ts'
import type { VolumeFacts } from './volume.ts'

const GIB = 2 ** 30
/** Stands for "no volume" in copies of snapshots. */
const NO_VOLUME = 'vol-ffffffff'

/** What is kept of the snapshots of one volume: its size does not grow with them. */
interface Chain {
  /** Of any state; without those of images, which may be in use. */
  snapshots: number
  /** Snapshots of a volume share what has not changed: together they take at least what the largest takes whole. */
  standard: number
  standardBytes: number
  /** In the archive each is whole. */
  archived: number
  archivedBytes: number
  /** Completed ones in whose place the size of the volume stands, and those of which not even that is known. */
  guesses: number
  unsized: number
  /** When the newest completed one was begun, of images too: they hold the volume as well. */
  newestAt: number
  owner: string | null
  ownedAt: number
}

/** What the volumes are by which chains are judged. */
export interface Judging {
  volumes: ReadonlyMap<string, VolumeFacts>
  now: number
  /** Chains whose newest good snapshot is older are stale. */
  staleAfterMs: number
}

/**
 * Counts the snapshots of each volume. Those of AWS Backup are left out where its own points are looked at: only it knows
 * until when each is kept.
 */
export class Chains {
  readonly #byVolume = new Map<string, { own: Chain; backup: Chain | null }>()
  readonly #withBackup: boolean

  constructor({ withBackup }: { withBackup: boolean }) {
    this.#withBackup = withBackup
  }

  add(snapshot: SnapshotFacts): void {
    const { volume, state, startedAt, isOfImage, isOfBackup } = snapshot
    const known = this.#byVolume.get(volume) ?? { own: newChain(), backup: null }
    this.#byVolume.set(volume, known)
    if (state === 'completed') known.own.newestAt = Math.max(known.own.newestAt, startedAt)
    if (isOfImage || (isOfBackup && !this.#withBackup)) return
    if (isOfBackup) known.backup ??= newChain()
    addTo((isOfBackup && known.backup) || known.own, snapshot)
  }

  /** What protects nothing: of volumes that are gone, and of those that are there the chains that have ended. */
  waste({ volumes, now, staleAfterMs }: Judging): WasteMemory {
    const sum = new WasteSum()
    for (const [id, { own, backup }] of this.#byVolume) {
      if (id === NO_VOLUME) continue
      const volume = volumes.get(id)
      if (!volume) {
        const [chain, ...others] = [own, backup].flatMap((one) => (one && one.snapshots > 0 ? [one] : []))
        if (chain) sum.add(orphaned(chain))
        // of the same volume
        for (const other of others) sum.add({ ...orphaned(other), resources: 0 })
        // until when AWS Backup keeps what it made is not known here
      } else if (own.standard > 0 && own.newestAt < now - staleAfterMs) sum.add(stale(own, volume))
    }
    return sum.memory(now)
  }
}

const newChain = (): Chain => ({
  snapshots: 0,
  standard: 0,
  standardBytes: 0,
  archived: 0,
  archivedBytes: 0,
  guesses: 0,
  unsized: 0,
  newestAt: Number.NEGATIVE_INFINITY,
  owner: null,
  ownedAt: Number.NEGATIVE_INFINITY,
})

function addTo(chain: Chain, { state, startedAt, sizeGib, fullBytes, isArchived, owner }: SnapshotFacts): void {
  chain.snapshots += 1
  if (state === 'completed') {
    // AWS says 0 of those whose size it does not know
    const bytes = fullBytes || (sizeGib ?? 0) * GIB
    if (!fullBytes) chain.guesses += 1
    if (bytes === 0) chain.unsized += 1
    if (isArchived) {
      chain.archived += 1
      chain.archivedBytes += bytes
    } else {
      chain.standard += 1
      chain.standardBytes = Math.max(chain.standardBytes, bytes)
    }
  }
  if (owner !== null && startedAt > chain.ownedAt) {
    chain.owner = owner
    chain.ownedAt = startedAt
  }
}

/** What can be said of the sum: several share what has not changed, and no volume's snapshot takes more than the volume. */
function boundOf({ standard, guesses }: Chain): Found['bound'] {
  const one = standard > 1 ? 'at-least' : 'exact'
  return guesses > 0 ? together(one, 'at-most') : one
}

function orphaned(chain: Chain): Found {
  const { owner, snapshots, unsized, standard, standardBytes, archived, archivedBytes } = chain
  const stored: Found['stored'] = new Map([
    ...(standard > 0 ? [['ebs_snapshot', { points: standard, bytes: standardBytes }] as const] : []),
    ...(archived > 0 ? [['ebs_archive', { points: archived, bytes: archivedBytes }] as const] : []),
  ])
  const counted = { kind: 'orphaned-snapshots', owner, resources: 1, points: snapshots, unsized } as const
  return { ...counted, stored, bound: boundOf(chain) }
}

/** Who archives a snapshot keeps it on purpose: those are left out. */
function stale(chain: Chain, { tags }: VolumeFacts): Found {
  const { standard, standardBytes, unsized } = chain
  return {
    kind: 'stale-snapshots',
    owner: ownerOf(Object.entries(tags)) ?? chain.owner,
    resources: 1,
    points: standard,
    unsized: Math.min(unsized, standard),
    stored: new Map([['ebs_snapshot', { points: standard, bytes: standardBytes }]]),
    // whether somebody keeps them on purpose nobody knows
    bound: together(boundOf(chain), 'at-most'),
  }
}
