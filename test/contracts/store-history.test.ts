import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StatusChange, Store } from '../../src/store/store.ts'
import { aCheck, anIncident, aPoint, at } from '../fakes/records.ts'
import { storeKinds } from '../fakes/stores.ts'

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(items)

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(`the history of a period in ${kind.title}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    test('has the status changes of some checks since then, check by check, more than a page of them', async () => {
      const change = (check: string, minute: number): StatusChange => ({
        check,
        at: at(minute),
        from: minute % 2 ? 'ok' : 'stale',
        to: minute % 2 ? 'stale' : 'ok',
        reason: `minute ${minute}`,
      })
      const long = `fleet/${'ü'.repeat(900)}`
      const minutes = Array.from({ length: 4_000 }, (_, n) => n)
      await store.write((tx) =>
        tx.addStatusChanges(minutes.flatMap((n) => [change('a', n), change(long, n), change('other', n)])),
      )
      const found = await all(store.read.changesSince([long, 'a', 'none'], at(100)))
      expect(found).toHaveLength(2 * 3_900)
      const expected = (check: string) => minutes.slice(100).map((n) => change(check, n))
      expect(found.slice(0, 3_900)).toEqual(expected('a'))
      expect(found.slice(3_900)).toEqual(expected(long))
      expect(await all(store.read.changesSince([], at(0)))).toEqual([])
    })

    test('has the good points of some checks, oldest first, also those that are gone', async () => {
      const points = Array.from({ length: 6_000 }, (_, n) =>
        aPoint('a', `p${n}`, { recoverableTo: at(n - 10), completedAt: n % 2 ? null : at(n) }),
      )
      await store.write(async (tx) => {
        await tx.savePoints(points, at(0))
        await tx.savePoints(
          [aPoint('a', 'bad', { state: 'implausible' }), aPoint('b', 'one'), aPoint('c', 'two')],
          at(0),
        )
        await tx.savePoints([], at(77), ['b'])
      })
      const found = await all(store.read.pointsSince(['b', 'a'], at(0)))
      expect(found).toHaveLength(5_991)
      expect(found[0]).toEqual({ check: 'a', recoverableTo: at(0), completedAt: at(10), goneAt: null })
      expect(found.slice(0, -1).map(({ recoverableTo }) => recoverableTo)).toEqual(
        points.slice(10).map(({ recoverableTo }) => recoverableTo),
      )
      expect(found.at(-1)).toEqual({ check: 'b', recoverableTo: at(0), completedAt: at(1), goneAt: at(77) })
    })

    test('has the incidents that were unresolved at some time of it', async () => {
      const resolved = (id: string, opened: number, ended: number) =>
        anIncident(id, {
          subject: id,
          openedAt: at(opened),
          state: 'resolved',
          resolvedAt: at(ended),
          resolvedBy: 'recovery',
        })
      await store.write((tx) =>
        tx.saveIncidents([
          resolved('before', 0, 9),
          resolved('into', 5, 15),
          resolved('inside', 12, 14),
          resolved('over', 5, 40),
          resolved('after', 25, 30),
          anIncident('open', { subject: 'open', openedAt: at(3) }),
          anIncident('later', { subject: 'later', openedAt: at(20) }),
        ]),
      )
      const found = await all(store.read.incidentsBetween(at(10), at(20)))
      expect(found.map(({ id }) => id)).toEqual(['inside', 'into', 'over', 'open'])
      expect(found[0]).toEqual(resolved('inside', 12, 14))
    })

    test('has the checks as they are, those that were retired lately too', async () => {
      await store.write((tx) =>
        tx.saveChecks([aCheck('a'), aCheck('b', { retiredAt: at(5) }), aCheck('c', { retiredAt: at(50) })]),
      )
      expect((await store.read.checksById(['b', 'nope', 'a'])).map(({ id }) => id)).toEqual(['a', 'b'])
      expect((await all(store.read.retiredSince(at(6)))).map(({ id }) => id)).toEqual(['c'])
      expect((await all(store.read.retiredSince(at(5)))).map(({ id }) => id)).toEqual(['b', 'c'])
    })
  })
}
