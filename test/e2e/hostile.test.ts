import { expect, test } from 'vitest'
import { inBrowser, MANY_PAGES, overflow, queryOf, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'
import { HEARTBEAT_ID, HOSTILE_NAMES, LONG, SCRIPT } from './seeds.ts'

/** As they are shown. */
const shown = (name: string) => name.replace('\n', '\\n').replace('\u0007', '\\u0007').replace('\u202e', '\\u202e')

inBrowser('names that mean harm', () => {
  const open = useBrowser()

  test('are text in the list, in filters, and on pages of their own', MANY_PAGES, async () => {
    await using api = await startSeededServer({ hostile: true })
    const { page, troubles } = await open(`${api.url}/?status=missing,stale`)
    for (const name of HOSTILE_NAMES) {
      await page.goto(`${api.url}/?status=missing,stale`)
      const link = page.locator('tbody th a').filter({ has: page.getByText(shown(name), { exact: true }) })
      await see(link)
      if (name === LONG) expect(await link.locator('bdi').getAttribute('title')).toBe(LONG)
      await link.click()
      await until(() => page.locator('h1').textContent()).toBe(shown(name))
      expect(queryOf(page)).toBe(`?id=fleet/${name}`.replaceAll(' ', '+'))
      await see(page.getByText(`What it says: ${shown(name)}`))
      expect(await page.title()).toBe(`${shown(name).replaceAll(/\s+/g, ' ')} · Backproof`)
      // the address alone leads here again
      await page.reload()
      await until(() => page.locator('h1').textContent()).toBe(shown(name))
      expect(await overflow(page)).toBe(0)
      await page.getByText('Account', { exact: true }).locator('..').getByRole('link').click()
      await until(() => page.locator('tbody tr').count()).toBe(1)
      expect(await page.getByLabel('Account').inputValue()).toBe(name)
    }
    expect(await page.locator('#root script, #root img').count()).toBe(0)
    expect(troubles).toEqual([])
  })

  test('are text as services, in their maps, plans and losses', MANY_PAGES, async () => {
    await using api = await startSeededServer({ hostile: true })
    const { page, troubles } = await open(`${api.url}/services?q=`)
    for (const name of HOSTILE_NAMES) {
      await page.goto(`${api.url}/services`)
      const link = page.locator('tbody th a').filter({ has: page.getByText(shown(name), { exact: true }) })
      await link.first().click()
      await until(() => page.locator('h1').textContent()).toBe(shown(name))
      expect(queryOf(page)).toBe(`?name=${name}`.replaceAll(' ', '+'))
      await page.reload()
      await until(() => page.locator('h1').textContent()).toBe(shown(name))
      await page.getByRole('button', { name: 'Read it here' }).click()
      await see(page.getByRole('heading', { name: 'Where the copies are' }))
      expect(await overflow(page)).toBe(0)
      await page.getByRole('link', { name: 'What if it is lost?' }).click()
      await see(page.getByRole('table', { name: 'Services that are touched, the worst first' }).getByText(shown(name)))
      expect(await overflow(page)).toBe(0)
    }
    // what is no address of the web is no link
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
    expect(await page.locator('#root script, #root img').count()).toBe(0)
    expect(troubles).toEqual([])
  })

  test('what a job printed keeps its lines, and nothing else of its powers', async () => {
    await using api = await startSeededServer()
    const { page, troubles } = await open(`${api.url}/check?id=${HEARTBEAT_ID}`)
    await page.getByText(/^Its output/).click()
    const output = page.locator('details pre')
    await see(output)
    expect(await output.textContent()).toContain(SCRIPT)
    expect((await output.innerText()).split('\n')).toHaveLength(22)
    expect(troubles).toEqual([])
  })

  test('the policy of the server lets no other script run', async () => {
    await using api = await startSeededServer()
    const { page, troubles } = await open(api.url)
    await see(page.locator('h1'))
    expect(troubles).toEqual([])
    await page.evaluate(
      `(() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s) })()`,
    )
    expect(await page.evaluate('window.ran')).toBeUndefined()
    expect(troubles.join()).toContain('Content Security Policy')
  })
})
