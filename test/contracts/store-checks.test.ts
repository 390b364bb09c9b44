import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CursorError, type Store } from '../../src/store/store.ts'
import { aCheck, at } from '../fakes/records.ts'
import { storeKinds } from '../fakes/stores.ts'

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(`the checks of ${kind.title}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    const ids = (items: readonly { id: string }[]) => items.map((item) => item.id)

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

    test('say which were written since a mark, also retired ones, until nobody knows any more', async () => {
      await store.write((tx) => tx.saveChecks([aCheck('a'), aCheck('b'), aCheck('c')]))
      const mark = await store.read.checksMark()
      const since = async () => ids((await store.read.checksSince(mark)) ?? []).toSorted()
      expect(await since()).toEqual([])
      await store.write((tx) => tx.saveChecks([aCheck('b', { memory: 1 })]))
      await store.write((tx) => tx.saveChecks([aCheck('d'), aCheck('c', { retiredAt: at() })]))
      expect(await since()).toEqual(['b', 'c', 'd'])
      const failing = store.write(async (tx) => {
        await tx.saveChecks([aCheck('a', { memory: 2 })])
        throw new Error('not today')
      })
      await expect(failing).rejects.toThrow('not today')
      expect((await store.read.checksSince(mark))?.find(({ id }) => id === 'a')?.memory ?? null).toBeNull()
      const [number] = mark.split(' ').slice(-1)
      expect(await store.read.checksSince(mark.replace(number ?? '', 'x'))).toBeNull()
    })

    test('that a transaction writes while others make their marks are told once it has ended', async () => {
      const marks: string[] = []
      await store.write(async (tx) => {
        marks.push(await store.read.checksMark())
        await tx.saveChecks([aCheck('late')])
        marks.push(await store.read.checksMark())
        for (const mark of marks) expect(await store.read.checksSince(mark)).toEqual([])
      })
      for (const mark of marks) expect(ids((await store.read.checksSince(mark)) ?? [])).toEqual(['late'])
    })

    test('are read by id, by scope in the order of ids, and by when they turn', async () => {
      const scope = ['a', 'b', 'c', 'd'].map((id, i) => aCheck(id, { judgement: { changesAt: i ? at(10 - i) : null } }))
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
      const counts = await store.read.counts()
      expect(counts.map(({ source, type }) => `${source} ${type}`)).toEqual(['aws ebs', 'fleet restic'])
      for (const { source, type, summary } of counts)
        expect(summary).toEqual(await store.read.summary({ source, type }))
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
}
