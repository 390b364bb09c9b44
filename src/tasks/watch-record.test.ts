import { expect, test } from 'vitest'
import { anInstance, HOUR, START } from '../../test/fakes/estate-instance.ts'
import { instant, plus } from '../domain/instant.ts'
import type { WatchRecord } from '../domain/watch-record.ts'
import { upkeep } from '../jobs/upkeep-loop.ts'
import { readWatchRecord, watched } from './watch-record.ts'

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
  const record = Array.from({ length: 700 }, (_, n) => at(n * 10)).reduce(watched, none)
  expect(record.spans).toHaveLength(500)
  expect(record.spans.at(-1)?.to).toBe(at(6990))
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
