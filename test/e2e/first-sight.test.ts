import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inBrowser, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'
import { STALE_ID } from './seeds.ts'

const SHIFTS = `window.shifted = 0
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value
}).observe({ type: 'layout-shift', buffered: true })`

const ground = (page: Page) => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')

inBrowser('at first sight', () => {
  const open = useBrowser()

  test('something stands there before the program has come, as dark as was chosen', async () => {
    await using api = await startSeededServer()
    const { page, troubles } = await open(api.url, { colorScheme: 'light' })
    await see(page.getByRole('link', { name: 'db-server' }))
    const light = await ground(page)
    await page.getByRole('button', { name: /^Theme/ }).click()
    await page.getByRole('button', { name: /^Theme/ }).click()
    const dark = await ground(page)
    expect(dark).not.toBe(light)

    const held: (() => void)[] = []
    await page.route('**/assets/index-*.js', async (route) => {
      await new Promise<void>((go) => held.push(go))
      await route.continue()
    })
    await page.goto(api.url, { waitUntil: 'commit' })
    await see(page.getByRole('status').filter({ hasText: 'Loading …' }))
    expect(await ground(page)).toBe(dark)
    await until(() => held.length).toBe(1)
    for (const go of held) go()
    await see(page.getByRole('link', { name: 'db-server' }))
    expect(await page.getByText('Loading …').count()).toBe(0)
    // what was fetched ahead was used: else the browser would complain
    expect(troubles).toEqual([])
  })

  test('what one reads is not pushed down by what comes later', async () => {
    await using api = await startSeededServer()
    const { page } = await open('about:blank', { viewport: { width: 390, height: 844 } })
    await page.addInitScript(SHIFTS)
    // incidents come last, and stand above the rest
    await page.route('**/api/v1/incidents?*', async (route) => {
      await until(() => page.getByText(/^Reading /).count()).toBe(1)
      await route.continue()
    })
    for (const path of [`/check?id=${STALE_ID}`, '/service?name=payments-postgres']) {
      await page.goto(api.url + path)
      await see(page.getByRole('heading', { name: 'Unresolved incidents' }))
      const shifted = await page.evaluate<number>('window.shifted')
      // https://web.dev/articles/cls: good is less than 0.1
      expect(shifted, path).toBeLessThan(0.1)
    }
  })

  test('one always sees in the menu where one is', async () => {
    await using api = await startSeededServer()
    const { page } = await open(api.url)
    const current = page.getByRole('navigation', { name: 'Main' }).locator('[aria-current]')
    for (const [path, entry] of [
      ['/', 'Checks'],
      [`/check?id=${STALE_ID}`, 'Checks'],
      ['/service?name=payments-postgres', 'Services'],
      ['/incidents/inc-5', 'Incidents'],
      ['/drills', 'Drills'],
    ] as const) {
      await page.goto(api.url + path)
      await until(() => current.allTextContents()).toEqual([expect.stringMatching(`^${entry}`)])
    }
  })
})
