import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CheckStatus } from '../../src/domain/status.ts'
import type { Store } from '../../src/store/store.ts'
import { aCheck, aPoint, at } from '../fakes/records.ts'
import { storeKinds } from '../fakes/stores.ts'

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(`what has changed, by ${kind.title}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    const turn = (check: string, minutes: number, from: CheckStatus | null, to: CheckStatus) =>
      store.write((tx) => tx.addStatusChanges([{ check, at: at(minutes), from, to, reason: 'because' }]))

    test('is counted by source, and told by check', async () => {
      await store.write((tx) =>
        tx.saveChecks([
          aCheck('fleet/a'),
          aCheck('fleet/b'),
          aCheck('other/a', { source: 'other' }),
          aCheck('fleet/gone', { retiredAt: at(1) }),
        ]),
      )
      expect(await store.read.newestStatusChange()).toBeNull()
      await turn('fleet/a', 0, null, 'ok')
      const first = await store.read.newestStatusChange()
      await turn('fleet/a', 5, 'ok', 'failed')
      await turn('fleet/a', 6, 'failed', 'missing')
      await turn('fleet/b', 6, null, 'ok')
      await turn('fleet/b', 7, 'ok', 'stale')
      await turn('other/a', 7, 'ok', 'due')
      await turn('fleet/gone', 7, 'ok', 'failed')
      expect(await store.read.newestStatusChange()).toBeGreaterThan(first ?? Number.POSITIVE_INFINITY)
      const bySource = async (minutes: number) =>
        (await store.read.unrest(at(minutes))).toSorted((a, b) => (a.source < b.source ? -1 : 1))
      expect(await bySource(5)).toEqual([
        { source: 'fleet', changed: 2, gone: 0 },
        { source: 'other', changed: 1, gone: 0 },
      ])
      expect(await bySource(8)).toEqual([])
      expect(await store.read.turns('fleet', at(5))).toEqual([
        { check: 'fleet/a', from: 'ok', to: 'missing' },
        { check: 'fleet/b', from: 'ok', to: 'stale' },
      ])
      expect(await store.read.turns('fleet', at(6))).toContainEqual({ check: 'fleet/a', from: 'failed', to: 'missing' })
    })

    test('tells points that are gone, and those that came in their place', async () => {
      await store.write((tx) => tx.saveChecks([aCheck('fleet/a'), aCheck('fleet/b'), aCheck('fleet/new')]))
      const points = (check: string, ids: string[]) => ids.map((id) => aPoint(check, id))
      const see = (check: string, ids: string[], minutes: number) =>
        store.write((tx) => tx.savePoints(points(check, ids), at(minutes), [check]))
      await see('fleet/a', ['1', '2', '3', '4'], 0)
      await see('fleet/b', ['1', '2'], 0)
      await see('fleet/b', ['2'], 5)
      await see('fleet/a', ['3', '4', '5'], 20)
      await see('fleet/new', ['1', '2', '3'], 20)
      await see('fleet/new', ['3'], 21)
      await store.write((tx) =>
        tx.savePoints([{ ...aPoint('fleet/a', '9'), state: 'pending', problem: 'unfinished' }], at(22)),
      )
      expect(await store.read.unrest(at(10))).toEqual([{ source: 'fleet', changed: 0, gone: 4 }])
      expect(
        (await store.read.losses('fleet', at(10), at(30))).toSorted((a, b) => (a.check < b.check ? -1 : 1)),
      ).toEqual([
        { check: 'fleet/a', gone: 2, fresh: 1 },
        // all that its first look has found took nobody's place
        { check: 'fleet/new', gone: 2, fresh: 0 },
      ])
      expect(await store.read.losses('fleet', at(10), at(19))).toContainEqual({ check: 'fleet/a', gone: 2, fresh: 0 })
      expect(await store.read.losses('other', at(0), at(30))).toEqual([])
      expect(await store.read.pointCount('fleet')).toBe(5)
      expect(await store.read.pointCount('other')).toBe(0)
    })
  })
}
