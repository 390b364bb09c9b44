import { type Found, together, type WasteMemory, WasteSum } from '../waste.ts'
import type { SnapshotFacts } from './newest.ts'

const GIB = 2 ** 30

/** What is kept of the snapshots of one database that do not end by themselves: its size does not grow with them. */
interface Chain {
  /** Of one of several kinds of clusters that share Aurora's storage, and its price. */
  isAurora: boolean
  sized: number
  unsized: number
  sumGib: number
  largestGib: number
  owner: string | null
  ownedAt: number
}

/**
 * Counts the snapshots of each database that stay when it is deleted: those by hand, and AWS Backup's. Automated ones go with
 * the retained automated backups. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Retaining.html
 */
export class DbChains {
  readonly #byDatabase = new Map<string, Chain>()

  add({ of, at, status, type, sizeGib, engine, owner, isFromElsewhere }: SnapshotFacts): void {
    // whether the database of a copy from another region or account is there can't be said here
    if ((type !== 'manual' && type !== 'awsbackup') || status !== 'available' || isFromElsewhere) return
    const isAurora = /^(?:aurora|neptune|docdb)/.test(engine)
    const chain = this.#byDatabase.get(of) ?? newChain(isAurora)
    this.#byDatabase.set(of, chain)
    // of Aurora, whose storage has no fixed size, AWS may say 1 for "not known"
    if (sizeGib === undefined || sizeGib <= (isAurora ? 1 : 0)) chain.unsized += 1
    else {
      chain.sized += 1
      chain.sumGib += sizeGib
      chain.largestGib = Math.max(chain.largestGib, sizeGib)
    }
    const madeAt = at?.getTime() ?? 0
    if (owner !== null && madeAt >= chain.ownedAt) {
      chain.owner = owner
      chain.ownedAt = madeAt
    }
  }

  /** Those of databases that are gone. */
  waste(isThere: (database: string) => boolean, now: number): WasteMemory {
    const sum = new WasteSum()
    for (const [database, chain] of this.#byDatabase) if (!isThere(database)) sum.add(orphaned(chain))
    return sum.memory(now)
  }
}

const newChain = (isAurora: boolean): Chain => ({
  isAurora,
  sized: 0,
  unsized: 0,
  sumGib: 0,
  largestGib: 0,
  owner: null,
  ownedAt: 0,
})

/**
 * Snapshots of an instance share what has not changed, and take no more than it had; those of Aurora are each whole. Backups up
 * to the size of all databases of the region are free, so that it may be less.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-storage-backup.html
 * https://aws.amazon.com/blogs/database/demystifying-amazon-rds-backup-storage-costs/
 */
function orphaned({ isAurora, sized, unsized, sumGib, largestGib, owner }: Chain): Found {
  const storage = isAurora ? 'aurora_snapshot' : 'rds_snapshot'
  const bytes = (isAurora ? sumGib : largestGib) * GIB
  return {
    kind: 'orphaned-db-snapshots',
    owner,
    resources: 1,
    points: sized + unsized,
    unsized,
    stored: new Map(sized > 0 ? [[storage, { points: sized, bytes }]] : []),
    bound: together(!isAurora && sized > 1 ? 'at-least' : 'exact', 'at-most'),
  }
}
