import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApi } from '../fakes/api.ts'
import { inBrowser, MANY_PAGES, overflow, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'
import { LONG, SCRIPT, STALE_ID } from './seeds.ts'
import { DRILLS, HOSTILE_DRILLS } from './service-seeds.ts'

const PAGES = [
  '/',
  `/check?id=${STALE_ID}`,
  '/check?id=jobs/mail-archive',
  '/check?id=jobs/quarterly-archive',
  '/check?id=fleet/old-vault',
  `/check?id=fleet/${LONG}`,
  '/check?id=nothing',
  '/incidents?state=all',
  '/incidents/inc-5',
  '/incidents/inc-6',
  '/incidents/inc-7',
  '/services',
  '/services?q=nothing-like-it',
  '/service?name=payments-postgres',
  '/service?name=shop',
  '/service?name=wiki',
  `/service?name=${encodeURIComponent(SCRIPT)}`,
  `/service?name=${LONG}`,
  '/service?name=nobody',
  '/what-if',
  '/what-if?lose=site:dc-a&lose=account:123456789012',
  `/what-if?lose=site:${LONG}&lose=${encodeURIComponent(`key:${SCRIPT}`)}`,
  '/what-if?lose=site:the-moon',
  '/drills',
  '/drills?record=yes',
  '/settings',
  '/sources',
  '/channels',
  '/no-such-page',
]

/**
 * The texts whose colour is too near to the one behind them (WCAG 2.2, 1.4.3: 4.5, large ones 3).
 * https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
const TOO_FAINT = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor)
      if (colour[3] > 250) return colour
    }
    return [255, 255, 255, 255]
  }
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0)
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  let seen = 0
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('svg, option, noscript')) continue
    const style = getComputedStyle(element)
    const a = light(rgba(style.color))
    const b = light(ground(element))
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700)
    seen += 1
    if (ratio < (large ? 3 : 4.5)) found.push(walker.currentNode.data.slice(0, 40) + ' ' + ratio.toFixed(2))
  }
  return { seen, found }
})()`

/** The page is there with what it had to ask for. */
async function settled(page: Page): Promise<void> {
  await see(page.locator('h1'))
  await until(() => page.getByText(/^Reading .* …$/).count()).toBe(0)
}

inBrowser('how it looks', () => {
  const open = useBrowser()
  let api: TestApi
  beforeAll(async () => {
    api = await startSeededServer({ hostile: true, drills: [...DRILLS, ...HOSTILE_DRILLS] })
  })
  afterAll(() => api[Symbol.asyncDispose]())

  test('no page is wider than a phone, nor a button smaller than a finger', MANY_PAGES, async () => {
    const { page } = await open(api.url, { viewport: { width: 390, height: 844 }, hasTouch: true })
    for (const path of PAGES) {
      await page.goto(api.url + path)
      await settled(page)
      // what is folded up too
      await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true')
      expect([path, await overflow(page)]).toEqual([path, 0])
      for (const button of await page.getByRole('button').all()) {
        const box = await button.boundingBox()
        // WCAG 2.2, 2.5.8: 24 pixels
        if (box) expect([path, Math.min(box.width, box.height) >= 24]).toEqual([path, true])
      }
    }
    await page.goto(api.url)
    await page.getByRole('button', { name: 'Filters' }).click()
    await page.getByLabel('Source').selectOption('dumps')
    await see(page.getByRole('button', { name: 'Filters (1)' }))
    expect(await overflow(page)).toBe(0)
    // the whole card leads to the check
    await page.locator('tbody tr').filter({ hasText: 'billing' }).getByText('limit 25 h').click({ force: true })
    await see(page.getByRole('heading', { name: 'billing' }))
  })

  test.each(['light', 'dark'] as const)('every text can be read in %s', MANY_PAGES, async (colorScheme) => {
    const { page } = await open(api.url, { colorScheme })
    for (const path of PAGES) {
      await page.goto(api.url + path)
      await settled(page)
      const { seen, found } = await page.evaluate<{ seen: number; found: string[] }>(TOO_FAINT)
      expect([path, found]).toEqual([path, []])
      expect(seen).toBeGreaterThan(10)
    }
  })

  test('the theme can be chosen, and stays', async () => {
    const { page } = await open(api.url, { colorScheme: 'light' })
    const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    await see(page.locator('h1'))
    const light = await ground()
    await page.getByRole('button', { name: 'Theme: system. Change to light.' }).click()
    expect(await ground()).toBe(light)
    await page.getByRole('button', { name: 'Theme: light. Change to dark.' }).click()
    const dark = await ground()
    expect(dark).not.toBe(light)
    await page.reload()
    await see(page.getByRole('button', { name: 'Theme: dark. Change to system.' }))
    expect(await ground()).toBe(dark)
    await page.getByRole('button', { name: /^Theme/ }).click()
    expect(await ground()).toBe(light)
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await ground()).toBe(dark)
  })
})
