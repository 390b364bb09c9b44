import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Setting, Store } from '../../src/store/store.ts'
import { at } from '../fakes/records.ts'
import { storeKinds } from '../fakes/stores.ts'

function aSetting(kind: Setting['kind'], name: string, more: Partial<Setting> = {}): Setting {
  return { kind, name, body: '{}', createdAt: at(), updatedAt: at(), updatedBy: 'dashboard', ...more }
}

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(kind.title, () => {
    let store: Store
    beforeEach(async () => {
      store = await kind.open()
    })
    afterEach(() => store.close())
    afterAll(() => kind.stop())

    test('keeps what was made, in the order of kind and name', async () => {
      expect(await store.read.settings()).toEqual([])
      const all = [
        aSetting('channel', 'oncall', { body: JSON.stringify({ text: "it's \u{1F600} \u0001" }) }),
        aSetting('source', 'a'),
        aSetting('source', 'b', { updatedBy: 'API token ci' }),
      ]
      for (const setting of all.toReversed()) await store.write((tx) => tx.saveSetting(setting))
      expect(await store.read.settings()).toEqual(all)
      expect(await store.write((tx) => tx.settingsForUpdate())).toEqual(all)
    })

    test('a change keeps when it was made, and says when and by whom it was changed', async () => {
      await store.write((tx) => tx.saveSetting(aSetting('route', 'night')))
      const later = aSetting('route', 'night', {
        body: '{"to":"mail"}',
        createdAt: at(5),
        updatedAt: at(5),
        updatedBy: 'ann',
      })
      await store.write((tx) => tx.saveSetting(later))
      expect(await store.read.settings()).toEqual([{ ...later, createdAt: at() }])
    })

    test('the same name of two kinds are two, and one is dropped without the other', async () => {
      await store.write((tx) => tx.saveSetting(aSetting('source', 'x')))
      await store.write((tx) => tx.saveSetting(aSetting('service', 'x')))
      expect(await store.write((tx) => tx.dropSetting('source', 'x'))).toBe(true)
      expect(await store.write((tx) => tx.dropSetting('source', 'x'))).toBe(false)
      expect(await store.read.settings()).toMatchObject([{ kind: 'service' }])
    })

    test('the revision changes with each change, in its commit, and with nothing else', async () => {
      const seen = [await store.read.settingsRevision()]
      expect(seen).toEqual([null])
      const now = async () => void seen.push(await store.read.settingsRevision())
      await store.write((tx) => tx.saveSetting(aSetting('source', 'x')))
      await now()
      await store.write((tx) => tx.saveSetting(aSetting('source', 'x')))
      await now()
      await store.write((tx) => tx.dropSetting('source', 'x'))
      await now()
      expect(new Set(seen).size).toBe(4)
      await store.write((tx) => tx.dropSetting('source', 'x'))
      await now()
      const broken = store.write(async (tx) => {
        await tx.saveSetting(aSetting('source', 'y'))
        throw new Error('no')
      })
      await expect(broken).rejects.toThrow('no')
      await now()
      expect(new Set(seen.slice(3)).size).toBe(1)
      expect(await store.read.settings()).toEqual([])
    })

    test('changes of several at once are all kept', async () => {
      const names = Array.from({ length: 12 }, (_, i) => `s${String(i).padStart(2, '0')}`)
      await Promise.all(names.map((name) => store.write((tx) => tx.saveSetting(aSetting('source', name)))))
      expect((await store.read.settings()).map(({ name }) => name)).toEqual(names)
    })
  })
}
