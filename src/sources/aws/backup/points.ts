import type { PointFacts, ProtectedFacts } from './facts.ts'
import type { BackupReader } from './fetch.ts'
import { PAGE } from './fetch.ts'
import { inLanes } from './vaults/lanes.ts'
import type { VaultFacts } from './vaults/vault.ts'

const HOUR_MS = 3_600_000
/** A recovery point may be older than what says that it is there: it is dated when its job was created. */
const OVERLAP_MS = HOUR_MS

/** So many keys are kept of a vault: points of snapshots have the keys of what they are of. */
const MOST_KEYS = 1000

/** The newest points of one resource in one vault: all that is kept of them, however many there are. */
export interface Newest {
  good: PointFacts | null
  /** Being made. */
  pending: PointFacts | null
  /** In a state in which nothing can be counted on. */
  other: PointFacts | null
}

/** COMPLETED and AVAILABLE stand for the same. https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RecoveryPointByBackupVault.html */
export const isGood = ({ status }: PointFacts): boolean => status === 'COMPLETED' || status === 'AVAILABLE'

/** The newest points of each resource. Its size does not grow with the points that are added. */
export class NewestPoints {
  readonly byResource = new Map<string, Map<string, Newest>>()
  /** The newest good one that each plan has made, of those that were added. */
  readonly byPlan = new Map<string, PointFacts>()
  /** The keys of what was added, by vault. */
  readonly keys = new Map<string, Set<string>>()

  add(point: PointFacts): void {
    this.#addToPlan(point)
    this.#addKey(point)
    const byVault = this.byResource.get(point.resource) ?? new Map<string, Newest>()
    this.byResource.set(point.resource, byVault)
    const known = byVault.get(point.vault) ?? { good: null, pending: null, other: null }
    byVault.set(point.vault, known)
    const key = isGood(point) ? 'good' : point.status === 'CREATING' ? 'pending' : 'other'
    // what was known of it under another state is no longer so
    for (const each of ['good', 'pending', 'other'] as const)
      if (each !== key && known[each]?.id === point.id) known[each] = null
    const before = known[key]
    if (
      !before ||
      before.createdAt < point.createdAt ||
      (before.createdAt === point.createdAt && before.id <= point.id)
    )
      known[key] = point
  }

  #addToPlan(point: PointFacts): void {
    if (point.plan === null || !isGood(point)) return
    const before = this.byPlan.get(point.plan)
    if (!before || before.createdAt <= point.createdAt) this.byPlan.set(point.plan, point)
  }

  #addKey({ vault, keyArn }: Pick<PointFacts, 'vault' | 'keyArn'>): void {
    if (keyArn === null) return
    const keys = this.keys.get(vault) ?? new Set<string>()
    this.keys.set(vault, keys)
    if (keys.size < MOST_KEYS) keys.add(keyArn)
  }

  of(resource: string): Newest[] {
    return [...(this.byResource.get(resource)?.values() ?? [])]
  }

  /** The newest good one of a resource, wherever it lies. */
  goodOf(resource: string): PointFacts | null {
    return this.of(resource).reduce<PointFacts | null>(
      (newest, { good }) => (good && (!newest || good.createdAt > newest.createdAt) ? good : newest),
      null,
    )
  }

  /** Those of each resource in one vault. */
  in(vault: string): Map<string, Newest> {
    const found = new Map<string, Newest>()
    for (const [resource, byVault] of this.byResource) {
      const newest = byVault.get(vault)
      if (newest) found.set(resource, newest)
    }
    return found
  }

  /** From now on a vault has what `read` has of it; of plans and keys only what is younger than `since` (0: all) was read. */
  replace(vault: string, read: NewestPoints, since: number): void {
    for (const [resource, byVault] of this.byResource)
      if (byVault.delete(vault) && byVault.size === 0) this.byResource.delete(resource)
    for (const [resource, newest] of read.in(vault)) {
      const byVault = this.byResource.get(resource) ?? new Map<string, Newest>()
      this.byResource.set(resource, byVault.set(vault, newest))
    }
    for (const [plan, point] of this.byPlan)
      if (point.vault === vault && point.createdAt > since) this.byPlan.delete(plan)
    for (const point of read.byPlan.values()) this.#addToPlan(point)
    const keys = read.keys.get(vault) ?? new Set()
    if (since === 0) this.keys.set(vault, keys)
    else for (const keyArn of keys) this.#addKey({ vault, keyArn })
  }

  /** A point as the list of its resource has it, with what the list of its vault has said of it before: which rule made it. */
  completed(listed: PointFacts): PointFacts {
    const newest = this.byResource.get(listed.resource)?.get(listed.vault)
    const known = [newest?.good, newest?.pending, newest?.other].find((one) => one?.id === listed.id)
    if (!known || known.ends === null) return listed
    const { status, message, bytes } = listed
    return { ...known, status, message, bytes: bytes ?? known.bytes }
  }

  /** Whether this very point is known, and is not still being made. */
  has(resource: string, id: string): boolean {
    return this.of(resource).some(({ good, other }) => good?.id === id || other?.id === id)
  }
}

