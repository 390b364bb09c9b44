import { expect, it } from 'vitest'
import { Chains, wasteOf } from './orphans.ts'
import type { SnapshotFacts } from './snapshot.ts'

const GIB = 2 ** 30
let count = 0
const snapshot = (volume: string, more: Partial<SnapshotFacts> = {}): SnapshotFacts => ({
  id: `snap-${++count}`,
  volume,
  state: 'completed',
  message: null,
  startedAt: count,
  completedAt: count,
  sizeGib: 100,
  fullBytes: 10 * GIB,
  owner: null,
  isArchived: false,
  isOfImage: false,
  ...more,
})

function waste(...snapshots: SnapshotFacts[]) {
  const chains = new Chains()
  for (const one of snapshots) chains.add(one)
  const orphans = chains.orphans((volume) => volume === 'vol-there')
  return { orphans, waste: wasteOf(orphans, 0, { account: '1', region: 'eu-central-1' }) }
}

it('takes of a chain at least its largest snapshot, and the archived ones whole', () => {
  const { waste: found } = waste(
    snapshot('vol-gone'),
    snapshot('vol-gone', { fullBytes: 30 * GIB }),
    snapshot('vol-gone', { isArchived: true }),
    snapshot('vol-gone', { isArchived: true }),
  )
  expect(found).toMatchObject([{ points: 4, resources: 1, bytes: 50 * GIB, bound: 'at-least' }])
  expect(found[0]?.usdPerMonth).toBeCloseTo(30 * 0.05 + 20 * 0.0125)
  expect(found[0]?.prices).toHaveLength(2)
})

it('takes the size of the volume where AWS does not know, and says so', () => {
  expect(waste(snapshot('vol-gone', { fullBytes: 0 })).waste).toMatchObject([{ bytes: 100 * GIB, bound: 'at-most' }])
})

it('leaves out what is there, what images are made of, copies without a volume, and what failed or is being made', () => {
  const { orphans, waste: found } = waste(
    snapshot('vol-there'),
    snapshot('vol-gone', { isOfImage: true }),
    snapshot('vol-ffffffff'),
    snapshot('vol-failed', { state: 'error' }),
  )
  expect(orphans).toMatchObject({ snapshots: 1, volumes: 1 })
  expect(found).toMatchObject([{ bytes: 0, usdPerMonth: 0 }])
})

it('goes by the owner of the newest snapshot that has one, the dearest first, and keeps to fifty names', () => {
  const { waste: found } = waste(
    snapshot('vol-a', { owner: 'old' }),
    snapshot('vol-a', { owner: 'dba' }),
    snapshot('vol-a'),
    snapshot('vol-b', { fullBytes: 99 * GIB }),
  )
  expect(found.map(({ owner }) => owner)).toEqual([null, 'dba'])
  const many = waste(...Array.from({ length: 80 }, (_, n) => snapshot(`vol-${n}`, { owner: `team-${n}` }))).waste
  expect(many).toHaveLength(51)
  expect(many.reduce((sum, { resources }) => sum + resources, 0)).toBe(80)
})
