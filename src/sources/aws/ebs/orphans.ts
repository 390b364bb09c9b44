import { z } from 'zod'
import { instant } from '../../../domain/instant.ts'
import type { StoragePrice, Waste } from '../../../domain/waste.ts'
import type { SnapshotFacts } from './snapshot.ts'

const GIB = 2 ** 30
/** Owners that are remembered by name; those of less are counted together. */
const MOST_OWNERS = 50
/** Stands for "no volume" in copies of snapshots. */
const NO_VOLUME = 'vol-ffffffff'

/**
 * Prices differ between regions by a fifth or so.
 * https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive-pricing.html
 */
const READ = 'Amazon EBS User Guide, read 2026-11-21'
const STANDARD: StoragePrice = { usdPerGibMonth: 0.05, from: READ }
const ARCHIVE: StoragePrice = { usdPerGibMonth: 0.0125, from: READ }

/** What is kept of the snapshots of one volume: its size does not grow with them. */
interface Chain {
  snapshots: number
  /** Snapshots of a volume share what has not changed: together they take at least what the largest takes whole. */
  standardBytes: number
  /** In the archive each is whole. */
  archivedBytes: number
  /** Whether the size of a volume stood in for that of a snapshot. */
  isGuess: boolean
  owner: string | null
  ownedAt: number
}

/** Counts the snapshots of each volume. */
export class Chains {
  readonly #byVolume = new Map<string, Chain>()

  add({ volume, state, startedAt, sizeGib, fullBytes, isArchived, isOfImage, owner }: SnapshotFacts): void {
    if (isOfImage) return
    const chain = this.#byVolume.get(volume) ?? {
      snapshots: 0,
      standardBytes: 0,
      archivedBytes: 0,
      isGuess: false,
      owner: null,
      ownedAt: Number.NEGATIVE_INFINITY,
    }
    this.#byVolume.set(volume, chain)
    chain.snapshots += 1
    // AWS says 0 of those whose size it does not know
    const bytes = fullBytes || (sizeGib ?? 0) * GIB
    if (state === 'completed') {
      if (!fullBytes) chain.isGuess = true
      if (isArchived) chain.archivedBytes += bytes
      else chain.standardBytes = Math.max(chain.standardBytes, bytes)
    }
    if (owner !== null && startedAt > chain.ownedAt) {
      chain.owner = owner
      chain.ownedAt = startedAt
    }
  }

  /** Those of volumes that are gone. */
  orphans(isThere: (volume: string) => boolean): Orphans {
    const found: Orphans = { snapshots: 0, volumes: 0, owners: [] }
    const byOwner = new Map<string | null, OwnedOrphans>()
    for (const [volume, chain] of this.#byVolume) {
      if (volume === NO_VOLUME || isThere(volume)) continue
      found.snapshots += chain.snapshots
      found.volumes += 1
      const own = byOwner.get(chain.owner) ?? nothingOf(chain.owner)
      byOwner.set(chain.owner, own)
      addTo(own, { ...chain, volumes: 1 })
    }
    const sorted = [...byOwner.values()].sort(
      (a, b) => b.standardBytes + b.archivedBytes - a.standardBytes - a.archivedBytes,
    )
    const rest = sorted.splice(MOST_OWNERS)
    if (rest.length > 0) {
      const others = sorted.find(({ owner }) => owner === null) ?? nothingOf(null)
      if (!sorted.includes(others)) sorted.push(others)
      for (const own of rest) addTo(others, own)
    }
    return { ...found, owners: sorted }
  }
}

const ownedOrphans = z.object({
  owner: z.string().nullable(),
  volumes: z.number(),
  snapshots: z.number(),
  standardBytes: z.number(),
  archivedBytes: z.number(),
  isGuess: z.boolean(),
})
type OwnedOrphans = z.output<typeof ownedOrphans>

/** Snapshots of volumes that are gone, as a look remembers them. */
export const orphansSchema = z.object({
  snapshots: z.number(),
  volumes: z.number(),
  owners: z.array(ownedOrphans).default([]),
})
export type Orphans = z.output<typeof orphansSchema>

const nothingOf = (owner: string | null): OwnedOrphans => ({
  owner,
  volumes: 0,
  snapshots: 0,
  standardBytes: 0,
  archivedBytes: 0,
  isGuess: false,
})

function addTo(sum: OwnedOrphans, more: Omit<OwnedOrphans, 'owner'>): void {
  sum.volumes += more.volumes
  sum.snapshots += more.snapshots
  sum.standardBytes += more.standardBytes
  sum.archivedBytes += more.archivedBytes
  sum.isGuess ||= more.isGuess
}

/** What they cost, by owner, the dearest first. */
export function wasteOf({ owners }: Orphans, at: number, where: { account: string | null; region: string }): Waste[] {
  return owners.map(({ owner, volumes, snapshots, standardBytes, archivedBytes, isGuess }) => ({
    kind: 'orphaned-snapshots',
    owner,
    ...where,
    points: snapshots,
    resources: volumes,
    bytes: standardBytes + archivedBytes,
    bound: isGuess ? 'at-most' : 'at-least',
    usdPerMonth: (standardBytes / GIB) * STANDARD.usdPerGibMonth + (archivedBytes / GIB) * ARCHIVE.usdPerGibMonth,
    prices: archivedBytes > 0 ? [STANDARD, ARCHIVE] : [STANDARD],
    asOf: instant(at),
  }))
}
