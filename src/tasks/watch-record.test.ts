import { expect, test } from 'vitest'
import { anInstance, HOUR, START } from '../../test/fakes/estate-instance.ts'
import { instant, plus } from '../domain/instant.ts'
import type { WatchRecord } from '../domain/watch-record.ts'
import { upkeep } from '../jobs/upkeep-loop.ts'
import { pauseBetweenRuns, readWatchRecord, watched } from './watch-record.ts'

const at = (minutes: number) => instant(START + minutes * 60_000)
const none: WatchRecord = { spans: [], prunedBefore: null }

test('signs of life within five minutes are one span, later ones another', () => {
  const record = [0, 1, 2, 7, 13].reduce((so, minutes) => watched(so, at(minutes)), none)
  expect(record.spans).toEqual([
    { from: at(0), to: at(7) },
    { from: at(13), to: at(13) },
  ])
})

test('what lies in the future is of a clock that was wrong', () => {
  const record = [0, 1, 600, 601, 2, 3].reduce((so, minutes) => watched(so, at(minutes)), none)
  expect(record.spans).toEqual([{ from: at(0), to: at(3) }])
})

test('the oldest of very many spans are dropped', () => {
  const record = Array.from({ length: 700 }, (_, n) => at(n * 10)).reduce((so, now) => watched(so, now), none)
  expect(record.spans).toHaveLength(500)
  expect(record.spans.at(-1)?.to).toBe(at(6990))
})

test('runs by a timer go on from each other as long as they come as often as each source is to be looked at', async () => {
  const instance = await anInstance()
  try {
    const [fleet] = instance.context.config().sources
    if (!fleet) throw new Error('there is no source')
    const sources = [fleet, { ...fleet, name: 'slow', everyMs: 6 * HOUR }]
    const pauseMs = pauseBetweenRuns({ ...instance.context.config(), sources })
    expect([pauseMs, pauseBetweenRuns({ ...instance.context.config(), sources: [] })]).toEqual([
      HOUR + 300_000,
      300_000,
    ])
    const never = new AbortController().signal
    for (const minutes of [0, 60, 64, 90]) {
      await upkeep(instance.context, never, null, true, pauseMs)
      await instance.clock.advance(minutes * 60_000)
    }
    await upkeep(instance.context, never, null, true, pauseMs)
    expect((await readWatchRecord(instance.store.read)).spans).toEqual([
      { from: at(0), to: at(124) },
      { from: at(214), to: at(214) },
    ])
  } finally {
    await instance.close()
  }
})

test('upkeep gives a sign of life while all is well, and remembers what it removes', async () => {
  const instance = await anInstance({ config: { keepHistoryMs: 24 * HOUR } })
  try {
    const never = new AbortController().signal
    await upkeep(instance.context, never, null, false)
    await instance.clock.advance(60_000)
    await upkeep(instance.context, never, null, false)
    await instance.clock.advance(60_000)
    await upkeep(instance.context, never, 'the scheduler is stuck', true)
    const record = await readWatchRecord(instance.store.read)
    expect(record).toEqual({ spans: [{ from: at(0), to: at(1) }], prunedBefore: plus(at(2), -24 * HOUR) })
  } finally {
    await instance.close()
  }
})
