import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApi } from '../fakes/api.ts'
import { complianceInstance, count } from '../fakes/compliance-estate.ts'
import { inBrowser, overflow, see, useBrowser } from './browser.ts'
import { built } from './seeded-server.ts'

inBrowser('the compliance of AWS Backup', () => {
  let api: TestApi
  beforeAll(async () => {
    const upkeep = { kept: 4, well: 2, conditions: [count(2, 1, 1)] }
    api = await complianceInstance([upkeep], ['ok', 'due', 'failed', 'paused'], built())
  }, 120_000)
  afterAll(() => api[Symbol.asyncDispose]())
  const open = useBrowser()

  test('stands below the statuses, with what is amiss, also on a small screen', async () => {
    for (const viewport of [
      { width: 1280, height: 900 },
      { width: 360, height: 700 },
    ]) {
      const { page, troubles } = await open(api.url, { viewport })
      const card = page.getByRole('region', { name: 'Compliance' })
      await see(card)
      expect(await card.innerText()).toMatch(/prod\s+57 %[\s\S]*2 of 4[\s\S]*2 of 3[\s\S]*Nobody hears of failures: 1/)
      expect(await overflow(page)).toBe(0)
      expect(troubles).toEqual([])
    }
  })
})
