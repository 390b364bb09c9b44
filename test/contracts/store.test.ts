import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { aCheck, aDelivery, anEvent, anIncident, aPing, aPoint, at } from '../fakes/records.ts'
import { storeKinds } from '../fakes/stores.ts'

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(kind.title, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    const ids = (items: readonly { id: string }[]) => items.map((item) => item.id)

    describe('transactions', () => {
      test('say which database they are in, and whether it works', async () => {
        expect(store.dialect).toBe(kind.name)
        await expect(store.ping()).resolves.toBeUndefined()
      })

      test('are rolled back by what they throw, and leave the store usable', async () => {
        const thrown = new Error('no')
        const failing = store.write(async (tx) => {
          await tx.saveChecks([aCheck('fleet/web')])
          await tx.setValue('k', 'v')
          throw thrown
        })
        await expect(failing).rejects.toBe(thrown)
        expect(await store.read.check('fleet/web')).toBeNull()
        expect(await store.read.value('k')).toBeNull()
        await store.write((tx) => tx.setValue('k', 'w'))
        expect(await store.read.value('k')).toBe('w')
      })

      test('do what is to be done after the commit once it is there, and not when they are rolled back', async () => {
        const done: string[] = []
        const seen: Promise<string | null>[] = []
        const result = await store.write(async (tx) => {
          tx.afterCommit(() => {
            done.push('kept')
            seen.push(store.read.value('k'))
          })
          await tx.setValue('k', 'v')
          expect(done).toEqual([])
          return 'result'
        })
        expect([result, done, await Promise.all(seen)]).toEqual(['result', ['kept'], ['v']])
        const failing = store.write(async (tx) => {
          tx.afterCommit(() => done.push('lost'))
          throw new Error('no')
        })
        await expect(failing).rejects.toThrow('no')
        expect(done).toEqual(['kept'])
      })

      test('lose no update when many run at once', async () => {
        await store.write((tx) => tx.saveChecks([aCheck('fleet/web', { memory: 0 })]))
        const one = () =>
          store.write(async (tx) => {
            const [check] = await tx.checksById(['fleet/web'])
            if (check) await tx.saveChecks([{ ...check, memory: Number(check.memory) + 1 }])
          })
        await Promise.all(Array.from({ length: 20 }, one))
        expect((await store.read.check('fleet/web'))?.memory).toBe(20)
      })

      test('read what they wrote, while readers see what is committed', async () => {
        await store.write(async (tx) => {
          await tx.saveChecks([aCheck('fleet/web')])
          expect(ids(await tx.checksById(['fleet/web']))).toEqual(['fleet/web'])
          expect(await store.read.check('fleet/web')).toBeNull()
        })
        expect(await store.read.check('fleet/web')).not.toBeNull()
      })

      test('close their writer', async () => {
        const writer = await store.write(async (tx) => tx)
        await expect(writer.setValue('k', 'v')).rejects.toThrow('transaction is over')
      })
    })

    test('named leases are held by one at a time', async () => {
      const take = (owner: string, minutes: number) =>
        store.write((tx) => tx.takeLease('channel', owner, at(minutes), 60_000))
      expect(await take('a', 0)).toBe(true)
      expect(await take('b', 0.5)).toBe(false)
      expect(await take('a', 0.5)).toBe(true)
      expect(await take('b', 1)).toBe(false)
      expect(await take('b', 1.5)).toBe(true)
      await store.write((tx) => tx.dropLease('channel', 'a'))
      expect(await take('a', 1.6)).toBe(false)
      await store.write((tx) => tx.dropLease('channel', 'b'))
      expect(await take('a', 1.6)).toBe(true)
      expect(await take('b', -600)).toBe(true)
    })

    test('a named lease that was lost, or ran out, is not held', async () => {
      const take = (owner: string, minutes: number) =>
        store.write((tx) => tx.takeLease('services', owner, at(minutes), 60_000))
      const holds = (owner: string, minutes: number) =>
        store.write((tx) => tx.holdsLease('services', owner, at(minutes)))
      expect(await holds('a', 0)).toBe(false)
      await take('a', 0)
      expect(await holds('a', 0.9)).toBe(true)
      expect(await holds('b', 0.9)).toBe(false)
      expect(await holds('a', 1)).toBe(false)
      await take('b', 1)
      expect(await holds('a', 1.1)).toBe(false)
      await store.write((tx) => tx.dropLease('services', 'b'))
      expect(await holds('a', 1.1)).toBe(false)
    })

    test('points are added, updated, gone and back again', async () => {
      const [a, b] = [aPoint('c', 'a', { recoverableTo: at(1) }), aPoint('c', 'b', { recoverableTo: at(2) })]
      await store.write((tx) => tx.savePoints([a, b, aPoint('d', 'a')], at(5)))
      const pending = { ...b, state: 'pending' as const, problem: 'unfinished', sizeBytes: null, completedAt: null }
      await store.write((tx) => tx.savePoints([pending], at(6)))
      expect(await store.read.points('c', 9)).toEqual([
        { ...pending, firstSeenAt: at(5), goneAt: null },
        { ...a, firstSeenAt: at(5), goneAt: null },
      ])
      await store.write((tx) => tx.savePoints([a], at(7), ['c']))
      expect(await store.read.points('c', 9)).toMatchObject([
        { id: 'b', goneAt: at(7) },
        { id: 'a', goneAt: null },
      ])
      await store.write((tx) => tx.savePoints([b], at(8), ['c']))
      expect(await store.read.points('c', 9)).toMatchObject([
        { id: 'b', goneAt: null, state: 'complete', firstSeenAt: at(5) },
        { id: 'a', goneAt: at(8) },
      ])
      await store.write((tx) => tx.savePoints([], at(9), ['c', 'c']))
      expect(await store.read.points('c', 9)).toMatchObject([{ goneAt: at(9) }, { goneAt: at(8) }])
      expect(await store.read.points('d', 9)).toMatchObject([{ goneAt: null }])
      expect(await store.read.points('c', 1)).toMatchObject([{ id: 'b' }])
      expect(await store.read.points('c', 9, at(2))).toMatchObject([{ id: 'b' }])
    })

    test('good points of several checks are read at once, the newest of each', async () => {
      const point = (check: string, id: string, minute: number, more = {}) =>
        aPoint(check, id, { recoverableTo: at(minute), ...more })
      const unfinished = { state: 'pending' as const, problem: 'unfinished' }
      const [c1, c2] = [point('c', '1', 1), point('c', '2', 2)]
      await store.write((tx) =>
        tx.savePoints([c1, c2, point('c', '3', 3), point('c', '4', 4, unfinished), point('d', '1', 1)], at(5)),
      )
      await store.write((tx) => tx.savePoints([c1, c2], at(6), ['c']))
      const ids = async (limit: number) =>
        [...(await store.read.goodPoints(['c', 'd', 'nobody'], limit))].map(([check, points]) => [
          check,
          points.map(({ id }) => id),
        ])
      expect(await ids(9)).toEqual([
        ['c', ['2', '1']],
        ['d', ['1']],
      ])
      expect(await ids(1)).toEqual([
        ['c', ['2']],
        ['d', ['1']],
      ])
      expect(await store.read.goodPoints([], 9)).toEqual(new Map())
    })

    test('deliveries go out in the order of their ids, each channel for itself', async () => {
      const [d1, d2, d3] = [
        aDelivery('d1', 'mail', {}, ['i1', 'i1', 'i2']),
        aDelivery('d2', 'mail'),
        aDelivery('d3', 'chat'),
      ]
      await store.write((tx) => tx.addDeliveries([d2, d3, d1]))
      expect(await store.read.channelsWithPending()).toEqual(['chat', 'mail'])
      expect(await store.read.nextDelivery('mail')).toEqual(d1)
      expect(await store.read.nextDelivery('nope')).toBeNull()
      const tried = { ...d1, attempts: 1, lastError: 'refused', nextAttemptAt: at(9) }
      await store.write((tx) => tx.saveDelivery(tried))
      expect(await store.read.nextDelivery('mail')).toEqual(tried)
      await store.write((tx) => tx.saveDelivery({ ...tried, state: 'delivered', finishedAt: at(10) }))
      await store.write((tx) => tx.saveDelivery({ ...d3, state: 'dead', finishedAt: at(10) }))
      expect((await store.read.nextDelivery('mail'))?.id).toBe('d2')
      expect(await store.read.channelsWithPending()).toEqual(['mail'])
      expect(await store.read.delivery('d3')).toMatchObject({ state: 'dead' })
      expect(await store.read.delivery('nope')).toBeNull()
      expect(ids(await store.read.deliveries({}, 9))).toEqual(['d3', 'd2', 'd1'])
      expect(ids(await store.read.deliveries({ channel: 'mail', state: 'pending' }, 9))).toEqual(['d2'])
      expect(ids(await store.read.deliveries({ incident: 'i2' }, 9))).toEqual(['d1'])
      expect(ids(await store.read.deliveries({}, 1))).toEqual(['d3'])
      expect(await store.read.deliveryCounts()).toEqual([
        { channel: 'chat', state: 'dead', count: 1 },
        { channel: 'mail', state: 'delivered', count: 1 },
        { channel: 'mail', state: 'pending', count: 1 },
      ])
    })

    test('pings and the heartbeats that they made are kept', async () => {
      const pings = [
        aPing('p1', 'c', { kind: 'fail', exitStatus: 3, runId: 'r', body: 'disk full', remote: '::1' }),
        aPing('p2', 'c', { at: at(1) }),
        aPing('p3', 'd'),
      ]
      await store.write((tx) => tx.addPings(pings))
      await store.write((tx) => tx.addPings([]))
      expect(await store.read.pings('c', 9)).toEqual([pings[1], pings[0]])
      expect(await store.read.pings('c', 1)).toEqual([pings[1]])
      const heartbeat = { check: 'hb/job', source: 'hb', slug: 'job', uuid: 'u-1', createdAt: at() }
      await store.write((tx) => tx.addHeartbeat(heartbeat))
      await expect(store.write((tx) => tx.addHeartbeat(heartbeat))).rejects.toThrow(/unique/i)
      expect(await store.read.heartbeats()).toEqual([heartbeat])
      expect(await store.read.heartbeats('other')).toEqual([])
    })

    test('sessions and values are kept until they are dropped or replaced', async () => {
      const session = { id: 's', createdAt: at(), expiresAt: at(60) }
      await store.write((tx) => tx.addSession(session))
      expect(await store.read.session('s')).toEqual(session)
      await store.write((tx) => tx.dropSession('s'))
      expect(await store.read.session('s')).toBeNull()
      await store.write((tx) => tx.setValue('k', 'x'.repeat(300_000)))
      expect((await store.read.value('k'))?.length).toBe(300_000)
      await store.write((tx) => tx.setValue('k', ''))
      expect(await store.read.value('k')).toBe('')
    })

    test('pruning removes what is over and old, and nothing else', async () => {
      const change = (check: string, minutes: number) => ({
        check,
        at: at(minutes),
        from: null,
        to: 'ok' as const,
        reason: '',
      })
      const ended = { state: 'resolved' as const, resolvedBy: 'recovery' }
      await store.write(async (tx) => {
        await tx.addPings([aPing('old', 'c', { at: at(-9) }), aPing('new', 'c')])
        await tx.addStatusChanges([change('c', -9), change('c', 0)])
        await tx.savePoints([aPoint('c', 'gone'), aPoint('c', 'kept')], at(-20))
        await tx.savePoints([aPoint('c', 'kept')], at(-9), ['c'])
        await tx.saveIncidents([
          anIncident('old', { ...ended, resolvedAt: at(-9) }),
          anIncident('new', { ...ended, resolvedAt: at(0) }),
          anIncident('open', { openedAt: at(-99) }),
        ])
        await tx.addEvents(['old', 'new', 'open'].map((id) => anEvent(`e-${id}`, id, { at: at(-99) })))
        await tx.addDeliveries([
          aDelivery('old', 'mail', { state: 'delivered', finishedAt: at(-9) }, ['old']),
          aDelivery('dead', 'mail', { state: 'dead', finishedAt: at(-9) }, ['open']),
          aDelivery('new', 'mail', { state: 'delivered', finishedAt: at(0) }),
          aDelivery('open', 'mail', { createdAt: at(-99) }, ['open']),
        ])
        await tx.addSession({ id: 'dead', createdAt: at(-9), expiresAt: at(-1) })
        await tx.addSession({ id: 'live', createdAt: at(-9), expiresAt: at(1) })
        await tx.saveChecks([
          aCheck('c'),
          aCheck('long-gone', { retiredAt: at(-9) }),
          aCheck('fleet/web', { retiredAt: at(-9) }),
          aCheck('just-gone', { retiredAt: at(0) }),
        ])
        await tx.savePoints([aPoint('long-gone', 'p')], at(-20))
      })
      const removed = await store.write((tx) => tx.prune(at(-5), at(0)))
      expect(removed).toBe(9)
      expect(await store.write((tx) => tx.prune(at(-5), at(0)))).toBe(0)
      expect(ids(await store.read.pings('c', 9))).toEqual(['new'])
      expect(await store.read.statusChanges('c', 9)).toHaveLength(1)
      expect(ids(await store.read.points('c', 9))).toEqual(['kept'])
      expect(await store.read.incidentCounts()).toEqual({ open: 1, acknowledged: 0, resolved: 1 })
      expect(await store.read.events('old')).toEqual([])
      expect(await store.read.events('open')).toHaveLength(1)
      expect(ids(await store.read.deliveries({}, 9))).toEqual(['open', 'new'])
      expect(ids(await store.read.deliveries({ incident: 'open' }, 9))).toEqual(['open'])
      expect(await store.read.session('dead')).toBeNull()
      expect(await store.read.session('live')).not.toBeNull()
      expect(await store.read.check('long-gone')).toBeNull()
      expect(await store.read.points('long-gone', 9)).toEqual([])
      expect(ids(await store.write((tx) => tx.checksById(['c', 'just-gone', 'fleet/web'])))).toEqual([
        'c',
        'fleet/web',
        'just-gone',
      ])
    })
  })
}
