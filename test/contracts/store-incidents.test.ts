import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compareSeverity } from '../../src/domain/severity.ts'
import type { SubjectKind } from '../../src/domain/subject.ts'
import type { Store } from '../../src/store/store.ts'
import { anEvent, anIncident, at } from '../fakes/records.ts'
import { storeKinds } from '../fakes/stores.ts'

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(`the incidents of ${kind.title}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    const ids = (items: readonly { id: string }[]) => items.map((item) => item.id)

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

    test('of services and sources stand beside those of checks', async () => {
      const subjects = ['service:web', 'fleet/web', 'source:fleet', 'service/web', 'SERVICE:x', 'service:db']
      const all = subjects.map((subject, n) =>
        anIncident(`i${n}`, { subject, about: { owner: 'a', tier: 1, tags: {} } }),
      )
      await store.write((tx) => tx.saveIncidents(all))
      const over = anIncident('i9', { subject: 'service:gone', state: 'resolved', resolvedAt: at(1) })
      await store.write((tx) => tx.saveIncidents([over]))
      await store.write(async (tx) => {
        expect(await tx.unresolvedOfKind('service')).toEqual([all[0], all[5]])
        expect(await tx.unresolvedOfKind('source')).toEqual([all[2]])
      })
      const of = async (...kinds: SubjectKind[]) => ids((await store.read.incidents({ kinds }, 50)).items).toSorted()
      expect(await of('service')).toEqual(['i0', 'i5', 'i9'])
      expect(await of('check')).toEqual(['i1', 'i3', 'i4'])
      expect(await of('check', 'source')).toEqual(['i1', 'i2', 'i3', 'i4'])
      expect(await of()).toEqual([])
    })

    test('are opened once when two find the same at the same time', async () => {
      const open = (id: string) =>
        store.write(async (tx) => {
          if ((await tx.unresolvedIncidents(['fleet/web'])).length === 0) await tx.saveIncidents([anIncident(id)])
        })
      await Promise.all(Array.from({ length: 8 }, (_, i) => open(`i${i}`)))
      expect(await store.read.incidentCounts()).toEqual({ open: 1, acknowledged: 0, resolved: 0 })
    })

    test('are listed unresolved first, of these the gravest, then the newest, by pages', async () => {
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
          (a.state === 'resolved' ? 0 : compareSeverity(b.severity, a.severity)) ||
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
}
