import { afterEach, expect, it } from 'vitest'
import type { FakeAwsOptions, FakeDatabase, FakeDbEvent, FakeDbSnapshot } from '../../../../test/fakes/aws-estate.ts'
import { at, HOUR, MINUTE, type RdsEstate, snap, startRds } from '../../../../test/fakes/rds-estate.ts'
import type { scanOf } from '../../../../test/fakes/scan.ts'

const estates: RdsEstate[] = []
afterEach(async () => {
  await Promise.all(estates.splice(0).map(({ server }) => server.stop()))
})

interface Region {
  databases: FakeDatabase[]
  clusters: FakeDatabase[]
  dbSnapshots: FakeDbSnapshot[]
  clusterSnapshots: FakeDbSnapshot[]
  dbEvents: FakeDbEvent[]
}

/** Three databases and a cluster, with as many snapshots as make listing them all dearer than asking what is new. */
function aRegion(): Region {
  const days = (name: string, count = 30) =>
    Array.from({ length: count }, (_, n) => snap(`rds:${name}-${n}`, name, (-3 - 24 * n) * HOUR))
  return {
    databases: [{ name: 'a' }, { name: 'b' }, { name: 'c', createdAt: at(-HOUR) }],
    clusters: [{ name: 'shop' }],
    dbSnapshots: [...days('a'), ...days('b'), ...days('gone', 230)],
    clusterSnapshots: [...days('shop'), ...days('gone', 230)],
    dbEvents: [],
  }
}

async function begin(region: Region, options: FakeAwsOptions = {}, context: Parameters<typeof scanOf>[2] = {}) {
  const estate = await startRds(region, options, { pitr: false }, context)
  estates.push(estate)
  return estate
}
const start = async (...given: Parameters<typeof begin>) => (await begin(...given)).look

const event = (of: string, ms: number, more: Partial<FakeDbEvent> = {}): FakeDbEvent => ({
  kind: 'db-snapshot',
  of,
  at: at(ms),
  ...more,
})
const QUIET = { DescribeDBInstances: 1, DescribeDBClusters: 1, DescribeEvents: 2 }

it('lists everything once, and then asks only what has happened', async () => {
  const region = aRegion()
  const look = await start(region)
  const first = await look(0)
  expect(first.good).toEqual({ a: 'rds:a-0', b: 'rds:b-0', c: '-', shop: 'rds:shop-0' })
  expect(first.asked).toEqual({
    DescribeDBInstances: 1,
    DescribeDBClusters: 1,
    DescribeDBSnapshots: 3,
    DescribeDBClusterSnapshots: 3,
  })
  expect((await look(15 * MINUTE)).asked).toEqual(QUIET)

  // an automated one, one of AWS Backup that is being made, one by hand of a cluster
  region.dbSnapshots.push(snap('rds:b-2026-11-20-12-16', 'b', 16 * MINUTE))
  region.dbSnapshots.push({ id: 'awsbackup:job-1', of: 'c', type: 'awsbackup', status: 'creating' })
  region.clusterSnapshots.push(snap('by-hand', 'shop', 17 * MINUTE, { type: 'manual' }))
  region.dbEvents.push(event('rds:b-2026-11-20-12-16', 20 * MINUTE), event('awsbackup:job-1', 21 * MINUTE))
  region.dbEvents.push(event('by-hand', 22 * MINUTE, { kind: 'db-cluster-snapshot', category: 'backup' }))
  const third = await look(30 * MINUTE)
  expect(third.good).toEqual({ a: 'rds:a-0', b: 'rds:b-2026-11-20-12-16', c: '-', shop: 'by-hand' })
  expect(third.points.filter(({ state }) => state === 'pending')).toHaveLength(1)
  expect(third.asked).toEqual({ ...QUIET, 'db-snapshot-id': 1, 'db-cluster-snapshot-id': 1 })

  // what is being made is asked for until it is done, with or without an event
  const made = region.dbSnapshots.at(-1)
  Object.assign(made ?? {}, { status: 'available', at: at(31 * MINUTE) })
  const fourth = await look(45 * MINUTE)
  expect(fourth.good).toMatchObject({ c: 'awsbackup:job-1' })
  expect(fourth.asked).toEqual({ ...QUIET, 'db-snapshot-id': 1 })
  expect((await look(60 * MINUTE)).asked).toEqual(QUIET)
})

