import { ownerOf } from '../owner.ts'
import type { Storage } from '../prices.ts'
import { type Found, together, type WasteMemory, WasteSum } from '../waste.ts'
import { expectationOf } from './expectation.ts'
import { type BackupScope, begunFor } from './observe.ts'
import type { PlanFacts } from './plans/plan.ts'
import type { Resource } from './plans/selection.ts'
import type { BackupState } from './read.ts'
import type { Ends, Heap, Heaps } from './stock.ts'

/** Their snapshots are seen by `rds` too, which knows of these which databases are gone, and how large they were. */
const DATABASES = new Set(['RDS', 'Aurora', 'Neptune', 'DocumentDB'])

export interface WasteOptions {
  /** Points of what has had no good one for so long protect nothing any more. */
  staleAfterMs: number
  /** Whether to count snapshots of databases here. */
  withDatabases: boolean
}

export interface Known {
  /** What has no recent point and is no longer backed up. */
  late: readonly string[]
  gone: ReadonlySet<string>
  plans: readonly PlanFacts[] | null
  /** Those of which tags are known. */
  ownerOf(arn: string): string | null
}

/**
 * What protects nothing, of what was read when all points were last read: points of resources that are gone, and lasting ones of
 * those of the region that are not known to be, when their newest is too old for their plan as well. Null: nothing was read.
 */
export function wasteIn(
  state: BackupState,
  known: Known,
  scope: BackupScope,
  { staleAfterMs, withDatabases }: WasteOptions,
): WasteMemory | null {
  if (state.wholeAt === null) return null
  const { now } = scope
  // the list of one resource does not say its type
  const listed = new Map(state.resources.map((one) => [one.arn, one]))
  const sum = new WasteSum()
  for (const arn of known.late) {
    const stock = state.stocks.byResource.get(arn)
    const { type = '', lastAt = null } = listed.get(arn) ?? {}
    if (!stock || (!withDatabases && DATABASES.has(type))) continue
    const found = (end: keyof Ends, judged?: Found['bound']) => sizesOf(type, stock[end], end, judged)
    const counted = { owner: known.ownerOf(arn), resources: 1 }
    if (known.gone.has(arn)) {
      const left = [found('lasting'), found('untold')].filter(({ points }) => points > 0)
      for (const [n, one] of left.entries())
        sum.add({ ...counted, kind: 'orphaned-recovery-points', ...one, resources: n === 0 ? 1 : 0 })
      const ending = found('ending')
      if (ending.points > 0) sum.add({ ...counted, kind: 'expiring-recovery-points', ...ending })
      continue
    }
    const lasting = found('lasting', 'at-most')
    const newestAt = Math.max(stock.newestAt, lastAt ?? 0)
    if (lasting.points === 0 || now - newestAt < staleAfterMs || !isHere(arn, scope)) continue
    const jobs = state.jobs.byResource.get(arn) ?? null
    const due = expectationOf(begunFor({ arn, jobs }, state, known.plans), known.plans, now)
    if (due?.threshold.kind === 'age' && now - newestAt < due.threshold.maxAgeMs) continue
    sum.add({ ...counted, kind: 'stale-recovery-points', ...lasting })
  }
  return sum.memory(state.wholeAt)
}

/** Of a copy from elsewhere nobody here can say what it is for. */
function isHere(arn: string, { region, account }: BackupScope): boolean {
  const [, , , ofRegion, ofAccount] = arn.split(':')
  return (!ofRegion || ofRegion === region) && (!ofAccount || ofAccount === account)
}

function sizesOf(
  type: string,
  { warm, cold }: Heaps,
  end: keyof Ends,
  // what will be deleted by itself, or may be kept on purpose, is not all in vain
  judged: Found['bound'] = end === 'lasting' ? 'exact' : 'at-most',
): Pick<Found, 'points' | 'unsized' | 'stored' | 'bound'> {
  const heaps = [[warm, 'warm'] as const, [cold, 'cold'] as const].filter(([{ sized }]) => sized > 0)
  const sizes = heaps.map(([heap, tier]) => ({
    ...sizeOf(type, tier, heap),
    points: heap.sized,
    in: storageOf(type, tier),
  }))
  const unsized = warm.unsized + cold.unsized
  return {
    points: sizes.reduce((sum, { points }) => sum + points, unsized),
    unsized,
    stored: new Map(sizes.map(({ points, bytes, in: storage }) => [storage, { points, bytes }])),
    bound: sizes.reduce((all, { bound }) => together(all, bound), judged),
  }
}

/** Backups of these are billed as their own snapshots. https://docs.aws.amazon.com/aws-backup/latest/devguide/metering-and-billing.html */
function storageOf(type: string, tier: 'warm' | 'cold'): Storage {
  if (type === 'EBS' || type === 'EC2') return tier === 'cold' ? 'ebs_archive' : 'ebs_snapshot'
  if (type === 'RDS') return 'rds_snapshot'
  return DATABASES.has(type) ? 'aurora_snapshot' : `${tier}:${type}`
}

/**
 * What so many points take, by what AWS says their sizes are: of volumes and instances that of the volume, of EFS what each has
 * added, of DynamoDB that of each, which is whole. Of others it is not said, and what is said may be too little.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupJob.html
 */
function sizeOf(type: string, tier: 'warm' | 'cold', heap: Heap): { bytes: number; bound: Found['bound'] } {
  const { sized, sumBytes, largestBytes } = heap
  switch (type) {
    case 'EFS':
      return { bytes: sumBytes, bound: 'at-least' }
    case 'DynamoDB':
      return { bytes: sumBytes, bound: 'exact' }
    case 'EBS':
    case 'EC2':
      // in the archive each is whole
      if (tier === 'cold') return { bytes: sumBytes, bound: 'at-most' }
      return { bytes: largestBytes, bound: sized > 1 ? 'about' : 'at-most' }
    default:
      return { bytes: largestBytes, bound: 'about' }
  }
}

/** The owners of what has tags, as far as they were read anyway. */
export function ownersIn(resources: readonly Resource[]): (arn: string) => string | null {
  const owners = new Map(
    resources.flatMap(({ arn, tags }) => {
      const owner = ownerOf(Object.entries(tags))
      return owner === null ? [] : [[arn, owner] as const]
    }),
  )
  return (arn) => owners.get(arn) ?? null
}
