import { expect, it } from 'vitest'
import { anInstance, HOUR } from '../../test/fakes/estate-instance.ts'
import { runUpkeepLoop } from './upkeep-loop.ts'

it('removes old history once an hour, but not by a clock that has just jumped', async () => {
  const instance = await anInstance({ config: { keepHistoryMs: 24 * HOUR } })
  const { clock, context, estate, store } = instance
  const stop = new AbortController()
  const loop = runUpkeepLoop(context, stop.signal, () => null)
  try {
    estate.set('web', [0])
    await instance.round()
    const kept = async () => (await store.read.statusChanges('fleet/web', 10)).length
    /** Moves time on; the round that this wakes has ended when the loop sleeps again. */
    const round = async (ms: number) => {
      await expect.poll(() => clock.wakeups.length).toBe(1)
      await clock.advance(ms)
      await expect.poll(() => clock.wakeups.length).toBe(1)
    }
    for (let minute = 0; minute < 70; minute++) await round(60_000)
    await round(10 * 365 * 24 * HOUR)
    await round(60_000)
    expect(await kept()).toBe(1)
    for (let minute = 0; minute < 60; minute++) await round(60_000)
    expect(await kept()).toBe(0)
  } finally {
    stop.abort()
    await loop
    await instance.close()
  }
})
