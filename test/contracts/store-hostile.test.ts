import * as fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STATUSES } from '../../src/domain/status.ts'
import type { Store } from '../../src/store/store.ts'
import { aCheck, aDelivery, anEvent, anIncident, aPing, aPoint, at } from '../fakes/records.ts'
import { storeKinds } from '../fakes/stores.ts'

const HOSTILE = [
  `'; drop table "check"; --`,
  '"quoted"',
  'a\0b',
  'lone \ud800 surrogate',
  'Ünïcödé 漢字 🗄️',
  '{"a":1}',
  '%_\\',
  '$1 ? :x @y',
  'x'.repeat(10_000),
  '漢'.repeat(10_000),
  Array.from({ length: 10_000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join(''),
  'x'.repeat(9_999),
  '\n\r\t\u202e',
  '__proto__',
]

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(`hostile text in ${kind.title}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    test('gives hostile names back whole, and finds things by them', async () => {
      const checks = HOSTILE.map((text) =>
        aCheck(text, {
          source: text,
          scope: text,
          type: text,
          detail: text,
          memory: { [text]: text },
          resource: { name: text, account: text, tags: { [text]: text } },
          judgement: { owner: text, reason: text },
        }),
      )
      await store.write((tx) => tx.saveChecks(checks))
      expect((await store.read.summary()).total).toBe(HOSTILE.length)
      for (const [i, text] of HOSTILE.entries()) {
        expect(await store.read.check(text)).toEqual(checks[i])
        for (const filter of [{ source: text }, { scope: text }, { account: text }, { type: text }, { owner: text }])
          expect((await store.read.checks(filter, 9)).items).toEqual([checks[i]])
        const found = await store.read.checks({ text: text.slice(0, 50) }, 99)
        expect(found.items.map(({ id }) => id)).toContain(text)
        const scoped = await store.write((tx) => tx.checksOfScope(text, null, 9))
        expect(scoped).toEqual([checks[i]])
        expect(await store.write((tx) => tx.checksOfScope(text, text, 9))).toEqual([])
      }
    })

    test('keeps what belongs to hostile names with them', async () => {
      for (const [i, text] of HOSTILE.entries())
        await store.write(async (tx) => {
          await tx.declareScopes([{ id: text, source: text, name: text }], [text], at())
          await tx.savePoints([aPoint(text, text, { problem: text })], at())
          await tx.addPings([aPing(`p${i}`, text, { body: text, remote: text, runId: text })])
          await tx.addStatusChanges([{ check: text, at: at(), from: null, to: 'ok', reason: text }])
          await tx.saveIncidents([anIncident(text, { subject: text, reason: text })])
          await tx.addEvents([anEvent(text, text, { by: text })])
          await tx.addDeliveries([aDelivery(text, text, { lastError: text }, [text])])
          await tx.setValue(text, text)
        })
      for (const [i, text] of HOSTILE.entries()) {
        expect(await store.read.points(text, 9)).toHaveLength(1)
        expect(await store.read.pings(text, 9)).toMatchObject([{ id: `p${i}`, check: text }])
        expect(await store.read.statusChanges(text, 9)).toMatchObject([{ check: text, reason: text }])
        expect(await store.read.incident(text)).toEqual(anIncident(text, { subject: text, reason: text }))
        expect(await store.read.events(text)).toMatchObject([{ id: text, by: text }])
        expect(await store.read.nextDelivery(text)).toMatchObject({ id: text, lastError: text })
        expect(await store.read.deliveries({ incident: text }, 9)).toHaveLength(1)
        expect(await store.read.value(text)).toBe(text.toWellFormed().replaceAll('\0', '\uFFFD'))
        expect(await store.read.scopes(text)).toHaveLength(1)
        const lease = await store.write((tx) => tx.claimScope('w', at(1), 60_000, [text]))
        if (!lease) throw new Error('nothing was due')
        await store.write((tx) => tx.holdScope(lease))
      }
    })

    test('pages through any list without gaps or repeats, whatever the names', { timeout: 120_000 }, async () => {
      const name = fc.oneof(
        fc.constantFrom('', 'a', 'A', 'ä', 'b%', '🗄', '\ufffd', '\uffff', 'a\0'),
        fc.string({ unit: 'binary' }),
      )
      const rows = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 999 }), name, fc.constantFrom(...STATUSES)), {
        selector: ([id]) => id,
        maxLength: 25,
      })
      let round = 0
      await fc.assert(
        fc.asyncProperty(rows, fc.integer({ min: 1, max: 7 }), async (rows, limit) => {
          const source = `round ${++round}`
          const checks = rows.map(([id, name, status]) =>
            aCheck(`${source}/${id}${name}`, { source, resource: { name }, judgement: { status } }),
          )
          await store.write((tx) => tx.saveChecks(checks))
          const seen: string[] = []
          let cursor: string | null = null
          do {
            const page: Awaited<ReturnType<Store['read']['checks']>> = await store.read.checks(
              { source },
              limit,
              cursor,
            )
            expect(page.items.length).toBeGreaterThan(page.next === null ? -1 : 0)
            seen.push(...page.items.map((check) => check.id))
            cursor = page.next
          } while (cursor !== null)
          const whole = (await store.read.checks({ source }, 100)).items.map((check) => check.id)
          expect(seen).toEqual(whole)
          expect(seen.toSorted()).toEqual(checks.map((check) => check.id).toSorted())
        }),
        { numRuns: 40 },
      )
    })
  })
}
