import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { instant } from '../../src/domain/instant.ts'
import { openSqliteStore } from '../../src/store/dialects/sqlite.ts'
import { run } from '../fakes/program.ts'
import { Workshop } from '../fakes/workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop[Symbol.asyncDispose]())

const GIB = 2 ** 30
const at = instant(Date.parse('2026-11-20T12:00:00Z'))
const owned = (owner: string | null, standardGib: number, archivedGib: number, more: object = {}) => ({
  kind: 'orphaned-snapshots',
  owner,
  resources: 1,
  points: 3,
  unsized: 0,
  stored: {
    ebs_snapshot: { points: 2, bytes: standardGib * GIB },
    ebs_archive: { points: 1, bytes: archivedGib * GIB },
  },
  bound: 'at-least',
  ...more,
})

/** An instance whose last look at EBS has remembered this. */
async function instance(name: string, rows: object[], prices = ''): Promise<string> {
  const cwd = workshop.folder(
    name,
    `sources: { prod: { type: aws, role_arn: "arn:aws:iam::123456789012:role/read", regions: [us-east-1], checks: { ebs: {} }${prices} } }\n`,
  )
  mkdirSync(join(cwd, 'data'))
  const store = await openSqliteStore({ path: join(cwd, 'data/backproof.db') })
  const scope = { id: 'prod/ebs:us-east-1', source: 'prod', name: 'ebs:us-east-1' }
  await store.write(async (tx) => {
    await tx.declareScopes([scope], ['prod'], at)
    const lease = await tx.claimScope('test', at, 60_000)
    if (!lease) throw new Error('nothing is due')
    const memory = { since: at, fullAt: at, hasWindow: true, waste: { at, rows } }
    await tx.finishLook(lease, { at, status: 'complete', tookMs: 1, fault: null, failures: 0, nextLookAt: at, memory })
  })
  await store.close()
  return cwd
}

it('says what is paid for what protects nothing, by kind and owner, with the prices and where they are from', async () => {
  const stale = { kind: 'stale-snapshots', bound: 'at-most', unsized: 1 }
  const cwd = await instance('orphans', [owned('dba', 200, 100), owned(null, 40, 0, stale)])
  const table = await run(['cost'], { cwd })
  expect([table.status, table.stderr]).toEqual([0, ''])
  expect(table.stdout).toMatch(
    /^>= 11\.25 +dba +prod +123456789012 us-east-1 +3 snapshots of volumes that are gone \(1\), 300 GiB$/m,
  )
  expect(table.stdout).toMatch(
    /^~ 2\.00 +- +prod .* 3 snapshots of volumes that have had no good one for long .*; 1 of unknown size or price are not in the sum$/m,
  )
  expect(table.stdout).toContain('About 13.25 USD a month in all')
  expect(table.stdout).toMatch(
    /^- 0\.05 for EBS snapshots in us-east-1 \(Amazon EBS User Guide, read 20\d\d-\d\d-\d\d\)$/m,
  )
  const json = JSON.parse((await run(['cost', '--format', 'json'], { cwd })).stdout)
  expect(json).toMatchObject({
    usd_per_month: 13.25,
    bound: 'about',
    prices: [{ what: 'EBS snapshots', usd_per_gib_month: 0.05, region: 'us-east-1', stands_in_for: [] }, {}],
    items: [
      {
        owner: 'dba',
        kind: 'orphaned-snapshots',
        points: 3,
        resources: 1,
        unpriced: 0,
        bound: 'at-least',
        as_of: '2026-11-20T12:00:00Z',
      },
      { owner: null, kind: 'stale-snapshots', bound: 'about', unpriced: 1, usd_per_month: 2 },
    ],
  })
})

it('a sum of what is all at least so much is at least that, by the prices that the configuration has', async () => {
  const prices = ', prices: { ebs_snapshot_gib_month: 0.01, ebs_archive_gib_month: 0 }'
  const cwd = await instance('own', [owned('dba', 200, 100), owned(null, 40, 0)], prices)
  const { stdout } = await run(['cost'], { cwd })
  expect(stdout).toContain('At least 2.40 USD a month in all')
  expect(stdout).toContain('- 0.01 for EBS snapshots (your configuration)')
})

it('says so where nobody knows a price', async () => {
  const cwd = await instance('unpriced', [owned(null, 0, 0, { stored: { 'warm:S3': { points: 3, bytes: GIB } } })])
  const { stdout } = await run(['cost'], { cwd })
  expect(stdout).toMatch(/^\? +- +prod .*3 of unknown size or price are not in the sum$/m)
  expect(stdout).toContain('What they cost is not known')
})

it('says so where nothing is known', async () => {
  const { stdout, status } = await run(['cost'], { cwd: await instance('none', []) })
  expect([status, stdout]).toEqual([0, 'Nothing is known to be paid for in vain.\n'])
})
