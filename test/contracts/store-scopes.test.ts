import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LeaseLostError, type Store } from '../../src/store/store.ts'
import { aCheck, at } from '../fakes/records.ts'
import { storeKinds } from '../fakes/stores.ts'

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(`the scopes of ${kind.title}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    const ids = (items: readonly { id: string }[]) => items.map((item) => item.id)

    const scopes = ['fleet/a', 'fleet/b'].map((id) => ({ id, source: 'fleet', name: id.slice(6) }))
    const other = { id: 'aws/eu', source: 'aws', name: 'eu' }
    const declare = (which: typeof scopes, minutes = 0) =>
      store.write((tx) => tx.declareScopes(which, ['fleet', 'aws'], at(minutes)))
    const claim = (minutes: number, worker = 'w1', sources?: string[]) =>
      store.write((tx) => tx.claimScope(worker, at(minutes), 60_000, sources))
    const looked = (minutes: number, next: number) => ({
      at: at(minutes),
      status: 'complete' as const,
      tookMs: 12.5,
      fault: null,
      failures: 0,
      nextLookAt: at(next),
    })

    test('news are told apart by their source and id, for some days', async () => {
      const hear = async (source: string, ids: string[], minutes: number) => [
        ...(await store.write((tx) => tx.addNews(source, ids, at(minutes)))),
      ]
      const long = 'x'.repeat(5000)
      expect(await hear('fleet', ['a', 'b', 'b', long], 0)).toEqual(['a', 'b', long])
      expect(await hear('fleet', ['b', 'c', long, `${long}y`], 1)).toEqual(['c', `${long}y`])
      expect(await hear('aws', ['a'], 1)).toEqual(['a'])
      expect(await hear('aws', [], 1)).toEqual([])
      const day = 24 * 60
      await store.write((tx) => tx.prune(at(-400 * day), at(2 * day)))
      expect(await hear('fleet', ['a'], 2 * day)).toEqual([])
      await store.write((tx) => tx.prune(at(-400 * day), at(3 * day + 1)))
      expect(await hear('fleet', ['a', 'c'], 3 * day + 1)).toEqual(['a'])
    })

    test('which scopes there are: not those that are retired, or were never declared', async () => {
      await declare([...scopes, other])
      await declare(scopes)
      const known = await store.write((tx) => tx.knownScopes(['fleet/a', 'aws/eu', 'fleet/x', 'fleet/b']))
      expect([...known].sort()).toEqual(['fleet/a', 'fleet/b'])
    })

    test('are due at once when they are new, the one due longest first', async () => {
      await declare(scopes, 1)
      await declare([...scopes, other], 0)
      expect(await store.read.nextLookAt()).toBe(at(0))
      expect((await claim(5))?.scope).toBe('aws/eu')
      expect((await claim(5))?.scope).toBe('fleet/a')
      expect((await claim(5))?.scope).toBe('fleet/b')
      expect(await claim(5)).toBeNull()
      expect(await store.read.nextLookAt()).toBe(at(6))
    })

    test('are claimed of the sources that are asked for', async () => {
      await declare([...scopes, other])
      expect((await claim(1, 'w1', ['aws']))?.scope).toBe('aws/eu')
      expect(await claim(1, 'w1', ['aws'])).toBeNull()
      expect(await claim(1, 'w1', [])).toBeNull()
    })

    test('are never leased to two of many workers', async () => {
      const many = Array.from({ length: 12 }, (_, i) => ({ id: `fleet/${i}`, source: 'fleet', name: `${i}` }))
      await declare(many)
      const claimed = await Promise.all(Array.from({ length: 15 }, (_, i) => claim(1, `w${i}`)))
      const got = claimed.flatMap((lease) => lease?.scope ?? [])
      expect(got.toSorted()).toEqual(ids(many).toSorted())
    })

    test('remember how a look went, and come back when it says', async () => {
      await declare(scopes.slice(0, 1))
      const lease = await claim(1)
      if (!lease) throw new Error('nothing was due')
      expect(lease).toMatchObject({ worker: 'w1', token: 1, until: at(2), state: { status: 'never', memory: null } })
      await store.write((tx) => tx.finishLook(lease, { ...looked(2, 30), memory: { mark: ['x'] } }))
      expect(await store.read.scopes('fleet')).toEqual([
        {
          id: 'fleet/a',
          source: 'fleet',
          name: 'a',
          status: 'complete',
          lastStartedAt: at(1),
          lastCompleteAt: at(2),
          lastFailedAt: null,
          tookMs: 12,
          fault: null,
          failures: 0,
          nextLookAt: at(30),
          memory: { mark: ['x'] },
        },
      ])
      expect(await claim(29)).toBeNull()
      const again = await claim(30)
      if (!again) throw new Error('nothing was due')
      expect(again).toMatchObject({ token: 2, state: { memory: { mark: ['x'] } } })
      const fault = { kind: 'timeout' as const, message: 'it took too long', advice: null }
      await store.write((tx) => tx.finishLook(again, { ...looked(31, 32), status: 'failed', fault, failures: 3 }))
      expect(await store.read.scopes()).toMatchObject([
        {
          status: 'failed',
          fault,
          failures: 3,
          lastCompleteAt: at(2),
          lastFailedAt: at(31),
          memory: { mark: ['x'] },
        },
      ])
    })

    test('refuse the writes of a worker that has lost its lease', async () => {
      await declare(scopes.slice(0, 1))
      const late = await claim(1)
      const next = await claim(3, 'w2')
      if (!late || !next) throw new Error('nothing was due')
      expect(next.token).toBe(late.token + 1)
      await expect(store.write((tx) => tx.holdScope(late))).rejects.toThrow(LeaseLostError)
      await expect(store.write((tx) => tx.finishLook(late, looked(4, 9)))).rejects.toThrow(LeaseLostError)
      expect(await store.write((tx) => tx.renewScope(late, at(9)))).toBe(false)
      await store.write((tx) => tx.holdScope(next))
      expect(await store.write((tx) => tx.renewScope(next, at(9)))).toBe(true)
      expect(await claim(8)).toBeNull()
      await store.write((tx) => tx.finishLook(next, looked(9, 20)))
      await expect(store.write((tx) => tx.holdScope(next))).rejects.toThrow(LeaseLostError)
    })

    test('are looked at again when the clock has jumped back', async () => {
      await declare(scopes.slice(0, 1))
      const lease = await claim(600)
      if (!lease) throw new Error('nothing was due')
      await store.write((tx) => tx.finishLook(lease, looked(601, 660)))
      const again = await claim(0)
      expect(again).toMatchObject({ scope: 'fleet/a', state: { lastStartedAt: at(0), nextLookAt: at(0) } })
      // and a lease of the wrong time does not hold for hours
      expect(await claim(-600, 'w2')).toMatchObject({ token: 3 })
      expect(await claim(-600, 'w3')).toBeNull()
    })

    test('can be asked for earlier, never later', async () => {
      await declare(scopes)
      for (let i = 0; i < 2; i++) {
        const lease = await claim(1)
        if (lease) await store.write((tx) => tx.finishLook(lease, looked(1, 100)))
      }
      expect(await store.write((tx) => tx.lookNoLaterThan('fleet/a', at(50)))).toBe(true)
      expect(await store.write((tx) => tx.lookNoLaterThan('fleet/a', at(70)))).toBe(false)
      expect(await store.read.nextLookAt()).toBe(at(50))
      expect(await store.write((tx) => tx.requestLook({ scope: 'fleet/b' }, at(2)))).toBe(1)
      expect((await claim(2))?.scope).toBe('fleet/b')
      expect(await store.write((tx) => tx.requestLook({ source: 'nope' }, at(2)))).toBe(0)
      expect(await store.write((tx) => tx.requestLook({}, at(2)))).toBe(2)
    })

    test('do not forget a look that was asked for while one was under way', async () => {
      await declare(scopes.slice(0, 1))
      const lease = await claim(1)
      if (!lease) throw new Error('nothing was due')
      await store.write((tx) => tx.lookNoLaterThan('fleet/a', at(10)))
      await store.write((tx) => tx.finishLook(lease, looked(2, 100)))
      expect(await store.read.nextLookAt()).toBe(at(10))
    })

    test('retire with what is no longer declared, and come back', async () => {
      await declare([...scopes, other])
      const lease = await claim(1, 'w1', ['fleet'])
      if (!lease) throw new Error('nothing was due')
      await store.write((tx) =>
        tx.saveChecks([
          aCheck('fleet/a/1', { scope: 'fleet/a' }),
          aCheck('fleet/a/2', { scope: 'fleet/a', retiredAt: at() }),
          aCheck('fleet/b/1', { scope: 'fleet/b' }),
        ]),
      )
      expect(await declare([...scopes.slice(1), other], 2)).toEqual(['fleet/a/1'])
      await expect(store.write((tx) => tx.finishLook(lease, looked(3, 9)))).rejects.toThrow(LeaseLostError)
      expect(ids(await store.read.scopes())).toEqual(['aws/eu', 'fleet/b'])
      expect(await store.write((tx) => tx.requestLook({ scope: 'fleet/a' }, at(3)))).toBe(0)
      expect(await declare([...scopes, other], 4)).toEqual([])
      expect((await store.read.scopes('fleet'))[0]).toMatchObject({ id: 'fleet/a', nextLookAt: at(4) })
      // those of sources that are not named are left alone
      expect(await store.write((tx) => tx.declareScopes([], ['aws'], at(5)))).toEqual([])
      expect(ids(await store.read.scopes())).toEqual(['fleet/a', 'fleet/b'])
      expect(await store.write((tx) => tx.retireOtherSources(['aws'], at(6)))).toEqual(['fleet/a/1', 'fleet/b/1'])
      expect(await store.read.scopes()).toEqual([])
      expect(await store.read.nextLookAt()).toBeNull()
    })

    test('are free again when the sole owner drops all leases', async () => {
      await declare(scopes)
      const lease = await claim(1)
      if (!lease) throw new Error('nothing was due')
      await store.write((tx) => tx.takeLease('upkeep', 'w1', at(1), 60_000))
      await store.write((tx) => tx.dropAllLeases())
      await expect(store.write((tx) => tx.holdScope(lease))).rejects.toThrow(LeaseLostError)
      expect((await claim(1, 'w2'))?.scope).toBe(lease.scope)
      expect(await store.write((tx) => tx.takeLease('upkeep', 'w2', at(1), 60_000))).toBe(true)
    })
  })
}
