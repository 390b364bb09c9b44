import { expect, it } from 'vitest'
import { momentsOf } from './moments.ts'
import type { Newest, SnapshotFacts } from './snapshot.ts'
import type { VolumeFacts } from './volume.ts'

const NOON = Date.parse('2026-11-20T12:00:00Z')

const volume = (id: string, instance: string | null): VolumeFacts => ({
  id,
  name: id,
  tags: {},
  state: instance ? 'in-use' : 'available',
  attached: instance ? [{ instance, device: '' }] : [],
  bornAt: null,
})
const snapshot = (volume: string, seconds: number, state = 'completed'): SnapshotFacts => ({
  id: `snap-${volume}-${seconds}`,
  volume,
  state,
  message: null,
  startedAt: NOON + seconds * 1000,
  completedAt: null,
  sizeGib: 8,
  isArchived: false,
  fullBytes: null,
  owner: null,
  isOfImage: false,
  isOfBackup: false,
})

/** Seconds after noon of the newest completed snapshot, and of one that is being made. */
type Taken = Record<string, { done?: number; making?: number }>

function conditions(volumes: VolumeFacts[], taken: Taken) {
  const newestOf = (id: string): Newest | undefined => {
    const { done, making } = taken[id] ?? {}
    return {
      completed: done === undefined ? null : snapshot(id, done),
      other: making === undefined ? null : snapshot(id, making, 'pending'),
      failed: null,
    }
  }
  return [...momentsOf(volumes, newestOf)].map(([id, { outcome }]) => [id, outcome])
}

const pair = [volume('vol-b', 'i-1'), volume('vol-a', 'i-1')]

it.each([
  ['of one moment', pair, { 'vol-a': { done: 0 }, 'vol-b': { done: 3 } }, [['vol-a', 'pass']]],
  ['hours apart', pair, { 'vol-a': { done: 0 }, 'vol-b': { done: 7200 } }, [['vol-a', 'fail']]],
  [
    'of a set that is half done',
    pair,
    { 'vol-a': { done: 7200 }, 'vol-b': { done: 0, making: 7200 } },
    [['vol-a', 'unknown']],
  ],
  ['where one has none', pair, { 'vol-a': { done: 0 } }, []],
  [
    'of two instances',
    [volume('vol-a', 'i-1'), volume('vol-b', 'i-2')],
    { 'vol-a': { done: 0 }, 'vol-b': { done: 9e3 } },
    [],
  ],
  [
    'of no instance',
    [volume('vol-a', null), volume('vol-b', null)],
    { 'vol-a': { done: 0 }, 'vol-b': { done: 9e3 } },
    [],
  ],
])('snapshots %s', (_, volumes, taken: Taken, expected) => {
  expect(conditions(volumes, taken)).toEqual(expected)
})
