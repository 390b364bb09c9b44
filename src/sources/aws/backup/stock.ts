import type { PointFacts } from './facts.ts'

/** Points that lie in one kind of storage. */
export interface Heap {
  sized: number
  /** Those that AWS gives no size of. */
  unsized: number
  sumBytes: number
  largestBytes: number
}

/** What is kept of the points of one resource: its size does not grow with them. */
export interface Stock extends Ends {
  newestAt: number
}

/** The same, by what will become of them. */
export interface Ends {
  /** Kept for ever, or AWS Backup could not delete them. */
  lasting: Heaps
  /** AWS Backup will delete them by itself. */
  ending: Heaps
  /** The list of one resource does not say which of both. */
  untold: Heaps
}
export interface Heaps {
  warm: Heap
  cold: Heap
}

/** Counts what lies in the vaults, by resource. Each point is to be added once. */
export class Stocks {
  readonly byResource = new Map<string, Stock>()

  add(point: PointFacts, now: number): void {
    const { resource, status, createdAt, isParent } = point
    // what holds others takes nothing besides them; what is not there yet, or soon no more, is not worth a word
    if (isParent || status === 'CREATING' || status === 'DELETING') return
    const stock = this.byResource.get(resource) ?? newStock()
    this.byResource.set(resource, stock)
    stock.newestAt = Math.max(stock.newestAt, createdAt)
    addTo(stock[endOf(point)], point, now)
  }

  /** Forgets what is not asked for. */
  keep(isAsked: (resource: string) => boolean): void {
    for (const resource of this.byResource.keys()) if (!isAsked(resource)) this.byResource.delete(resource)
  }
}

const newHeap = (): Heap => ({ sized: 0, unsized: 0, sumBytes: 0, largestBytes: 0 })
const newHeaps = (): Heaps => ({ warm: newHeap(), cold: newHeap() })
const newStock = (): Stock => ({
  newestAt: 0,
  lasting: newHeaps(),
  ending: newHeaps(),
  untold: newHeaps(),
})

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RecoveryPointByBackupVault.html */
function endOf({ status, ends }: PointFacts): keyof Ends {
  if (status === 'EXPIRED' || ends === false) return 'lasting'
  return ends ? 'ending' : 'untold'
}

function addTo(heaps: Heaps, { bytes, type, coldAt }: PointFacts, now: number): void {
  const heap = coldAt !== null && coldAt <= now ? heaps.cold : heaps.warm
  // 0 stands for "not known", but of EFS, of which it is what a backup has added
  if (bytes === null || (bytes === 0 && type !== 'EFS')) heap.unsized += 1
  else {
    heap.sized += 1
    heap.sumBytes += bytes
    heap.largestBytes = Math.max(heap.largestBytes, bytes)
  }
}
