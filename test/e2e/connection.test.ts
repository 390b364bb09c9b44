import { expect, test } from 'vitest'
import { inBrowser, listed, rows, see, until, useBrowser } from './browser.ts'
import { PASSWORD, startSeededServer } from './seeded-server.ts'

inBrowser('a server that can not be asked', () => {
  const open = useBrowser()

  test('is told at once, with the time of the numbers; they lose their colours, and come back', async () => {
    await using api = await startSeededServer()
    const { page } = await open('about:blank')
    await page.clock.install()
    await page.goto(api.url)
    await until(() => rows(page).count()).toBe(21)
    const connection = () => page.locator('[data-connection]').getAttribute('data-connection')
    expect(await connection()).toBe('fresh')
    expect(await page.getByRole('alert').textContent()).toBe('')

    await page.context().setOffline(true)
    await page.clock.runFor(20_000)
    await see(page.getByRole('alert').getByText(/^No answer since \d\d:\d\d:\d\d \(\d+ s ago\)$/))
    await see(page.getByText('What stands here is from then, and may be wrong now.'))
    expect(await connection()).toBe('unreachable')
    expect(await page.evaluate("getComputedStyle(document.querySelector('[data-connection]')).filter")).toBe(
      'grayscale(1)',
    )
    // what is known is still there to be read
    expect(await rows(page).count()).toBe(21)
    await page.clock.runFor(10 * 60_000)
    await see(page.getByText(/^No answer since .* \(10 min ago\)$/))

    await page.context().setOffline(false)
    await until(connection).toBe('fresh')
    await until(() => page.getByRole('alert').textContent()).toBe('')
  })

  test('every page can say so, also one that was not open before', async () => {
    await using api = await startSeededServer()
    const { page } = await open('about:blank')
    await page.clock.install()
    await page.goto(api.url)
    await until(() => rows(page).count()).toBe(21)
    const fetched = Promise.all(['services', 'settings'].map((name) => page.waitForResponse(`**/${name}-page-*.js`)))
    await page.clock.runFor(4000)
    for (const response of await fetched) await response.finished()
    await page.context().setOffline(true)
    for (const name of ['Services', 'Settings']) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.clock.runFor(20_000)
      await see(page.getByText(`The ${name.toLowerCase()} could not be read`))
      await see(page.getByRole('alert').getByText(/^No answer since/))
    }
  })

  test('numbers that grew old while nobody looked say so until new ones are there', async () => {
    await using api = await startSeededServer()
    const { page } = await open('about:blank')
    await page.clock.install()
    await page.goto(api.url)
    await until(() => rows(page).count()).toBe(21)
    // the machine sleeps for three hours: nothing runs, and then all at once
    await page.route('**/api/**', () => undefined)
    await page.clock.fastForward(3 * 3_600_000)
    await see(page.getByRole('alert').getByText(/^What stands here is from .* \(3 h ago\)$/))
    await page.unroute('**/api/**')
  })

  test('at the first load it says that nothing answers, and goes on by itself', async () => {
    await using api = await startSeededServer()
    const { page } = await open('about:blank')
    await page.clock.install()
    await page.route('**/api/**', (route) => route.abort())
    await page.goto(`${api.url}/?status=stale`)
    await page.clock.runFor(3000)
    await see(page.getByText('Backproof does not answer'))
    await page.unroute('**/api/**')
    await page.clock.runFor(16_000)
    await until(() => listed(page)).toEqual(['db-server', 'jenkins-home'])
  })

  test('an instance that is not well says so on each page', async () => {
    await using api = await startSeededServer({ health: { scheduler: 'No look has ended for 31 min.' } })
    const { page, troubles } = await open(api.url)
    for (const path of ['/', '/incidents', '/sources', '/channels', '/check?id=fleet/db-server']) {
      await page.goto(api.url + path)
      await see(page.getByText('Backproof itself is not well: what stands here may be incomplete'))
      await see(page.getByText('Scheduler: No look has ended for 31 min.'))
    }
    expect(troubles).toEqual([])
  })
})

inBrowser('the login', () => {
  const open = useBrowser()

  test('asks for the password, refuses a wrong one, and leads to where one wanted to be', async () => {
    await using api = await startSeededServer({ login: true })
    const { page, troubles } = await open(`${api.url}/check?id=fleet/db-server`)
    await see(page.getByRole('heading', { name: 'Log in to Backproof' }))
    expect(await page.getByText('db-server').count()).toBe(0)
    expect(await page.getByText('Your session has ended').count()).toBe(0)
    expect(await page.evaluate('document.activeElement.type')).toBe('password')
    await page.keyboard.type('not it')
    await page.keyboard.press('Enter')
    await see(page.getByRole('alert').getByText('This is not the password.'))
    expect(troubles.splice(0).join()).toContain('401')
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await see(page.getByRole('heading', { name: 'db-server' }))

    // a session that ended elsewhere
    await page.context().clearCookies()
    await page.getByRole('link', { name: 'Sources' }).click()
    await see(page.getByRole('heading', { name: 'Log in to Backproof' }))
    await see(page.getByText('Your session has ended.'))
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Log in' }).click()
    await see(page.getByRole('heading', { name: /could not be read whole/ }))

    await page.getByRole('button', { name: 'Log out' }).click()
    await see(page.getByRole('heading', { name: 'Log in to Backproof' }))
    expect((await page.context().cookies()).filter((cookie) => cookie.value !== '')).toEqual([])
  })
})
