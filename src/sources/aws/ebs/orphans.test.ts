import { expect, it } from 'vitest'
import { wasteOf } from '../waste.ts'
import { Chains } from './orphans.ts'
import { NewestSnapshots, type SnapshotFacts } from './snapshot.ts'
import type { VolumeFacts } from './volume.ts'

const GIB = 2 ** 30
const DAY = 86_400_000
const now = 1000 * DAY
let count = 0
const snapshot = (volume: string, more: Partial<SnapshotFacts> = {}): SnapshotFacts => ({
  id: `snap-${++count}`,
  volume,
  state: 'completed',
  message: null,
  startedAt: now - 100 * DAY + count,
  completedAt: count,
  sizeGib: 100,
  fullBytes: 10 * GIB,
  owner: null,
  isArchived: false,
  isOfImage: false,
  isOfBackup: false,
  ...more,
})
const volume = (id: string, tags: Record<string, string> = {}): VolumeFacts => ({
  id,
  name: id,
  tags,
  state: 'in-use',
  attached: [],
  bornAt: 0,
})

function waste(snapshots: readonly SnapshotFacts[], { withBackup = true, staleAfterMs = 1000 * DAY, tags = {} } = {}) {
  const chains = new Chains({ withBackup })
  const newest = new NewestSnapshots()
  for (const one of snapshots) {
    chains.add(one)
    newest.add(one)
  }
  const isFresh = (id: string) => (newest.byVolume.get(id)?.completed?.startedAt ?? 0) >= now - staleAfterMs
  const volumes = new Map([['vol-there', volume('vol-there', tags)]])
  const memory = { waste: JSON.parse(JSON.stringify(chains.waste({ volumes, now, isFresh }))) }
  return wasteOf(memory, { account: '1', region: 'us-east-1' }, undefined)
}

it('takes of a chain at least its largest snapshot, and the archived ones whole', () => {
  const found = waste([
    snapshot('vol-gone'),
    snapshot('vol-gone', { fullBytes: 30 * GIB }),
    snapshot('vol-gone', { isArchived: true }),
    snapshot('vol-gone', { isArchived: true }),
  ])
  expect(found).toMatchObject([
    { kind: 'orphaned-snapshots', points: 4, resources: 1, bytes: 50 * GIB, bound: 'at-least', asOf: now },
  ])
  expect(found[0]?.usdPerMonth).toBeCloseTo(30 * 0.05 + 20 * 0.0125)
  expect(found[0]?.prices.map(({ what }) => what)).toEqual(['EBS snapshots', 'EBS snapshots in the archive'])
})

it('takes the size of the volume where AWS does not know: at most of one, and about of several', () => {
  const guess = { fullBytes: 0 }
  expect(waste([snapshot('vol-gone', guess)])).toMatchObject([{ bytes: 100 * GIB, bound: 'at-most' }])
  expect(waste([snapshot('vol-gone', guess), snapshot('vol-gone')])).toMatchObject([{ bound: 'about' }])
  expect(waste([snapshot('vol-gone', guess), snapshot('vol-b'), snapshot('vol-b')])).toMatchObject([
    { bytes: 110 * GIB, bound: 'about' },
  ])
  const unknown = waste([snapshot('vol-gone', { fullBytes: null, sizeGib: null }), snapshot('vol-b')])
  expect(unknown).toMatchObject([{ unpriced: 1, bytes: 10 * GIB, bound: 'about' }])
})

it('leaves out what is there, what images are made of, copies without a volume, and what failed or is being made', () => {
  const found = waste([
    snapshot('vol-there'),
    snapshot('vol-gone', { isOfImage: true }),
    snapshot('vol-ffffffff'),
    snapshot('vol-failed', { state: 'error' }),
  ])
  expect(found).toMatchObject([{ points: 1, resources: 1, bytes: 0, usdPerMonth: 0 }])
})

it('leaves what AWS Backup made to AWS Backup, where that is looked at', () => {
  const snapshots = [snapshot('vol-gone'), snapshot('vol-gone', { isOfBackup: true })]
  expect(waste(snapshots)).toMatchObject([{ points: 2, resources: 1 }])
  expect(waste(snapshots, { withBackup: false })).toMatchObject([{ points: 1, resources: 1 }])
})

it('tells what is left of a volume that is there, and has had no good snapshot for long', () => {
  const old = [snapshot('vol-there', { owner: 'dba' }), snapshot('vol-there', { fullBytes: 30 * GIB })]
  const late = { staleAfterMs: 90 * DAY }
  // kept on purpose or not: of one that is stale it is never said that so much at least is in vain
  expect(waste(old, late)).toMatchObject([
    { kind: 'stale-snapshots', owner: 'dba', points: 2, resources: 1, bytes: 30 * GIB, bound: 'about' },
  ])
  expect(waste(old.slice(0, 1), late)).toMatchObject([{ points: 1, bound: 'at-most' }])
  expect(waste(old, { ...late, tags: { Owner: 'web' } })).toMatchObject([{ owner: 'web' }])
  expect(waste(old, { staleAfterMs: 101 * DAY })).toEqual([])
})

it.each([
  ['a good one since, of an image', snapshot('vol-there', { startedAt: now - 89 * DAY, isOfImage: true })],
  ['a good one since, of AWS Backup', snapshot('vol-there', { startedAt: now - 89 * DAY, isOfBackup: true })],
])('%s makes a chain whole', (_, since) => {
  expect(waste([snapshot('vol-there'), since], { staleAfterMs: 90 * DAY })).toEqual([])
})

it('takes neither what was archived nor what AWS Backup keeps for stale, nor what failed for good', () => {
  const late = { staleAfterMs: 90 * DAY }
  expect(waste([snapshot('vol-there', { isArchived: true })], late)).toEqual([])
  expect(waste([snapshot('vol-there', { isOfBackup: true })], late)).toEqual([])
  const failed = snapshot('vol-there', { state: 'error', startedAt: now })
  expect(waste([snapshot('vol-there'), failed], late)).toMatchObject([{ points: 1 }])
})

it('goes by the owner of the newest snapshot that has one, and keeps to fifty names', () => {
  const found = waste([
    snapshot('vol-a', { owner: 'old' }),
    snapshot('vol-a', { owner: 'dba' }),
    snapshot('vol-a'),
    snapshot('vol-b', { fullBytes: 99 * GIB }),
  ])
  expect(new Map(found.map(({ owner, bytes }) => [owner, bytes / GIB]))).toEqual(
    new Map([
      [null, 99],
      ['dba', 10],
    ]),
  )
  const many = waste(Array.from({ length: 80 }, (_, n) => snapshot(`vol-${n}`, { owner: `team-${n}` })))
  expect(many).toHaveLength(51)
  expect(many.reduce((sum, { resources }) => sum + resources, 0)).toBe(80)
})
