import type { Instant } from './instant.ts'

/** What one gibibyte costs for a month, and who says so. */
export interface StoragePrice {
  usdPerGibMonth: number
  /** "Amazon EBS User Guide, read 2026-11-21": prices change, and differ between regions. */
  from: string
}

/** What is paid for backups that protect nothing any more: an estimate, since only the bill knows. */
export interface Waste {
  /** orphaned-snapshots: of volumes that are gone. */
  kind: 'orphaned-snapshots'
  /** Who is to be asked, by a tag; null: nobody says. */
  owner: string | null
  account: string | null
  region: string | null
  /** Backups, and the resources that they are of. */
  points: number
  resources: number
  bytes: number
  /** at-least: what differs between backups comes on top. at-most: only the size of the resource is known. */
  bound: 'at-least' | 'at-most'
  usdPerMonth: number
  prices: readonly StoragePrice[]
  asOf: Instant
}
