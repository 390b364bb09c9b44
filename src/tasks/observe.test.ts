import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { scanContext } from '../../test/fakes/scan.ts'
import { instant } from '../domain/instant.ts'
import type { Observation } from '../domain/observation.ts'
import type { PullSource } from '../sources/source.ts'
import { observe } from './observe.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const scope = { id: 'nas/main', source: 'nas', name: 'main' }

/** A source that says this. */
const saying = (scan: () => AsyncIterable<Observation>): PullSource => ({
  type: 'told',
  defaultMaxAgeMs: 1,
  defaultEveryMs: 1,
  config: z.unknown(),
  scopes: () => [],
  permissions: () => [],
  scan,
})

it('leaves a source behind that does not stop when its time is over', async () => {
  const stuck = saying(async function* () {
    yield* await new Promise<Observation[]>(() => undefined)
  })
  const limit = new AbortController()
  const looked = observe(stuck, scope, null, scanContext({ now: instant(0), signal: limit.signal }))
  const ended = vi.fn<() => void>()
  void looked.finally(ended)
  limit.abort()
  await vi.advanceTimersByTimeAsync(29_000)
  expect(ended).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2000)
  expect(ended).toHaveBeenCalled()
  expect(await looked).toMatchObject({ outcome: 'failed', fault: { kind: 'timeout' } })
})

it('sees the same in whatever order and however split a source tells of it', async () => {
  vi.useRealTimers()
  const point = fc.record({
    check: fc.integer({ min: 0, max: 3 }),
    at: fc.integer({ min: 0, max: 50 }),
    good: fc.boolean(),
  })
  const lookAt = async (points: { check: number; at: number; good: boolean; id: string }[]) => {
    const declared = new Set<number>()
    const seen: Observation[] = []
    for (const { check, at, good, id } of points) {
      const name = `nas/${check}`
      const resource = { id: name, name, provider: null, account: null, region: null, tags: {} }
      if (!declared.has(check)) seen.push({ kind: 'resource', check: name, type: 'told', resource })
      declared.add(check)
      const recoverableTo = instant(at)
      const state = good ? 'complete' : 'failed'
      seen.push({
        kind: 'recovery-point',
        point: { check: name, id, recoverableTo, completedAt: null, sizeBytes: 1, state, problem: null },
      })
    }
    const told = saying(async function* () {
      yield* seen
      yield { kind: 'scope-complete', scope: scope.id, points: 'all' }
    })
    const outlook = await observe(told, scope, null, scanContext({ now: instant(100) }))
    if (outlook.outcome === 'failed') throw new Error(outlook.fault.message)
    return new Map([...outlook.sightings].map(([id, { facts }]) => [id, facts]))
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(point, { maxLength: 30 }).chain((points) => {
        const named = points.map((each, index) => ({ ...each, id: `p${index}` }))
        return fc.tuple(fc.constant(named), fc.shuffledSubarray(named, { minLength: named.length }))
      }),
      async ([points, shuffled]) => {
        expect(await lookAt(shuffled)).toEqual(await lookAt(points))
      },
    ),
    { numRuns: 60 },
  )
})
