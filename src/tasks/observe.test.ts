import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { instant } from '../domain/instant.ts'
import type { Observation } from '../domain/observation.ts'
import { silentLog } from '../lib/log.ts'
import type { PullSource } from '../sources/source.ts'
import { observe } from './observe.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('leaves a source behind that does not stop when its time is over', async () => {
  const stuck: PullSource = {
    type: 'stuck',
    defaultMaxAgeMs: 1,
    defaultEveryMs: 1,
    config: z.unknown(),
    scopes: () => [],
    permissions: () => [],
    async *scan(): AsyncIterable<Observation> {
      yield* await new Promise<Observation[]>(() => undefined)
    },
  }
  const limit = new AbortController()
  const looked = observe(stuck, { id: 'nas/main', source: 'nas', name: 'main' }, null, {
    now: instant(0),
    signal: limit.signal,
    log: silentLog,
    directory: '.',
    memory: null,
    remember: () => undefined,
  })
  const ended = vi.fn<() => void>()
  void looked.finally(ended)
  limit.abort()
  await vi.advanceTimersByTimeAsync(29_000)
  expect(ended).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2000)
  expect(ended).toHaveBeenCalled()
  expect(await looked).toMatchObject({ outcome: 'failed', fault: { kind: 'timeout' } })
})
