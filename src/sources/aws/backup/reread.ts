import type { ProtectedFacts } from './facts.ts'
import type { BackupReader } from './fetch.ts'
import { listVaults, NewestPoints, requestsForAll } from './points.ts'
import { inLanes } from './vaults/lanes.ts'
import type { VaultFacts } from './vaults/vault.ts'

const HOUR_MS = 3_600_000
/** So many resources of a vault, whose newest point is older than the threshold, are confirmed one by one. */
const FEW = 10

/** How a vault was when its points were last read. */
export interface VaultRead {
  /** Epoch milliseconds. */
  at: number
  /** How many points AWS counted when it was last asked. */
  count: number | null
}

/** What points are known, and from when. */
export interface Known {
  points: NewestPoints
  reads: Map<string, VaultRead>
  /** Points that are known not to be there, though AWS may tell of them. */
  sought: Set<string>
  /** As AWS listed them at the last look. */
  resources: readonly ProtectedFacts[]
}

/**
 * Vaults in which something may have been deleted since their points were read: every hour each; at once where AWS counts
 * fewer points than before (or, where all are one request, another number of them, or tells of a new one), and where the
 * newest point that it tells of a resource is older than it was. Its count is a hint, and no more: it may be off, and what
 * comes hides what goes. https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupVaultListMember.html
 */
export function doubtful(
  vaults: readonly VaultFacts[],
  known: Known,
  { resources, hasNews, now }: { resources: readonly ProtectedFacts[]; hasNews: ReadonlySet<string>; now: number },
): VaultFacts[] {
  const lastAt = new Map(known.resources.map((one) => [one.arn, one.lastAt]))
  const steppedBack = new Set<string>()
  for (const one of resources)
    if (one.lastAt !== null && one.lastAt < (lastAt.get(one.arn) ?? one.lastAt))
      for (const vault of known.points.byResource.get(one.arn)?.keys() ?? []) steppedBack.add(vault)
  return vaults.filter((vault) => {
    const { name, pointCount } = vault
    const read = known.reads.get(name)
    if (!read) return pointCount !== 0
    if (now < read.at || now - read.at >= HOUR_MS || steppedBack.has(name)) return true
    if (isSmall(vault)) return pointCount !== read.count || hasNews.has(name)
    return pointCount !== null && read.count !== null && pointCount < read.count
  })
}

/** Whether all of its points are one request. */
export const isSmall = (vault: VaultFacts): boolean => requestsForAll([vault]) <= 1

/**
 * Reads the points of a vault again: all where that is one request; else those within the threshold, and of each resource
 * that has no good one there its own, unless everything is fewer. Where very many have their points from before the
 * threshold these are left as they were, to be read with all the others.
 */
export async function rereadVault(
  reader: BackupReader,
  { points, reads, sought }: Known,
  vault: VaultFacts,
  { now, maxAgeMs }: { now: number; maxAgeMs: number },
): Promise<void> {
  const { name, pointCount } = vault
  const before = points.in(name)
  const since = isSmall(vault) ? 0 : now - maxAgeMs
  // what is said to be empty is asked where it was not
  const isEmpty = pointCount === 0 && before.size === 0
  const read = isEmpty ? new NewestPoints() : await listVaults(reader, [name], { since: since || undefined })
  const keep = (all: NewestPoints, from: number) => {
    points.replace(name, all, from)
    for (const [arn, { good }] of before) if (good && !points.has(arn, good.id)) sought.add(good.id)
    reads.set(name, { at: now, count: pointCount })
  }
  if (since === 0) return keep(read, 0)
  const there = read.in(name)
  const unseen = [...before].filter(([arn]) => !there.get(arn)?.good)
  const asked = unseen.length <= FEW ? unseen : unseen.filter(([, { good }]) => good && good.createdAt > since)
  if (asked.length >= requestsForAll([vault])) return keep(await listVaults(reader, [name]), 0)
  const isAsked = new Set(asked)
  await inLanes(asked, async ([resource]) => {
    for await (const page of reader.points(name, { resource })) for (const point of page) read.add(point)
  })
  for (const one of unseen)
    if (!isAsked.has(one))
      for (const point of Object.values(one[1])) if (point && point.createdAt <= since) read.add(point)
  keep(read, since)
}
