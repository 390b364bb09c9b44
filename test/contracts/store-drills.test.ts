import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Drill, DrillRecord } from '../../src/domain/drill.ts'
import type { DrillFilter, Store } from '../../src/store/store.ts'
import { at } from '../fakes/records.ts'
import { aDrill } from '../fakes/services.ts'
import { storeKinds } from '../fakes/stores.ts'

const drill = (id: string, parts: Partial<Drill> = {}): Drill => aDrill('shop', { id, at: at(), ...parts })
const standing = (one: Drill): DrillRecord => ({ ...one, ended: null })
const alone = (check: string): Partial<Drill> => ({ service: null, check, origin: 'source' })

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(`the drills of ${kind.title}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    const add = (...drills: Drill[]) => store.write((tx) => tx.addDrills(drills))
    const listed = async (filter: DrillFilter = {}) =>
      (await store.read.drills(filter, 100)).items.map(({ id }) => id).join(' ')
    const newest = async (most: number) => (await store.read.newestDrills(most)).map(({ id }) => id).join(' ')
    const withdraw = (id: string, minutes = 1) =>
      store.write((tx) =>
        tx.endDrill(id, { at: at(minutes), by: 'ben', reason: 'it was a rehearsal', replacedBy: null }),
      )

    test('come back as they were recorded, and adding one again changes nothing', async () => {
      const whole = drill('d1', {
        check: 'fleet/db',
        phases: [
          { name: 'restore', startedAt: at(1), tookMs: 60_000 },
          { name: "\u{1F600} \u0000 it's", startedAt: null, tookMs: 1 },
        ],
        checked: ['row counts'],
        gaps: ['the key was lost \ud800'],
        note: 'on the spare host',
        reference: 'prod-aws:job-1',
      })
      await add(whole)
      await add({ ...whole, by: 'somebody else' }, drill('d2'))
      expect(await store.read.drill('d1')).toEqual(standing(whole))
      expect(await store.read.drill('nope')).toBeNull()
      expect(await listed()).toBe('d2 d1')
    })

    test('are listed newest first, by pages, of a service, of checks, by outcome', async () => {
      const many = Array.from({ length: 23 }, (_, n) =>
        drill(`d${String(n).padStart(2, '0')}`, {
          at: at(n % 4),
          ...(n % 3 === 0 ? alone(`fleet/${n % 2}`) : { service: n % 3 === 1 ? 'shop' : 'wiki' }),
          outcome: n % 5 === 0 ? 'failed' : 'verified',
        }),
      )
      await add(...many)
      const sorted = (which: (one: Drill) => boolean) =>
        many
          .filter(which)
          .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
          .map(({ id }) => id)
          .join(' ')
      const paged: string[] = []
      let cursor: string | null = null
      do {
        const page = await store.read.drills({}, 5, cursor)
        paged.push(...page.items.map(({ id }) => id))
        cursor = page.next
      } while (cursor !== null)
      expect(paged.join(' ')).toBe(sorted(() => true))
      expect(await listed({ service: 'wiki' })).toBe(sorted(({ service }) => service === 'wiki'))
      expect(await listed({ checks: ['fleet/1'] })).toBe(sorted(({ check }) => check === 'fleet/1'))
      expect(await listed({ service: 'shop', checks: ['fleet/0', 'fleet/1'] })).toBe(
        sorted(({ service, check }) => service === 'shop' || check !== null),
      )
      expect(await listed({ service: 'shop', outcomes: ['failed'] })).toBe(
        sorted(({ service, outcome }) => service === 'shop' && outcome === 'failed'),
      )
      expect(await listed({ checks: [] })).toBe('')
      await expect(store.read.drills({}, 5, 'rubbish')).rejects.toThrow(/cursor/)
    })

    test('that were withdrawn or replaced are kept, say so, and count no more', async () => {
      await add(drill('d1'), drill('d2', { at: at(1) }))
      await withdraw('d2', 5)
      const better = drill('d3', { replaces: 'd1', rtaMs: 7, recordedAt: at(9), recordedBy: 'cleo' })
      await store.write((tx) => tx.addDrills([better], 'the clock was wrong'))
      expect(await listed()).toBe('d3')
      expect(await listed({ ended: true })).toBe('d2 d3 d1')
      expect(await newest(9)).toBe('d3')
      expect(await store.read.drill('d2')).toMatchObject({
        outcome: 'verified',
        ended: { at: at(5), by: 'ben', reason: 'it was a rehearsal', replacedBy: null },
      })
      expect(await store.write((tx) => tx.drillForUpdate('d1'))).toMatchObject({
        ended: { at: at(9), by: 'cleo', reason: 'the clock was wrong', replacedBy: 'd3' },
      })
      await store.write((tx) => tx.addDrills([better], 'once more'))
      expect(await store.read.drill('d1')).toMatchObject({ ended: { reason: 'the clock was wrong' } })
    })

    test('are ended once, whoever is first, and only where they are', async () => {
      await add(drill('d1'))
      const rivals = await Promise.allSettled([withdraw('d1'), withdraw('d1'), withdraw('d1')])
      expect(rivals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      await expect(add(drill('d2', { replaces: 'd1' }))).rejects.toThrow()
      await expect(withdraw('nope')).rejects.toThrow()
      expect(await listed({ ended: true })).toBe('d1')
    })

    test('are found by what their source calls them: the last of each, withdrawn or not', async () => {
      await add(
        drill('d1', { reference: 'aws:a' }),
        drill('d2', { reference: 'aws:a', replaces: 'd1' }),
        drill('d3', { reference: 'aws:b' }),
        drill('d4'),
      )
      await withdraw('d3')
      const found = await store.write((tx) => tx.drillsByReference(['aws:a', 'aws:b', 'aws:c']))
      expect(new Map(found.map(({ id, ended }) => [id, ended?.by]))).toEqual(
        new Map([
          ['d2', undefined],
          ['d3', 'ben'],
        ]),
      )
      expect(await store.write((tx) => tx.drillsByReference([]))).toEqual([])
    })

    test('the newest of each service, and of each check that was drilled alone', async () => {
      await add(
        ...[1, 2, 3].map((n) => drill(`s${n}`, { at: at(n) })),
        ...[4, 5].map((n) => drill(`w${n}`, { at: at(n), service: 'wiki', check: 'fleet/db' })),
        ...[6, 7].map((n) => drill(`c${n}`, { at: at(n), ...alone('fleet/db') })),
        drill('x', { at: at(8), ...alone('shop') }),
      )
      await withdraw('s3')
      expect(await newest(1)).toBe('x c7 w5 s2')
      expect(await newest(2)).toBe('x c7 c6 w5 w4 s2 s1')
    })

    test('old ones are pruned only where everything that they proved stays proven', async () => {
      const of = (id: string, minutes: number, parts: Partial<Drill> = {}) =>
        drill(id, { ...alone('fleet/db'), at: at(minutes), rtaMs: 100, ...parts })
      await add(
        of('by-hand', -99, { origin: 'hand' }),
        of('surpassed', -98),
        of('fastest', -97, { rtaMs: 50 }),
        of('last-verified', -96),
        of('failed', -95, { outcome: 'failed', rtaMs: 1 }),
        of('corrected', -94, { rtaMs: 1 }),
        of('withdrawn', -93, { rtaMs: 2 }),
        of('correction', -92, { replaces: 'corrected', outcome: 'restored' }),
        of('last', -91, { outcome: 'restored', rtaMs: null }),
        drill('other', { ...alone('fleet/web'), at: at(-98) }),
        drill('service', { at: at(-98), origin: 'backproof' }),
      )
      await withdraw('withdrawn')
      expect(await store.write((tx) => tx.prune(at(-100), at()))).toBe(0)
      expect(await store.write((tx) => tx.prune(at(), at()))).toBe(3)
      expect(await listed({ ended: true })).toBe(
        'last correction withdrawn last-verified fastest service other by-hand',
      )
      expect(await store.write((tx) => tx.prune(at(), at()))).toBe(0)
    })
  })
}