it('of what an event says nothing is believed', async () => {
  const region = aRegion()
  const look = await start(region)
  await look(0)
  region.dbEvents.push(event('rds:a-0', MINUTE, { category: 'deletion' }), event('never-was', MINUTE))
  const second = await look(15 * MINUTE)
  expect(second.good).toMatchObject({ a: 'rds:a-0' })
  expect(second.asked).toEqual({ ...QUIET, 'db-snapshot-id': 1 })
})

it('what AWS itself tells of a snapshot has that one asked for, before the list of events has it', async () => {
  const region = aRegion()
  region.clusterSnapshots.push(snap('by-hand', 'shop', -HOUR, { type: 'manual' }))
  const { look, hear } = await begin(region)
  expect((await look(0)).good).toMatchObject({ shop: 'by-hand' })
  region.dbSnapshots.push(snap('rds:a-2026-11-20-12-01', 'a', MINUTE))
  region.clusterSnapshots.pop()
  await hear('RDS DB Snapshot Event', 'arn:aws:rds:eu-central-1:123456789012:snapshot:rds:a-2026-11-20-12-01')
  await hear('RDS DB Cluster Snapshot Event', 'arn:aws:rds:eu-central-1:123456789012:cluster-snapshot:by-hand')
  const second = await look(2 * MINUTE)
  expect(second.good).toMatchObject({ a: 'rds:a-2026-11-20-12-01', shop: 'rds:shop-0' })
  expect((await look(3 * MINUTE)).asked).toEqual(QUIET)
})

it('however many events tell of regions that nobody looks at, those of one that is looked at are heard', async () => {
  const region = aRegion()
  const { look, hear } = await begin(region)
  await look(0)
  const letters = 'abcdefghij'
  for (let n = 0; n < 1100; n++) {
    const name = String(n).replaceAll(/\d/g, (digit) => letters[Number(digit)] ?? '')
    await hear('RDS DB Snapshot Event', `arn:aws:rds:us-${name}-1:123456789012:snapshot:x`, `us-${name}-1`)
  }
  region.dbSnapshots.push(snap('rds:a-2026-11-20-12-01', 'a', MINUTE))
  await hear('RDS DB Snapshot Event', 'arn:aws:rds:eu-central-1:123456789012:snapshot:rds:a-2026-11-20-12-01')
  expect((await look(2 * MINUTE)).good).toMatchObject({ a: 'rds:a-2026-11-20-12-01' })
})

it('reads all of a database anew when its newest snapshot is gone', async () => {
  const region = aRegion()
  region.dbSnapshots.push(snap('by-hand', 'a', -HOUR, { type: 'manual' }))
  const look = await start(region)
  expect((await look(0)).good).toMatchObject({ a: 'by-hand' })
  region.dbSnapshots.pop()
  region.dbEvents.push(event('by-hand', MINUTE, { category: 'deletion' }))
  const second = await look(15 * MINUTE)
  expect(second.good).toMatchObject({ a: 'rds:a-0' })
  expect(second.asked).toEqual({ ...QUIET, 'db-snapshot-id': 1, 'dbi-resource-id': 1 })
})

it('sees within an hour that a snapshot by hand is gone, though no event tells that of a cluster', async () => {
  const region = aRegion()
  region.clusterSnapshots.push(snap('by-hand', 'shop', -HOUR, { type: 'manual' }))
  const look = await start(region)
  await look(0)
  region.clusterSnapshots.pop()
  expect((await look(45 * MINUTE)).good).toMatchObject({ shop: 'by-hand' })
  const later = await look(60 * MINUTE)
  expect(later.good).toMatchObject({ shop: 'rds:shop-0' })
  expect(later.asked).toEqual({ ...QUIET, 'db-cluster-snapshot-id': 1, 'db-cluster-id': 1 })
})

it('calls nothing stale because an event has not come: what should be there is asked for', async () => {
  const region = aRegion()
  const look = await start(region)
  await look(0)
  // its next one, a day after the last, and nobody tells
  region.dbSnapshots.push(snap('rds:a-2026-11-21-09-10', 'a', 21 * HOUR + 10 * MINUTE))
  expect((await look(21 * HOUR + 30 * MINUTE)).good).toMatchObject({ a: 'rds:a-0' })
  const asked = await look(22 * HOUR)
  expect(asked.good).toMatchObject({ a: 'rds:a-2026-11-21-09-10', b: 'rds:b-0' })
  // all that are due in one go
  expect(asked.asked).toEqual({ ...QUIET, 'dbi-resource-id': 1, 'db-cluster-id': 1 })
  expect((await look(22 * HOUR + 15 * MINUTE)).asked).toEqual(QUIET)
  // what is stale is asked for once an hour
  expect((await look(23 * HOUR)).asked).toMatchObject({ 'dbi-resource-id': 1 })
})

