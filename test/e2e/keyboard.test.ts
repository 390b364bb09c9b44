import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inBrowser, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'

const FOCUSED = `(() => { const e = document.activeElement; return e === document.body ? '' : (e.getAttribute('aria-label') ?? e.innerText ?? '').trim().replace(/\\s+/g, ' ') })()`
/** Whether the browser draws the focus. */
const RING = `getComputedStyle(document.activeElement).outlineStyle !== 'none'`

const focused = (page: Page) => page.evaluate<string>(FOCUSED)

/** Presses Tab until `name` has the focus; each stop on the way must show that it has it. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    expect(await page.evaluate<boolean>(RING), `no focus is drawn on "${await focused(page)}"`).toBe(true)
    if ((await focused(page)).startsWith(name)) return
  }
  expect.fail(`"${name}" can not be reached by Tab`)
}

inBrowser('without a mouse', () => {
  const open = useBrowser()

  test('from the list to a check, to its incident, to having acknowledged it', async () => {
    await using api = await startSeededServer()
    const { page, troubles } = await open(api.url)
    await see(page.getByRole('link', { name: 'db-server' }))

    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await until(() => page.evaluate('document.activeElement.id')).toBe('main')

    await page.keyboard.press('/')
    await page.keyboard.type('db-s')
    await until(() => page.locator('tbody tr').count()).toBe(1)
    // a slash inside of a text is a letter
    await page.keyboard.type('/')
    await until(() => page.getByLabel('Search').inputValue()).toBe('db-s/')
    await page.keyboard.press('Backspace')
    await until(() => page.locator('tbody tr').count()).toBe(1)

    await tabTo(page, 'db-server')
    await page.keyboard.press('Enter')
    await see(page.getByRole('heading', { name: 'db-server' }))
    // whoever can not see the page hears where they are
    await until(() => focused(page)).toBe('db-server')

    await see(page.getByRole('link', { name: /^Backup is stale/ }))
    await tabTo(page, 'Backup is stale')
    await page.keyboard.press('Enter')
    await until(() => focused(page)).toBe('Backup is stale: db-server')
    await tabTo(page, 'Acknowledge')
    await page.keyboard.press('Enter')
    const dialogue = page.getByRole('dialog', { name: 'Acknowledge this incident' })
    await see(dialogue)
    await page.keyboard.press('Escape')
    await dialogue.waitFor({ state: 'hidden' })
    expect(await focused(page)).toBe('Acknowledge')

    await page.keyboard.press('Enter')
    await see(dialogue)
    await page.keyboard.type('I look at the disk')
    await tabTo(page, 'Acknowledge')
    await page.keyboard.press('Enter')
    await dialogue.waitFor({ state: 'hidden' })
    await see(page.getByRole('status').filter({ hasText: 'Acknowledged: reminders stop.' }))
    await see(page.getByText('I look at the disk'))
    await until(() => page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0)
    expect(await api.store.read.incident('inc-5')).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'dashboard' })
    expect(troubles).toEqual([])
  })

  test('from the services to what is wrong with one, and to what its loss would do', async () => {
    await using api = await startSeededServer()
    const { page, troubles } = await open(`${api.url}/services`)
    await see(page.getByRole('link', { name: 'shop' }))
    await tabTo(page, 'shop')
    await page.keyboard.press('Enter')
    // the link that was pressed is called so too
    await see(page.getByRole('heading', { name: 'shop', exact: true }))
    await until(() => focused(page)).toBe('shop')
    await tabTo(page, 'Passes')
    await page.keyboard.press('Enter')
    await see(page.getByRole('heading', { name: 'Ownership' }))
    await tabTo(page, 'Read it here')
    await page.keyboard.press('Space')
    await see(page.getByRole('heading', { name: 'Then check' }))
    await page.getByRole('heading', { name: 'shop', exact: true }).focus()
    await tabTo(page, 'What if it is lost?')
    await page.keyboard.press('Enter')
    await until(() => focused(page)).toBe('What if this is lost?')
    await tabTo(page, 'Keep Service shop')
    await page.keyboard.press('Enter')
    await until(() => page.getByRole('heading', { name: 'What if it is lost?' }).count()).toBe(1)
    expect(troubles).toEqual([])
  })

  test('an incident is resolved, and its number goes from the header', async () => {
    await using api = await startSeededServer()
    const { page } = await open(`${api.url}/incidents`)
    await see(page.getByRole('heading', { name: '4 open incidents, 1 acknowledged' }))
    await tabTo(page, 'Backup failed: jobs/mail-archive')
    await page.keyboard.press('Enter')
    await see(page.getByRole('heading', { name: 'Backup failed: mail-archive' }))
    await tabTo(page, 'Resolve')
    await page.keyboard.press('Space')
    await see(page.getByRole('dialog'))
    await tabTo(page, 'Resolve')
    await page.keyboard.press('Enter')
    await see(page.getByText('after 3 h by dashboard'))
    await see(page.getByRole('link', { name: 'Incidents 3 open' }))
    await page.getByRole('link', { name: 'Incidents', exact: true }).click()
    await page.getByLabel('State').selectOption('resolved')
    await until(() => page.locator('tbody tr').count()).toBe(3)
    await page.getByLabel('Severity').selectOption('info')
    await see(page.getByText('No incident matches'))
    expect(new URL(page.url()).search).toBe('?state=resolved&severity=info')
  })
})
