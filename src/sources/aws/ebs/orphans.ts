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
  owner: string | null
  ownedAt: number
}

/** By what chains are judged. */
export interface Judging {
  now: number
  /** Those that there are. */
  volumes: ReadonlyMap<string, VolumeFacts>
  /** Whether a volume has a good snapshot since, whoever made it, be it of an image. */
  isFresh(volume: string): boolean
}

/**
 * Counts the snapshots of each volume; of those that are there and have a fresh one none need be added. Those of AWS Backup are left out where its own points are looked at: only it knows
 * until when each is kept.
 */
export class Chains {
  readonly #byVolume = new Map<string, Chain>()
  /** Of AWS Backup, where they are counted. */
  readonly #ofBackup = new Map<string, Chain>()
  readonly #withBackup: boolean

  constructor({ withBackup }: { withBackup: boolean }) {
    this.#withBackup = withBackup
  }

  add(snapshot: SnapshotFacts): void {
    const { volume, isOfImage, isOfBackup } = snapshot
    if (volume === NO_VOLUME || isOfImage || (isOfBackup && !this.#withBackup)) return
    const chains = isOfBackup ? this.#ofBackup : this.#byVolume
    const chain = chains.get(volume) ?? newChain()
    chains.set(volume, chain)
    addTo(chain, snapshot)
  }

  /** What was added of a volume. */
  forget(volume: string): void {
    this.#byVolume.delete(volume)
    this.#ofBackup.delete(volume)
  }

  /** What protects nothing: of volumes that are gone, and of those that are there the chains that have ended. */
  waste({ now, volumes, isFresh }: Judging): WasteMemory {
    const sum = new WasteSum()
    for (const [id, chain] of this.#byVolume) {
      const volume = volumes.get(id)
      if (!volume) sum.add(orphaned(chain))
      else if (chain.standard > 0 && !isFresh(id)) sum.add(stale(chain, volume))
    }
    // until when AWS Backup keeps what it made is not known here, so that nothing of it is called stale
    for (const [id, chain] of this.#ofBackup)
      if (!volumes.has(id)) sum.add({ ...orphaned(chain), resources: this.#byVolume.has(id) ? 0 : 1 })
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
  owner: null,
  ownedAt: 0,
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