/** The requests that it takes to list everything in these vaults. */
export function requestsForAll(vaults: readonly VaultFacts[]): number {
  return vaults.reduce((sum, { pointCount }) => sum + Math.max(1, Math.ceil((pointCount ?? 1) / PAGE)), 0)
}

/**
 * The newest points in these vaults, in the fewest requests: everything, where no vault takes more than one; else what was
 * made within the threshold, and of each resource that has nothing there its own list, unless everything is fewer. `take` is
 * given each point of what has no good one within the threshold once, and maybe others; `known` are those of before.
 */
export async function readPoints(
  reader: BackupReader,
  vaults: readonly VaultFacts[],
  resources: readonly ProtectedFacts[],
  { now, maxAgeMs, known, take }: { now: number; maxAgeMs: number; known: NewestPoints; take(point: PointFacts): void },
): Promise<NewestPoints> {
  const filled = vaults.filter(({ pointCount }) => pointCount !== 0)
  const names = filled.map(({ name }) => name)
  const all = requestsForAll(filled)
  if (all <= filled.length) return await listVaults(reader, names, { take })
  const newest = await listVaults(reader, names, { since: now - maxAgeMs })
  const left = resources.filter(({ arn }) => newest.goodOf(arn) === null)
  if (left.length > all) return await listVaults(reader, names, { take })
  const isListed = new Set(names)
  await inLanes(left, async ({ arn }) => {
    for await (const page of reader.pointsOf(arn))
      for (const point of page) {
        if (!isListed.has(point.vault)) continue
        newest.add(known.completed(point))
        take(point)
      }
  })
  return newest
}

export async function listVaults(
  reader: BackupReader,
  names: readonly string[],
  { since, take }: { since?: number | undefined; take?(point: PointFacts): void } = {},
): Promise<NewestPoints> {
  const newest = new NewestPoints()
  await inLanes(names, async (name) => {
    for await (const page of reader.points(name, { since }))
      for (const point of page) {
        newest.add(point)
        take?.(point)
      }
  })
  return newest
}

/** A newest point that AWS tells of, and that is not known. */
interface News {
  arn: string
  lastPoint: string
  lastVault: string
  lastAt: number
}

/** The newest points of these resources, as far as AWS tells of them, that are not known and have not been looked for in vain. */
export function newsOf(
  newest: NewestPoints,
  resources: readonly ProtectedFacts[],
  isVaultWanted: (name: string) => boolean,
  sought: ReadonlySet<string>,
): News[] {
  return resources.flatMap(({ arn, lastPoint, lastVault, lastAt }) =>
    lastPoint && lastVault && isVaultWanted(lastVault) && !sought.has(lastPoint) && !newest.has(arn, lastPoint)
      ? [{ arn, lastPoint, lastVault, lastAt: lastAt ?? 0 }]
      : [],
  )
}

/**
 * Adds these: each vault that has some is asked once, unless it was read whole a moment ago (`isRead`). What is looked for
 * in vain goes to `sought`, and is not looked for again.
 */
export async function readNewPoints(
  reader: BackupReader,
  newest: NewestPoints,
  news: readonly News[],
  { isVaultWanted, isRead, sought }: { isVaultWanted: Test; isRead: Test; sought: Set<string> },
): Promise<void> {
  const byVault = Map.groupBy(news, ({ lastVault }) => lastVault)
  const unread = [...byVault].filter(([vault]) => !isRead(vault))
  await inLanes(unread, async ([vault, some]) => {
    const since = some.reduce((least, { lastAt }) => Math.min(least, lastAt), Number.POSITIVE_INFINITY) - OVERLAP_MS
    for await (const page of reader.points(vault, { since: Math.max(0, since) }))
      for (const point of page) newest.add(point)
  })
  const left = news.filter(({ arn, lastPoint }) => !newest.has(arn, lastPoint))
  await inLanes(left, async ({ arn, lastPoint }) => {
    for await (const page of reader.pointsOf(arn))
      for (const point of page) if (isVaultWanted(point.vault)) newest.add(newest.completed(point))
    if (!newest.has(arn, lastPoint)) sought.add(lastPoint)
  })
}

type Test = (vault: string) => boolean
