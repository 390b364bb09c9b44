import { expect, it } from 'vitest'
import { aConfig } from '../../test/fakes/api.ts'
import { anInstance, HOUR } from '../../test/fakes/estate-instance.ts'
import { aSigner } from '../../test/fakes/evidence.ts'
import { runUpkeepLoop } from './upkeep-loop.ts'

it('removes old history and evidence once an hour, but not by a clock that has just jumped', async () => {
  const evidence = { ...aConfig().evidence, keepMs: 24 * HOUR }
  const instance = await anInstance({ config: { keepHistoryMs: 24 * HOUR, evidence } })
  const { clock, context, estate, store } = instance
  const signer = aSigner()
  context.signer = () => signer
  const stop = new AbortController()
  const loop = runUpkeepLoop(context, stop.signal, () => null)
  try {
    estate.set('web', [0])
    await instance.round()
    const kept = async () => ({
      changes: (await store.read.statusChanges('fleet/web', 10)).length,
      chainFrom: (await store.read.evidence(0, 1))[0]?.kind,
    })
    /** Moves time on; the round that this wakes has ended when the loop sleeps again. */
    const round = async (ms: number) => {
      await expect.poll(() => clock.wakeups.length).toBe(1)
      await clock.advance(ms)
      await expect.poll(() => clock.wakeups.length).toBe(1)
    }
    for (let minute = 0; minute < 70; minute++) await round(60_000)
    await round(10 * 365 * 24 * HOUR)
    await round(60_000)
    expect(await kept()).toEqual({ changes: 1, chainFrom: 'chain' })
    for (let minute = 0; minute < 60; minute++) await round(60_000)
    expect(await kept()).toEqual({ changes: 0, chainFrom: 'cut' })
  } finally {
    stop.abort()
    await loop
    await instance.close()
  }
})
