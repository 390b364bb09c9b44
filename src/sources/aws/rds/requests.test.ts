import { afterEach, expect, it } from 'vitest'
import { MINUTE, plantRds, type RdsEstate, startRds } from '../../../../test/fakes/rds-estate.ts'

const estates: RdsEstate[] = []
afterEach(async () => {
  await Promise.all(estates.splice(0).map(({ server }) => server.stop()))
})

it.each([
  // listed: a page for every 100 databases, clusters, and snapshots
  {
    databases: 250,
    snapshots: 1030,
    first: { DescribeDBInstances: 3, DescribeDBClusters: 1, DescribeDBSnapshots: 11 },
    quiet: { DescribeDBInstances: 3, DescribeDBClusters: 1, DescribeEvents: 1 },
    busy: { DescribeDBInstances: 3, DescribeDBClusters: 1, DescribeEvents: 1, 'db-snapshot-id': 1 },
    made: 3,
  },
  {
    // bench/aws-rds.ts has 350,000 of them: the first look grows with them, no other does
    databases: 10_000,
    snapshots: 30_000,
    first: { DescribeDBInstances: 100, DescribeDBClusters: 1, DescribeDBSnapshots: 300 },
    quiet: { DescribeDBInstances: 100, DescribeDBClusters: 1, DescribeEvents: 1 },
    // two events each, and the snapshots that they name: 100 a request
    busy: { DescribeDBInstances: 100, DescribeDBClusters: 1, DescribeEvents: 3, 'db-snapshot-id': 2 },
    made: 104,
  },
])(
  'of $databases databases with $snapshots snapshots only what has happened is asked for',
  async (expected) => {
    const { region, pass } = plantRds(expected.databases, expected.snapshots)
    const estate = await startRds(region, {}, { pitr: false }, { signal: AbortSignal.timeout(120_000) })
    estates.push(estate)
    const first = await estate.look(0)
    expect(first.asked).toEqual(expected.first)
    const names = Array.from({ length: expected.databases }, (_, n) => `db${n}`)
    const newest = Object.fromEntries(names.map((name) => [name, `rds:${name}-0`]))
    expect(first.good).toEqual(newest)
    expect((await estate.look(15 * MINUTE)).asked).toEqual(expected.quiet)
    const made = pass(15 * MINUTE, 30 * MINUTE)
    expect(made).toHaveLength(expected.made)
    const busy = await estate.look(30 * MINUTE)
    expect(busy.asked).toEqual(expected.busy)
    expect(busy.good).toEqual({ ...newest, ...Object.fromEntries(made.map((name) => [name, `rds:${name}-new`])) })
  },
  120_000,
)
