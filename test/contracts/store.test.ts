import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CursorError, LeaseLostError, type Store } from '../../src/store/store.ts'
import { aCheck, aDelivery, anEvent, anIncident, aPing, aPoint, at } from '../fakes/records.ts'
import { postgresKind, sqliteKind } from '../fakes/stores.ts'

for (const kind of [sqliteKind(), await postgresKind()]) {
  // where it is missing, its name says so in the report
  describe.skipIf(kind.missing !== null)(`a store on ${kind.name}${kind.missing ? ` (${kind.missing})` : ''}`, () => {
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

    describe('scopes', () => {
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
        await store.write((tx) => tx.lookNoLaterThan('fleet/a', at(50)))
        await store.write((tx) => tx.lookNoLaterThan('fleet/a', at(70)))
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

    describe('checks', () => {
      test('come back exactly as they were', async () => {
        const check = aCheck('fleet/web', {
          bornAt: at(-9),
          detail: 'as the listing has it',
          facts: {
            newestGood: { id: 's1', recoverableTo: at(-1), sizeBytes: 2 ** 52 },
            newestFuture: null,
            newestRejected: { at: at(-2), reason: 'empty' },
            newestFailure: null,
            running: { since: at(-1), overdueAt: null },
            pointCount: 3,
            pointDigest: 'ff',
          },
          look: { outcome: 'failed', fault: { kind: 'denied', message: 'no', advice: 'ask' }, tries: 2 },
          paused: { until: at(60), by: 'ann', reason: null },
          memory: { runs: ['a', 'b'] },
          resource: { tags: { env: 'prod' }, account: '123' },
          judgement: { status: 'error', severity: 'warning', owner: 'dba', services: ['pay'], changesAt: at(5) },
        })
        await store.write((tx) => tx.saveChecks([check]))
        expect(await store.read.check('fleet/web')).toEqual(check)
        const changed = aCheck('fleet/web', { retiredAt: at(9), resource: { name: 'other' } })
        await store.write((tx) => tx.saveChecks([check, changed]))
        expect(await store.read.check('fleet/web')).toEqual(changed)
        expect(await store.read.check('nope')).toBeNull()
      })

      test('are read by id, by scope in the order of ids, and by when they turn', async () => {
        const scope = ['a', 'b', 'c', 'd'].map((id, i) =>
          aCheck(id, { judgement: { changesAt: i ? at(10 - i) : null } }),
        )
        const gone = aCheck('e', { retiredAt: at(), judgement: { changesAt: at(-1) } })
        const elsewhere = aCheck('f', { scope: 'fleet/b', judgement: { changesAt: at(-1) } })
        await store.write((tx) => tx.saveChecks([...scope, gone, elsewhere]))
        await store.write(async (tx) => {
          expect(ids(await tx.checksById(['e', 'a', 'x']))).toEqual(['a', 'e'])
          expect(await tx.checksById([])).toEqual([])
          expect(ids(await tx.checksOfScope('fleet/a', null, 3))).toEqual(['a', 'b', 'c'])
          expect(ids(await tx.checksOfScope('fleet/a', 'c', 3))).toEqual(['d'])
          expect(await tx.checksOfScope('fleet/x', null, 3)).toEqual([])
          expect(ids(await tx.checksTurning('fleet/a', at(8), 9))).toEqual(['d', 'c'])
          expect(ids(await tx.checksTurning('fleet/a', at(8), 1))).toEqual(['d'])
          expect(await tx.checksTurning('fleet/a', at(6), 9)).toEqual([])
          expect(await tx.nextTurn('fleet/a')).toBe(at(7))
          expect(await tx.nextTurn('fleet/x')).toBeNull()
        })
      })

      test('are listed worst first, then by name', async () => {
        const statuses = ['ok', 'paused', 'due', 'error', 'stale', 'failed', 'missing'] as const
        const checks = statuses.map((status, i) => aCheck(`c${i}`, { judgement: { status } }))
        const names = ['b', 'A', 'a'].map((name, i) => aCheck(`n${i}`, { resource: { name } }))
        await store.write((tx) => tx.saveChecks([...checks, ...names, aCheck('gone', { retiredAt: at() })]))
        const page = await store.read.checks({}, 50)
        expect(ids(page.items)).toEqual(['c6', 'c5', 'c4', 'c3', 'c2', 'c1', 'n1', 'n2', 'n0', 'c0'])
        expect(page.next).toBeNull()
        expect(await store.read.summary()).toEqual({
          total: 10,
          ok: 4,
          due: 1,
          stale: 1,
          missing: 1,
          failed: 1,
          error: 1,
          paused: 1,
        })
      })

      test('are filtered, alike in lists and in summaries', async () => {
        await store.write((tx) =>
          tx.saveChecks([
            aCheck('fleet/web', { judgement: { status: 'stale', owner: 'web' } }),
            aCheck('aws/vol', {
              source: 'aws',
              scope: 'aws/eu',
              type: 'ebs',
              resource: { account: '1', name: 'Data 100%_x' },
            }),
            aCheck('fleet/db', { resource: { id: 'DB-Ünïcode' } }),
          ]),
        )
        const table: [Parameters<Store['read']['checks']>[0], string[]][] = [
          [{ source: 'fleet' }, ['fleet/web', 'fleet/db']],
          [{ scope: 'aws/eu' }, ['aws/vol']],
          [{ account: '1' }, ['aws/vol']],
          [{ type: 'restic', owner: 'web' }, ['fleet/web']],
          [{ statuses: ['stale', 'missing'] }, ['fleet/web']],
          [{ statuses: [] }, []],
          [{ text: '' }, ['fleet/web', 'aws/vol', 'fleet/db']],
          [{ text: 'WEB' }, ['fleet/web']],
          [{ text: '100%_X' }, ['aws/vol']],
          [{ text: '%' }, ['aws/vol']],
          [{ text: '_' }, ['aws/vol']],
          [{ text: '\\' }, []],
          [{ text: 'ünÏcode' }, ['fleet/db']],
          [{ text: "' or 1=1 --" }, []],
          [{ source: 'fleet', text: 'aws' }, []],
        ]
        for (const [filter, expected] of table) {
          expect([filter, ids((await store.read.checks(filter, 9)).items)]).toEqual([filter, expected])
          expect((await store.read.summary(filter)).total).toBe(expected.length)
        }
        expect(await store.read.facets()).toEqual({
          sources: ['aws', 'fleet'],
          accounts: ['1'],
          types: ['ebs', 'restic'],
          owners: ['web'],
        })
      })

      test('refuse a cursor that was not given out', async () => {
        const tampered = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')
        for (const cursor of ['x', tampered([1, 2, 3]), tampered([1, 'a']), tampered({}), tampered([1, 'a', 'b\0'])])
          await expect(store.read.checks({}, 5, cursor)).rejects.toThrow(CursorError)
        await expect(store.read.incidents({}, 5, tampered(['a', 1, 'b']))).rejects.toThrow(CursorError)
      })

      test('are each read once, in the order of ids', async () => {
        const checks = Array.from({ length: 4_321 }, (_, i) => aCheck(`c${String(i).padStart(5, '0')}`))
        await store.write((tx) => tx.saveChecks([...checks.toReversed(), aCheck('gone', { retiredAt: at() })]))
        const seen: string[] = []
        for await (const check of store.read.eachCheck()) seen.push(check.id)
        expect(seen).toEqual(ids(checks))
      })

      test('keep their changes of status, the newest first', async () => {
        const change = (minutes: number, to: 'ok' | 'stale') => ({
          check: 'fleet/web',
          at: at(minutes),
          from: null,
          to,
          reason: `at ${minutes}`,
        })
        await store.write((tx) => tx.addStatusChanges([change(1, 'ok'), change(2, 'stale')]))
        await store.write((tx) => tx.addStatusChanges([{ ...change(3, 'ok'), check: 'other' }]))
        expect(await store.read.statusChanges('fleet/web', 9)).toEqual([change(2, 'stale'), change(1, 'ok')])
        expect(await store.read.statusChanges('fleet/web', 1)).toEqual([change(2, 'stale')])
      })
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

    describe('incidents', () => {
      test('are one at a time of a subject and a type', async () => {
        await store.write((tx) => tx.saveIncidents([anIncident('i1')]))
        await expect(store.write((tx) => tx.saveIncidents([anIncident('i2')]))).rejects.toThrow(/unique/i)
        const resolved = anIncident('i1', { state: 'resolved', resolvedAt: at(1), resolvedBy: 'recovery' })
        await store.write((tx) => tx.saveIncidents([anIncident('i2', { severity: 'critical' }), resolved]))
        await store.write((tx) => tx.saveIncidents([anIncident('i3', { type: 'BACKUP_FAILED' })]))
        expect(await store.read.incident('i1')).toEqual(resolved)
        await store.write(async (tx) => {
          expect(ids(await tx.unresolvedIncidents(['fleet/web', 'x']))).toEqual(['i2', 'i3'])
          expect(await tx.unresolvedIncidents([])).toEqual([])
          expect(await tx.incidentForUpdate('i2')).toMatchObject({ severity: 'critical' })
          expect(await tx.incidentForUpdate('nope')).toBeNull()
        })
        expect(await store.read.incidentCounts()).toEqual({ open: 2, acknowledged: 0, resolved: 1 })
      })

      test('are opened once when two find the same at the same time', async () => {
        const open = (id: string) =>
          store.write(async (tx) => {
            if ((await tx.unresolvedIncidents(['fleet/web'])).length === 0) await tx.saveIncidents([anIncident(id)])
          })
        await Promise.all(Array.from({ length: 8 }, (_, i) => open(`i${i}`)))
        expect(await store.read.incidentCounts()).toEqual({ open: 1, acknowledged: 0, resolved: 0 })
      })

      test('are listed unresolved first, then the newest, by pages', async () => {
        const many = Array.from({ length: 23 }, (_, i) =>
          anIncident(`i${String(i).padStart(2, '0')}`, {
            subject: `c${i}`,
            openedAt: at(i % 5),
            ...(i % 3 ? {} : { state: 'resolved' as const, resolvedAt: at(9) }),
            severity: i % 2 ? 'warning' : 'critical',
          }),
        )
        await store.write((tx) => tx.saveIncidents(many))
        const expected = many.toSorted(
          (a, b) =>
            Number(a.state === 'resolved') - Number(b.state === 'resolved') ||
            b.openedAt - a.openedAt ||
            (a.id < b.id ? 1 : -1),
        )
        const seen: string[] = []
        let cursor: string | null = null
        do {
          const page: Awaited<ReturnType<Store['read']['incidents']>> = await store.read.incidents({}, 4, cursor)
          seen.push(...ids(page.items))
          cursor = page.next
        } while (cursor !== null)
        expect(seen).toEqual(ids(expected))
        const filter = { states: ['resolved' as const], severities: ['critical' as const] }
        expect((await store.read.incidents(filter, 50)).items).toHaveLength(4)
        expect(ids((await store.read.incidents({ subject: 'c7' }, 50)).items)).toEqual(['i07'])
        expect((await store.read.incidents({ states: [] }, 50)).items).toEqual([])
      })

      test('keep their events in order, and are reminded of while nobody has acknowledged them', async () => {
        await store.write(async (tx) => {
          // the events may come first: the transaction is what must be whole
          await tx.addEvents([anEvent('e2', 'i1'), anEvent('e1', 'i1', { kind: 'escalated' })])
          await tx.saveIncidents([anIncident('i1'), anIncident('i2', { subject: 'x', openedAt: at(1) })])
        })
        expect(ids(await store.read.events('i1'))).toEqual(['e2', 'e1'])
        const due = (minutes: number, limit = 9) =>
          store.write(async (tx) => ids(await tx.incidentsToRemind(at(minutes), limit)))
        expect(await due(-1)).toEqual([])
        expect(await due(0)).toEqual(['i1'])
        expect(await due(5)).toEqual(['i1', 'i2'])
        expect(await due(5, 1)).toEqual(['i1'])
        await store.write((tx) =>
          tx.addEvents([
            anEvent('e3', 'i1', { kind: 'reminder', at: at(4) }),
            anEvent('e4', 'i2', { kind: 'note', at: at(4), by: 'ann' }),
          ]),
        )
        expect(await due(3)).toEqual(['i2'])
        expect(await due(4)).toEqual(['i2', 'i1'])
        // what is saved again keeps when it was last told
        await store.write((tx) => tx.saveIncidents([anIncident('i1', { reason: 'older' })]))
        expect(await due(3)).toEqual(['i2'])
        await store.write((tx) => tx.saveIncidents([anIncident('i2', { subject: 'x', state: 'acknowledged' })]))
        expect(await due(9)).toEqual(['i1'])
      })

      test('have no events without them', async () => {
        await expect(store.write((tx) => tx.addEvents([anEvent('e', 'nope')]))).rejects.toThrow(/foreign key/i)
        await store.write((tx) => tx.setValue('still', 'usable'))
      })
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
