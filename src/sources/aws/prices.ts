import { z } from 'zod'
import type { StoragePrice } from '../../domain/waste.ts'

/** A kind of storage that has a price of its own: backups in AWS Backup by their type, "warm:EFS". */
export type Storage =
  | 'ebs_snapshot'
  | 'ebs_archive'
  | 'rds_snapshot'
  | 'aurora_snapshot'
  | `${'warm' | 'cold'}:${string}`

const price = () => z.number().min(0).max(1000).optional()
const byType = () =>
  z.record(z.string().regex(/^[\w .-]{1,50}$/, 'not a type of AWS Backup: EFS, DynamoDB, S3, ...'), price()).optional()

const fields = {
  ebs_snapshot_gib_month: price().describe('EBS snapshots'),
  ebs_archive_gib_month: price().describe('EBS snapshots in the archive'),
  rds_snapshot_gib_month: price().describe('Snapshots of databases, but Aurora, Neptune and DocumentDB'),
  aurora_snapshot_gib_month: price().describe('Snapshots of clusters of Aurora, Neptune and DocumentDB'),
  backup_warm_gib_month: byType().describe('Recovery points in warm storage, by type: { EFS: 0.05 }'),
  backup_cold_gib_month: byType().describe('Recovery points in cold storage, by type: { EFS: 0.01 }'),
}

export const pricesConfig = z.strictObject({
  ...fields,
  regions: z
    .record(z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/, 'not a region'), z.strictObject(fields))
    .optional()
    .describe('Other prices in some regions'),
})
export type PricesConfig = z.output<typeof pricesConfig>

/**
 * List prices, read on READ_ON. The pages of prices themselves (https://aws.amazon.com/ebs/pricing/,
 * https://aws.amazon.com/rds/pricing/, https://aws.amazon.com/backup/pricing/) show them by script only; what is marked as the
 * AWS Price List is a row of it (by its usage type), as public sources quote it. What was not found anywhere is not here.
 */
const READ_ON = '2026-11-21'
const read = (source: string) => `${source}, read ${READ_ON}`
const listed = (usageType: string) => read(`AWS Price List (${usageType})`)
/** https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive-pricing.html, which names no region: it is the first one's. */
const GUIDE = read('Amazon EBS User Guide')

/** The first region of each stands in for those that are not there. */
const TABLE: Readonly<
  Record<string, { what: string; regions: Readonly<Record<string, [usd: number, from: string]>> }>
> = {
  ebs_snapshot: {
    what: 'EBS snapshots',
    regions: {
      'us-east-1': [0.05, GUIDE],
      'us-west-1': [0.055, listed('USW1-EBS:SnapshotUsage, as of 2023-08-01')],
      'eu-central-1': [0.054, listed('EUC1-EBS:SnapshotUsage')],
      'eu-west-2': [0.053, listed('EUW2-EBS:SnapshotUsage')],
      'ap-northeast-2': [0.05, listed('APN2-EBS:SnapshotUsage')],
    },
  },
  ebs_archive: {
    what: 'EBS snapshots in the archive',
    regions: {
      'us-east-1': [0.0125, GUIDE],
      'eu-west-2': [0.01325, listed('EUW2-EBS:SnapshotArchiveStorage')],
      'ap-northeast-2': [0.0125, listed('APN2-EBS:SnapshotArchiveStorage')],
    },
  },
  rds_snapshot: {
    what: 'RDS snapshots',
    regions: {
      'us-east-1': [0.095, listed('RDS:ChargedBackupUsage, as of 2026-08-12')],
      'ap-northeast-2': [0.095, listed('APN2-RDS:ChargedBackupUsage')],
    },
  },
  aurora_snapshot: {
    what: 'Aurora snapshots',
    regions: {
      'us-east-1': [0.021, listed('Aurora:BackupUsage')],
      'us-west-2': [0.021, listed('USW2-Aurora:BackupUsage')],
      'eu-west-1': [0.021, listed('EU-Aurora:BackupUsage')],
      'ap-northeast-2': [0.023, listed('APN2-Aurora:BackupUsage')],
    },
  },
  'warm:EFS': {
    what: 'EFS backups, warm',
    regions: { 'us-east-1': [0.05, read('AWS Backup pricing as quoted by others')] },
  },
  'cold:EFS': {
    what: 'EFS backups, cold',
    regions: { 'us-east-1': [0.01, read('AWS Backup pricing as quoted by others')] },
  },
  'warm:DynamoDB': {
    what: 'DynamoDB backups, warm',
    regions: { 'us-east-2': [0.1, listed('Amazon DynamoDB On-Demand Backup Storage')] },
  },
}

/** What a GiB of it costs here: as configured, else by list; null: nobody says. */
export function priceOf(storage: string, region: string, own: PricesConfig | undefined): StoragePrice | null {
  const [tier, type] = storage.split(':')
  const entry = Object.hasOwn(TABLE, storage) ? TABLE[storage] : undefined
  const what = entry?.what ?? (type === undefined ? storage : `${type} backups, ${tier}`)
  const ofRegion = own?.regions
  const configured = ofRegion && Object.hasOwn(ofRegion, region) ? ownPrice(ofRegion[region], storage) : undefined
  if (configured !== undefined) return { what, usdPerGibMonth: configured, region, from: YOURS }
  const general = ownPrice(own, storage)
  if (general !== undefined) return { what, usdPerGibMonth: general, region: null, from: YOURS }
  if (!entry) return null
  const [first] = Object.keys(entry.regions)
  const whose = Object.hasOwn(entry.regions, region) ? region : first
  const found = whose === undefined ? undefined : entry.regions[whose]
  if (whose === undefined || !found) return null
  return { what, usdPerGibMonth: found[0], region: whose, from: found[1] }
}

const YOURS = 'your configuration'

function ownPrice(own: Omit<PricesConfig, 'regions'> | undefined, storage: string): number | undefined {
  if (!own) return undefined
  switch (storage) {
    case 'ebs_snapshot':
      return own.ebs_snapshot_gib_month
    case 'ebs_archive':
      return own.ebs_archive_gib_month
    case 'rds_snapshot':
      return own.rds_snapshot_gib_month
    case 'aurora_snapshot':
      return own.aurora_snapshot_gib_month
  }
  const [tier, type = ''] = storage.split(':')
  const prices = tier === 'warm' ? own.backup_warm_gib_month : own.backup_cold_gib_month
  return prices && Object.hasOwn(prices, type) ? prices[type] : undefined
}
