import { expect, test } from 'vitest'
import { inBrowser, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'
import { STALE_ID } from './seeds.ts'

inBrowser('one check', () => {
  const open = useBrowser()

  test('says what is wrong, since when, and what was asked for', async () => {
    await using api = await startSeededServer()
    const { page, troubles } = await open(`${api.url}/check?id=${STALE_ID}`)
    await see(page.getByText('28 h past its deadline'))
    await see(page.getByText('sources.fleet.max_age'))
    for (const name of ['payments-postgres', 'ledger']) await see(page.getByRole('link', { name, exact: true }))
    await see(page.getByText('team=payments'))
    const chart = page.getByRole('img', { name: /good recovery points in 14 d/ })
    await see(chart)
    expect(await chart.getAttribute('aria-label')).toBe(
      '9 good recovery points in 14 d. 2 times the newest one got older than 24 h: at most by 3 d, until Mon 16 Nov, 09:00. The next one was needed 28 h ago.',
    )
    // nine good ones, of which the oldest is gone, and one that is not good
    await until(() => chart.locator('circle').count()).toBe(9)
    expect(await chart.locator('circle.fill-surface').count()).toBe(1)
    expect(await chart.locator('title').allTextContents()).toContain(
      '15 Nov 2026, 08:00:00 CET: Implausible, It holds 0 files: the one before held 40,112.',
    )
    await page.getByLabel('Shown:').selectOption('30 days')
    await see(page.getByRole('img', { name: /^11 good recovery points in 30 d\./ }))
    await page.getByRole('button', { name: 'Show all 12' }).click()
    await until(() =>
      page
        .getByRole('table', { name: /^Recovery points/ })
        .locator('tbody tr')
        .count(),
    ).toBe(12)
    expect(troubles).toEqual([])
  })

  test('is paused with an end and a reason, and judged again when it is resumed', async () => {
    await using api = await startSeededServer()
    const { page, troubles } = await open(`${api.url}/check?id=${STALE_ID}`)
    await page.getByRole('button', { name: 'Pause …' }).click()
    await page.getByLabel('For', { exact: true }).selectOption('3 days')
    await see(page.getByText('Until 23 Nov 2026, 13:00:00 CET'))
    await page.getByLabel(/^Reason/).fill('a new disk comes on Monday')
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await see(page.getByText('by dashboard: a new disk comes on Monday'))
    await until(async () => (await api.store.read.check(STALE_ID))?.paused).toMatchObject({
      until: Date.parse('2026-11-23T12:00:00Z'),
      reason: 'a new disk comes on Monday',
    })
    await page.getByRole('button', { name: 'Resume' }).click()
    await see(page.getByRole('button', { name: 'Pause …' }))
    await see(page.locator('header').getByText('Stale'))
    expect(troubles).toEqual([])
  })

  test('is looked at now, and so is a whole source', async () => {
    await using api = await startSeededServer()
    const { page } = await open(`${api.url}/check?id=${STALE_ID}`)
    const nextLooks = async () =>
      (await api.store.read.scopes('fleet')).filter((scope) => scope.nextLookAt <= api.clock.now())
    expect(await nextLooks()).toEqual([])
    await page.getByRole('button', { name: 'Look now' }).click()
    await see(page.getByText('It will be looked at now.'))
    expect((await nextLooks()).map((scope) => scope.id)).toEqual([STALE_ID])

    await page.getByRole('link', { name: 'Sources' }).click()
    await see(page.getByText('Set the password of this repository in sources.fleet.repositories.old-vault.password.'))
    await page.getByRole('button', { name: 'Look now at fleet' }).click()
    await see(page.getByText('6 scopes will be looked at now.'))
    expect(await nextLooks()).toHaveLength(6)
    expect(await page.getByRole('button', { name: 'Look now at jobs' }).count()).toBe(0)
  })

  test('what is refused is said', async () => {
    await using api = await startSeededServer()
    const { page } = await open(`${api.url}/check?id=${STALE_ID}`)
    await page.getByRole('button', { name: 'Pause …' }).click()
    await page.route('**/pause', (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        json: { detail: 'The end must lie in the future.' },
      }),
    )
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await see(page.getByRole('dialog').getByText('The end must lie in the future.'))
  })
})

inBrowser('channels', () => {
  const open = useBrowser()

  test('show what was given up, and try it again; a test message is queued', async () => {
    await using api = await startSeededServer()
    const { page, troubles } = await open(`${api.url}/channels`)
    await see(page.getByRole('heading', { name: '1 message could not be delivered' }))
    const mail = page.getByRole('region', { name: 'Channel mail' })
    await see(mail.getByText('550 5.1.1 no such user'))
    await mail.getByRole('button', { name: 'Try again' }).click()
    await see(page.getByRole('heading', { name: '3 channels, nothing given up' }))
    await until(async () => (await api.store.read.delivery('msg-2'))?.state).toBe('pending')

    const oncall = page.getByRole('region', { name: 'Channel oncall' })
    await oncall.getByRole('button', { name: 'Send a test to oncall' }).click()
    await see(oncall.getByText('Test'))
    await see(oncall.getByText('1 waiting'))
    expect(troubles).toEqual([])
  })

  test('an incident of a service says what to do, and leads to the service', async () => {
    await using api = await startSeededServer()
    const { page } = await open(`${api.url}/incidents?state=all`)
    await page.getByRole('link', { name: 'No copy off-site: payments-postgres' }).click()
    await see(page.getByRole('heading', { name: 'No copy off-site: payments-postgres' }))
    await see(page.getByText('Keep at least one copy in a separate failure domain'))
    await see(page.getByText('payments-team'))
    await page.getByRole('link', { name: 'payments-postgres', exact: true }).click()
    await see(page.getByRole('heading', { name: 'payments-postgres' }))
    await page.goto(`${api.url}/incidents/inc-7`)
    await see(page.getByRole('heading', { name: 'Much broke at once: fleet' }))
    // it is over: there is nothing to do
    expect(await page.getByText('Find the one cause').count()).toBe(0)
  })

  test('an incident says what to do, and who was told of it', async () => {
    await using api = await startSeededServer()
    const { page } = await open(`${api.url}/incidents/inc-5`)
    await see(page.getByText('`restic -r /srv/restic/web-server snapshots` shows what is there.'))
    await see(page.getByText('to oncall'))
    await see(page.getByText('Delivered'))
    await see(page.getByText('Given up'))
    await page.getByRole('button', { name: 'Try again' }).click()
    await until(() => page.getByText('Given up').count()).toBe(0)
    await page.goto(`${api.url}/incidents/inc-4`)
    await see(page.getByText('No message was sent'))
  })
})
