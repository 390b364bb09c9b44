import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Drill } from '../../src/domain/drill.ts'
import { chained, type EvidenceEntry, NO_HASH } from '../../src/evidence/entry.ts'
import { checkpointItem, pauseItem } from '../../src/evidence/items.ts'
import type { Store, Writer } from '../../src/store/store.ts'
import { aSigner, linesOfBundle, verified } from '../fakes/evidence.ts'
import { anEvent, anIncident, at } from '../fakes/records.ts'
import { storeKinds } from '../fakes/stores.ts'

const signer = aSigner()
const change = (n: number, minutes = n) => ({
  check: `fleet/${n}`,
  at: at(minutes),
  from: null,
  to: 'ok' as const,
  reason: `fine ${n}`,
})

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(`evidence in ${kind.title}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    const add = (...numbers: number[]) => store.write((tx) => tx.addStatusChanges(numbers.map((n) => change(n))))
    const all = () => store.read.evidence(0, 10_000)

    /** Each entry goes on from the one before, and the head is the last. */
    async function whole(first = 1): Promise<EvidenceEntry[]> {
      const entries = await all()
      const head = await store.read.evidenceHead()
      let prev = first === 1 ? NO_HASH : (entries[0]?.prev ?? '')
      for (const [i, entry] of entries.entries()) {
        expect(entry).toMatchObject({ seq: first + i, prev })
        const item = { kind: 'status' as const, at: entry.at, body: JSON.parse(entry.body) }
        const [again] = chained({ chain: '', seq: entry.seq - 1, hash: prev }, [item]).entries
        if (entry.kind === 'status') expect(again).toEqual(entry)
        prev = entry.hash
      }
      expect(head).toMatchObject({ seq: entries.at(-1)?.seq, hash: prev, at: entries.at(-1)?.at })
      return entries
    }

    test('there is none before something has happened', async () => {
      expect(await store.read.evidenceHead()).toBeNull()
      expect(await all()).toEqual([])
      await store.write((tx) => tx.setValue('k', 'v'))
      expect(await store.read.evidenceHead()).toBeNull()
    })

    test('status changes and events of incidents enter by themselves, in their order, after a first entry that names the chain', async () => {
      await store.write(async (tx) => {
        await tx.addStatusChanges([change(1), change(2)])
        await tx.saveIncidents([anIncident('i1', { subject: 'fleet/1' })])
        await tx.addEvents([anEvent('e1', 'i1')])
      })
      // of an incident that an earlier transaction has saved
      await store.write((tx) => tx.addEvents([anEvent('e2', 'i1', { kind: 'note', by: 'anna', at: at(3) })]))
      const entries = await whole()
      const head = await store.read.evidenceHead()
      expect(entries.map((entry) => [entry.kind, JSON.parse(entry.body)])).toEqual([
        ['chain', { chain: head?.chain }],
        ['status', { check: 'fleet/1', from: null, to: 'ok', reason: 'fine 1' }],
        ['status', { check: 'fleet/2', from: null, to: 'ok', reason: 'fine 2' }],
        [
          'incident',
          expect.objectContaining({
            event: 'opened',
            incident: 'i1',
            subject: 'fleet/1',
            type: 'BACKUP_STALE',
            by: null,
          }),
        ],
        ['incident', expect.objectContaining({ event: 'note', subject: 'fleet/1', type: 'BACKUP_STALE', by: 'anna' })],
      ])
      expect(head?.chain).toMatch(/^[0-9a-f-]{36}$/)
      expect(head?.checkpoint).toBeNull()
    })

    test('drills enter once each, and so does the end of a record', async () => {
      const drill: Drill = {
        id: 'd1',
        service: 'shop',
        check: null,
        at: at(1),
        by: 'ann',
        origin: 'hand',
        outcome: 'verified',
        phases: [{ name: 'restore', startedAt: null, tookMs: 5 }],
        rtaMs: 5,
        rpaMs: null,
        checked: ['rows'],
        gaps: [],
        note: null,
        recordedAt: at(2),
        recordedBy: 'ann',
        replaces: null,
        reference: null,
      }
      for (let i = 0; i < 2; i++) await store.write((tx) => tx.addDrills([drill]))
      await store.write((tx) => tx.endDrill('d1', { at: at(3), by: 'bob', reason: 'a typo', replacedBy: null }))
      const entries = await whole()
      expect(entries.slice(1).map((entry) => [entry.kind, entry.at, JSON.parse(entry.body)])).toEqual([
        [
          'drill',
          at(2),
          expect.objectContaining({ event: 'recorded', drill: 'd1', service: 'shop', outcome: 'verified' }),
        ],
        ['drill', at(3), { event: 'ended', drill: 'd1', by: 'bob', reason: 'a typo', replaced_by: null }],
      ])
    })

    test('nothing of what is rolled back enters', async () => {
      await add(1)
      const before = await store.read.evidenceHead()
      const failing = store.write(async (tx) => {
        await tx.addStatusChanges([change(2)])
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      expect(await store.read.evidenceHead()).toEqual(before)
      await add(3)
      expect((await whole()).map(({ body }) => body).join()).not.toContain('fleet/2')
    })

    test('many writers at once make one chain', async () => {
      await Promise.all(Array.from({ length: 25 }, (_, i) => add(2 * i, 2 * i + 1)))
      const entries = await whole()
      expect(entries).toHaveLength(51)
      expect(new Set(entries.map(({ body }) => body)).size).toBe(51)
    })

    test('a checkpoint signs what stands before it, also of its own transaction', async () => {
      await add(1)
      await store.write(async (tx) => {
        await tx.addEvidence([checkpointItem(signer, at(5)), pauseItem('fleet/1', at(6), 'anna', null)])
        await tx.addStatusChanges([change(2)])
      })
      const head = await store.read.evidenceHead()
      expect(head?.checkpoint).toEqual({ seq: 3, at: at(5) })
      const entries = await whole()
      expect(entries.map((entry) => entry.kind)).toEqual(['chain', 'status', 'checkpoint', 'resume', 'status'])
      const [lines] = [await linesOfBundle(entries, signer)]
      // the chain of a bundle is the one of its checkpoints
      expect((await verified(`${lines.join('\n')}\n`)).touch).toMatchObject({ how: 'signature', seq: 3 })
      const named = await linesOfBundle(entries, signer, false, head?.chain)
      expect(await verified(`${named.join('\n')}\n`, { keys: [signer] })).toMatchObject({ touch: null, checkpoints: 1 })
    })

    test('is read on from any number, and found by its time', async () => {
      await add(1, 2, 3, 4, 5)
      expect((await store.read.evidence(2, 2)).map(({ seq }) => seq)).toEqual([3, 4])
      expect(await store.read.evidence(6, 2)).toEqual([])
      expect(await store.read.evidenceSince(at(3))).toBe(4)
      expect(await store.read.evidenceSince(at(0))).toBe(1)
      expect(await store.read.evidenceSince(at(6))).toBeNull()
    })

    test('pruning removes none of it; a cut does, and says so under a signature', async () => {
      await add(1, 2, 3, 4, 5)
      await store.write((tx) => tx.prune(at(1000), at(1000)))
      expect(await whole()).toHaveLength(6)
      const cut = (minutes: number) => store.write((tx) => tx.cutEvidence(at(minutes), signer, at(2000)))
      expect(await cut(-5)).toBe(false)
      expect(await cut(4)).toBe(true)
      const entries = await whole(5)
      expect(entries.map(({ kind: of }) => of)).toEqual(['status', 'status', 'cut'])
      expect(JSON.parse(entries[2]?.body ?? '')).toMatchObject({ from: 1, to: 4, hash: entries[0]?.prev })
      const { chain, checkpoint } = (await store.read.evidenceHead()) ?? {}
      expect(checkpoint).toEqual({ seq: 7, at: at(2000) })
      const lines = await linesOfBundle(entries, signer, false, chain)
      expect((await verified(`${lines.join('\n')}\n`, { keys: [signer] })).touch).toBeNull()
      expect(await cut(4)).toBe(false)
      // all but the last may go
      expect(await cut(3000)).toBe(true)
      expect((await whole(7)).map(({ kind: of }) => of)).toEqual(['cut', 'cut'])
    })

    test('hostile words come back as they went in, or cut', async () => {
      const words = ['\0', '\ud800', '"}\n{"seq":1', '\u2028', 'x'.repeat(1_000_000), '\u{1f600}'.repeat(3000)]
      const hostile = async (tx: Writer) => {
        await tx.addStatusChanges(words.map((word, n) => ({ ...change(n), check: word, reason: word })))
      }
      await store.write(hostile)
      const entries = await whole()
      expect(entries).toHaveLength(words.length + 1)
      for (const { body } of entries) expect(body.length).toBeLessThan(50_000)
      const lines = await linesOfBundle(entries, signer, false, (await store.read.evidenceHead())?.chain)
      expect((await verified(`${lines.join('\n')}\n`)).touch).toBeNull()
    })
  })
}