it('reads everything again once a day, and when the clock jumps back', async () => {
  const region = aRegion()
  const look = await start(region)
  await look(0)
  region.dbSnapshots = region.dbSnapshots.filter(({ of }) => of !== 'b')
  expect((await look(20 * HOUR)).good).toMatchObject({ b: 'rds:b-0' })
  const whole = await look(24 * HOUR)
  expect(whole.good).toMatchObject({ b: '-' })
  expect(whole.asked).toMatchObject({ DescribeDBSnapshots: 3, DescribeDBClusterSnapshots: 3 })
  expect((await look(23 * HOUR)).asked).toMatchObject({ DescribeDBSnapshots: 3 })
})

it('a database that is new, or renamed, is asked for by itself, with all the names that it had', async () => {
  const region = aRegion()
  const look = await start(region)
  await look(0)
  region.databases.push({ name: 'new', createdAt: at(10 * MINUTE) })
  region.dbSnapshots.push(snap('rds:new-2026-11-20-12-12', 'new', 12 * MINUTE))
  region.clusters = [{ name: 'store', resourceId: 'db-SHOP' }]
  region.clusterSnapshots.push(snap('final', 'store', 13 * MINUTE, { type: 'manual', resourceId: 'db-SHOP' }))
  region.dbEvents.push(event('final', 13 * MINUTE, { kind: 'db-cluster-snapshot' }))
  const second = await look(15 * MINUTE)
  expect(second.good).toMatchObject({ new: 'rds:new-2026-11-20-12-12', store: 'final' })
  expect(second.asked).toEqual({ ...QUIET, 'dbi-resource-id': 1, 'db-cluster-snapshot-id': 1, 'db-cluster-id': 1 })
  // its list is asked for by both of its names
  region.clusterSnapshots.pop()
  region.dbEvents.push(event('final', 20 * MINUTE, { kind: 'db-cluster-snapshot' }))
  expect((await look(30 * MINUTE)).good).toMatchObject({ store: 'rds:shop-0' })
  // and by one that is only just found
  region.clusters = [{ name: 'mall', resourceId: 'db-SHOP' }]
  region.clusterSnapshots = region.clusterSnapshots.filter(({ id }) => id !== 'rds:shop-0')
  region.clusterSnapshots.push(snap('between', 'store', 31 * MINUTE, { status: 'creating', resourceId: 'db-SHOP' }))
  for (const name of ['rds:shop-0', 'between'])
    region.dbEvents.push(event(name, 31 * MINUTE, { kind: 'db-cluster-snapshot' }))
  const last = await look(45 * MINUTE)
  expect(last.good).toMatchObject({ mall: 'rds:shop-1' })
  expect(last.points.map(({ state }) => state)).toContain('pending')
})

it('lists everything where that is not more: on one page, or when too much has happened', async () => {
  const region = aRegion()
  region.dbSnapshots.splice(100)
  const look = await start(region)
  await look(0)
  expect((await look(15 * MINUTE)).asked).toEqual({
    DescribeDBInstances: 1,
    DescribeDBClusters: 1,
    DescribeDBSnapshots: 1,
    DescribeEvents: 1,
  })
  for (let n = 0; n < 350; n++) region.dbEvents.push(event(`x${n}`, 20 * MINUTE, { kind: 'db-cluster-snapshot' }))
  expect((await look(30 * MINUTE)).asked).toMatchObject({ DescribeEvents: 4, DescribeDBClusterSnapshots: 3 })
})

it('without rds:DescribeEvents it lists everything once an hour, and says so once', async () => {
  const region = aRegion()
  const said: string[] = []
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, message: string) => void said.push(message) }
  const fault: FakeAwsOptions['fault'] = ({ action }) =>
    action === 'DescribeEvents'
      ? { code: 'AccessDenied', message: 'not authorized to perform: rds:DescribeEvents' }
      : undefined
  const look = await start(region, { fault }, { log })
  await look(0)
  expect((await look(15 * MINUTE)).end?.kind).toBe('scope-complete')
  region.dbSnapshots.push(snap('rds:a-2026-11-20-12-16', 'a', 16 * MINUTE))
  expect((await look(30 * MINUTE)).asked).toEqual({ DescribeDBInstances: 1, DescribeDBClusters: 1 })
  const whole = await look(60 * MINUTE)
  expect(whole.good).toMatchObject({ a: 'rds:a-2026-11-20-12-16' })
  expect(whole.asked).toEqual({
    DescribeDBInstances: 1,
    DescribeDBClusters: 1,
    DescribeDBSnapshots: 3,
    DescribeDBClusterSnapshots: 3,
  })
  // the permission may have been given meanwhile
  expect((await look(75 * MINUTE)).asked).toMatchObject({ DescribeEvents: 2 })
  expect(said).toHaveLength(2)
  expect(said[0]).toContain('allow rds:DescribeEvents')
})

