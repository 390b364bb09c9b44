import { expect, it } from 'vitest'
import { awsConfig } from './config.ts'
import { priceOf } from './prices.ts'
import { wasteOf } from './waste.ts'

const GIB = 2 ** 30
const prices = (written: object) => awsConfig.parse({ prices: written }).prices

it('knows the price of a region, or says whose stands in', () => {
  expect(priceOf('ebs_snapshot', 'eu-central-1', undefined)).toMatchObject({
    usdPerGibMonth: 0.054,
    region: 'eu-central-1',
    from: expect.stringMatching(/^AWS Price List \(EUC1-EBS:SnapshotUsage\), read \d{4}-\d\d-\d\d$/),
  })
  expect(priceOf('ebs_snapshot', 'mars-north-1', undefined)).toMatchObject({
    usdPerGibMonth: 0.05,
    region: 'us-east-1',
  })
  expect(priceOf('warm:S3', 'us-east-1', undefined)).toBeNull()
  expect(priceOf('warm:constructor', 'us-east-1', prices({ backup_warm_gib_month: {} }))).toBeNull()
})

it('goes by what the configuration says, of a region first', () => {
  const own = prices({
    ebs_snapshot_gib_month: 0.04,
    ebs_archive_gib_month: 0,
    rds_snapshot_gib_month: 0.08,
    aurora_snapshot_gib_month: 0.02,
    backup_warm_gib_month: { S3: 0.03 },
    backup_cold_gib_month: { EFS: 0.009 },
    regions: { 'sa-east-1': { ebs_snapshot_gib_month: 0.06 } },
  })
  const asked = ['ebs_snapshot', 'ebs_archive', 'rds_snapshot', 'aurora_snapshot', 'warm:S3', 'cold:EFS']
  expect(asked.map((storage) => priceOf(storage, 'eu-west-1', own)?.usdPerGibMonth)).toEqual([
    0.04, 0, 0.08, 0.02, 0.03, 0.009,
  ])
  expect(priceOf('ebs_snapshot', 'eu-west-1', own)).toMatchObject({ region: null, from: 'your configuration' })
  expect(priceOf('ebs_snapshot', 'sa-east-1', own)).toMatchObject({ usdPerGibMonth: 0.06, region: 'sa-east-1' })
  expect(priceOf('warm:EFS', 'us-east-1', own)).toMatchObject({ usdPerGibMonth: 0.05, region: 'us-east-1' })
})

it.each([
  { ebs_snapshot_gib_month: -1 },
  { gold: 1 },
  { regions: { everywhere: {} } },
  { backup_warm_gib_month: 0.05 },
])('refuses %j', (written) => {
  expect(awsConfig.safeParse({ prices: written }).success).toBe(false)
})

const row = { kind: 'orphaned-recovery-points', owner: null, resources: 1, points: 3, unsized: 0, bound: 'at-least' }
const waste = (region: string, stored: object, more: object = {}) =>
  wasteOf({ waste: { at: 0, rows: [{ ...row, stored, ...more }] } }, { account: null, region }, undefined)

it("says of a sum by another region's price, or without some price, that it is an estimate", () => {
  const ebs = { ebs_snapshot: { points: 3, bytes: 10 * GIB } }
  expect(waste('us-east-1', ebs)).toMatchObject([{ bound: 'at-least', usdPerMonth: 0.5, unpriced: 0 }])
  expect(waste('sa-east-1', ebs)).toMatchObject([{ bound: 'about', usdPerMonth: 0.5 }])
  const s3 = { ...ebs, 'warm:S3': { points: 2, bytes: GIB } }
  expect(waste('us-east-1', s3)).toMatchObject([{ bound: 'at-least', usdPerMonth: 0.5, unpriced: 2, bytes: 11 * GIB }])
  expect(waste('us-east-1', s3, { bound: 'at-most' })).toMatchObject([{ bound: 'about' }])
  expect(waste('us-east-1', ebs, { bound: 'exact' })).toMatchObject([{ bound: 'about' }])
})

it('what a look did not remember, or not so, is nothing', () => {
  const where = { account: null, region: 'us-east-1' }
  for (const memory of [null, {}, { waste: null }, { waste: { at: 0, rows: [{ ...row, kind: 'gold', stored: {} }] } }])
    expect(wasteOf(memory, where, undefined)).toEqual([])
})
