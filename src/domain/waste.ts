import type { Instant } from './instant.ts'

/**
 * orphaned-…: of what is gone. stale-…: of what is not known to be gone, and has had no good backup for so long that its old
 * ones protect nothing as it is now; they may be kept on purpose. expiring-…: of what is gone, but they will be deleted by themselves.
 */
export const WASTE_KINDS = [
  'orphaned-snapshots',
  'stale-snapshots',
  'orphaned-db-snapshots',
  'orphaned-recovery-points',
  'expiring-recovery-points',
  'stale-recovery-points',
] as const
export type WasteKind = (typeof WASTE_KINDS)[number]

/** What one gibibyte costs for a month, and who says so. */
export interface StoragePrice {
  /** "EBS snapshots". */
  what: string
  usdPerGibMonth: number
  /** Whose price it is, and it may stand in for another's; null: it is meant for every region. */
  region: string | null
  /** "Amazon EBS User Guide, read 2026-11-21": prices change, and differ between regions. */
  from: string
}

export const WASTE_BOUNDS = ['at-least', 'at-most', 'about'] as const
/** at-least: more comes on top. at-most: some of it may not be paid for, or not in vain. about: both, or an estimate. */
export type WasteBound = (typeof WASTE_BOUNDS)[number]

/** What is paid for backups that protect nothing any more: an estimate, since only the bill knows. */
export interface Waste {
  kind: WasteKind
  /** Who is to be asked, by a tag; null: nobody says. */
  owner: string | null
  account: string | null
  region: string | null
  /** Backups, and the resources that they are of. */
  points: number
  resources: number
  /** Points whose size or price nobody says: they are not in the sum. */
  unpriced: number
  bytes: number
  bound: WasteBound
  usdPerMonth: number
  prices: readonly StoragePrice[]
  asOf: Instant
}

/** What may be said of a sum of such: at least and at most do not add up to either. */
export function boundOf(bounds: Iterable<WasteBound>): WasteBound {
  const [first, ...others] = new Set(bounds)
  return first === undefined || others.length > 0 ? 'about' : first
}