it.each(['refused', 'ignored'] as const)('lists everything where filters are %s', async (dbFilters) => {
  const region = aRegion()
  const look = await start(region, { dbFilters })
  await look(0)
  region.dbSnapshots.push(snap('by-hand', 'a', MINUTE, { type: 'manual' }))
  region.dbEvents.push(event('by-hand', MINUTE))
  expect((await look(15 * MINUTE)).good).toMatchObject({ a: 'by-hand' })
  region.dbSnapshots.pop()
  const third = await look(30 * MINUTE)
  expect(third.good).toMatchObject({ a: 'rds:a-0' })
  expect(third.asked).not.toHaveProperty('db-snapshot-id')
})

it('that a database has no snapshots any more is believed of the list of all alone', async () => {
  const region = aRegion()
  const look = await start(region, { dbFilters: 'not by database' })
  await look(0)
  // the next is due, and its database is asked, by a filter that finds nothing
  const late = await look(22 * HOUR)
  expect(late.good).toMatchObject({ a: 'rds:a-0', shop: 'rds:shop-0' })
  expect(late.asked).toMatchObject({ DescribeDBSnapshots: 3, DescribeDBClusterSnapshots: 3 })
  expect((await look(22 * HOUR + 15 * MINUTE)).asked).toEqual(QUIET)
  // and where it is so, it is seen at once
  region.dbSnapshots = region.dbSnapshots.filter(({ of }) => of !== 'a')
  region.dbEvents.push(event('rds:a-0', 22.4 * HOUR, { category: 'deletion' }))
  expect((await look(22.5 * HOUR)).good).toMatchObject({ a: '-', b: 'rds:b-0' })
})

it('where automated snapshots are not found by name, their databases are asked', async () => {
  const region = aRegion()
  const look = await start(region, { dbFilters: 'not automated' })
  await look(0)
  for (const n of [1, 2]) {
    region.dbSnapshots.push(snap(`rds:a-2026-11-20-12-0${n}`, 'a', n * MINUTE))
    region.dbEvents.push(event(`rds:a-2026-11-20-12-0${n}`, n * 15 * MINUTE - MINUTE))
    const looked = await look(n * 15 * MINUTE)
    expect(looked.good).toMatchObject({ a: `rds:a-2026-11-20-12-0${n}` })
    expect(looked.asked).toEqual({ ...QUIET, 'dbi-resource-id': 1, ...(n === 1 && { 'db-snapshot-id': 1 }) })
  }
})

it('what fails half-way changes nothing: the next look goes on from before', async () => {
  const region = aRegion()
  let isCut = false
  const look = await start(region, {
    fault: ({ parameters }) => (isCut && parameters.has('Filters.Filter.1.Name') ? 'cut' : undefined),
  })
  await look(0)
  region.dbSnapshots.push(snap('by-hand', 'a', MINUTE, { type: 'manual' }))
  region.dbEvents.push(event('by-hand', MINUTE))
  isCut = true
  expect((await look(15 * MINUTE)).fault?.kind).toBe('network')
  isCut = false
  const third = await look(40 * MINUTE)
  expect(third.good).toMatchObject({ a: 'by-hand' })
  expect(third.asked).toEqual({ ...QUIET, 'db-snapshot-id': 1 })
})

it('Neptune and DocumentDB, whose snapshots have no resource id, go by name', async () => {
  const region = aRegion()
  region.clusters = [{ name: 'graph', engine: 'neptune' }]
  region.clusterSnapshots.push(
    ...Array.from({ length: 30 }, (_, n) => snap(`g${n}`, 'graph', (-3 - 24 * n) * HOUR, { resourceId: '' })),
  )
  const look = await start(region)
  expect((await look(0)).good).toMatchObject({ graph: 'g0' })
  // no event is documented for their automated ones
  region.clusterSnapshots.push(snap('g-new', 'graph', 21 * HOUR, { resourceId: '' }))
  const later = await look(22 * HOUR)
  expect(later.good).toMatchObject({ graph: 'g-new' })
  expect(later.asked).toMatchObject({ 'db-cluster-id': 1 })
})
