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
const owned = (owner: string | null, standardGib: number, archivedGib: number, isGuess: boolean) => ({
  owner,
  volumes: 1,
  snapshots: 3,
  standardBytes: standardGib * GIB,
  archivedBytes: archivedGib * GIB,
  isGuess,
})

/** An instance whose last look at EBS has remembered this. */
async function instance(name: string, orphans: object | null): Promise<string> {
  const cwd = workshop.folder(
    name,
    'sources: { prod: { type: aws, role_arn: "arn:aws:iam::123456789012:role/read", regions: [eu-central-1], checks: { ebs: {} } } }\n',
  )
  mkdirSync(join(cwd, 'data'))
  const store = await openSqliteStore({ path: join(cwd, 'data/backproof.db') })
  const scope = { id: 'prod/ebs:eu-central-1', source: 'prod', name: 'ebs:eu-central-1' }
  await store.write(async (tx) => {
    await tx.declareScopes([scope], ['prod'], at)
    const lease = await tx.claimScope('test', at, 60_000)
    if (!lease) throw new Error('nothing is due')
    const memory = { since: at, fullAt: at, hasWindow: true, orphans }
    await tx.finishLook(lease, { at, status: 'complete', tookMs: 1, fault: null, failures: 0, nextLookAt: at, memory })
  })
  await store.close()
  return cwd
}

it('says what is paid for snapshots of volumes that are gone, by owner, with the prices and where they are from', async () => {
  const orphans = { snapshots: 6, volumes: 2, owners: [owned('dba', 200, 100, false), owned(null, 40, 0, true)] }
  const cwd = await instance('orphans', orphans)
  const table = await run(['cost'], { cwd })
  expect([table.status, table.stderr]).toEqual([0, ''])
  expect(table.stdout).toMatch(
    /^>= 11\.25 +dba +prod +123456789012 eu-central-1 +3 snapshots of volumes that are gone/m,
  )
  expect(table.stdout).toMatch(/^<= 2\.00 +- +prod/m)
  expect(table.stdout).toContain('About 13.25 USD a month in all.')
  expect(table.stdout).toMatch(/0\.05 \(Amazon EBS User Guide, read 20\d\d-\d\d-\d\d\)/)
  const json = JSON.parse((await run(['cost', '--format', 'json'], { cwd })).stdout)
  expect(json).toMatchObject({
    usd_per_month: 13.25,
    items: [
      {
        owner: 'dba',
        kind: 'orphaned-snapshots',
        points: 3,
        resources: 1,
        bound: 'at-least',
        as_of: '2026-11-20T12:00:00Z',
      },
      { owner: null, bound: 'at-most', usd_per_month: 2 },
    ],
  })
})

it('says so where nothing is known', async () => {
  const { stdout, status } = await run(['cost'], { cwd: await instance('none', null) })
  expect([status, stdout]).toEqual([0, 'Nothing is known to be paid for in vain.\n'])
})
