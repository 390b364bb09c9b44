import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApi } from '../fakes/api.ts'
import { inBrowser, listed, queryOf, rows, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'

inBrowser('the list of checks', () => {
  const open = useBrowser()
  let api: TestApi
  beforeAll(async () => {
    api = await startSeededServer({ more: 2000 })
  })
  afterAll(() => api[Symbol.asyncDispose]())

  test('says how things are: cards, and the worst first', async () => {
    const { page, troubles } = await open(api.url)
    await see(page.getByRole('heading', { name: '5 of 2,021 checks need attention' }))
    const cards = page.getByRole('navigation', { name: 'Checks by status' }).getByRole('link')
    expect(await cards.allTextContents()).toEqual([
      'Total2,021',
      'OK2,014',
      'Stale2',
      'Missing1',
      'Failed1',
      'Error1',
      'Due1',
      'Paused1',
    ])
    const first = rows(page).first()
    await see(first.getByText('Missing'))
    expect((await listed(page)).slice(0, 4)).toEqual(['new-laptop', 'mail-archive', 'db-server', 'jenkins-home'])
    const stale = rows(page).filter({ hasText: 'db-server' })
    expect(await stale.locator('td time').textContent()).toBe('2 d 4 h ago')
    expect(await stale.locator('td time').getAttribute('title')).toBe('18 Nov 2026, 09:00:00 CET')
    expect(await stale.locator('th').textContent()).toContain('Wed 18 Nov, 09:00')
    expect(await page.title()).toBe('Checks · Backproof')
    expect(troubles).toEqual([])
  })

  test('loads a page at a time', async () => {
    const { page } = await open(api.url)
    await until(() => rows(page).count()).toBe(50)
    await page.getByRole('button', { name: 'Load more checks' }).click()
    await until(() => rows(page).count()).toBe(100)
    expect(new Set(await listed(page)).size).toBe(100)
  })

  test('keeps its filters in the address: reload, back and forward keep them', async () => {
    const { page } = await open(api.url)
    await page.getByRole('link', { name: 'Stale 2' }).click()
    await until(() => listed(page)).toEqual(['db-server', 'jenkins-home'])
    expect(queryOf(page)).toBe('?status=stale')
    await page.getByLabel('Source').selectOption('fleet')
    await until(() => listed(page)).toEqual(['db-server'])
    expect(queryOf(page)).toBe('?source=fleet&status=stale')

    await page.reload()
    await until(() => listed(page)).toEqual(['db-server'])
    expect(await page.getByLabel('Source').inputValue()).toBe('fleet')
    expect(await page.getByLabel('Status', { exact: true }).inputValue()).toBe('stale')
    expect(await page.getByRole('link', { name: 'Stale 1' }).getAttribute('aria-current')).toBe('true')

    await page.goBack()
    await until(() => listed(page)).toEqual(['db-server', 'jenkins-home'])
    await page.goBack()
    await until(() => rows(page).count()).toBe(50)
    expect(queryOf(page)).toBe('')
    await page.goForward()
    await until(() => listed(page)).toEqual(['db-server', 'jenkins-home'])
    // the card of the chosen status leads back to all
    await page.getByRole('link', { name: 'Stale 2' }).click()
    await until(() => queryOf(page)).toBe('')
  })

  test('searches, by account and type, and says when nothing matches', async () => {
    const { page } = await open(`${api.url}/?type=ebs-snapshot&account=123456789012`)
    await until(() => rows(page).count()).toBe(4)
    await page.keyboard.press('/')
    await page.keyboard.type('JENKINS')
    await until(() => listed(page)).toEqual(['jenkins-home'])
    await until(() => queryOf(page)).toBe('?account=123456789012&type=ebs-snapshot&q=JENKINS')
    // typing is no history of its own: Back leads out of the list
    await page.getByRole('link', { name: 'jenkins-home' }).click()
    await see(page.getByRole('heading', { name: 'jenkins-home' }))
    await page.getByRole('link', { name: 'Checks' }).last().click()
    await until(() => page.getByLabel('Search').inputValue()).toBe('JENKINS')
    await page.getByLabel('Search').fill('no such thing')
    await see(page.getByText('No check matches these filters'))
    await page.getByRole('link', { name: 'clear all filters' }).click()
    await until(() => rows(page).count()).toBe(50)
  })

  test.each(['?status=nonsense&source=', '?cursor=%00&limit=x&constructor=1', '?status=stale&status=ok#/'])(
    'an address that somebody made up shows what can be shown: %s',
    async (query) => {
      const { page, troubles } = await open(`${api.url}/${query}`)
      await until(() => rows(page).count()).toBeGreaterThan(1)
      expect(troubles).toEqual([])
    },
  )
})

inBrowser('an instance that watches nothing yet', () => {
  const open = useBrowser()
  test('says what to do next, on each page', async () => {
    await using api = await startSeededServer({ empty: true })
    const { page, troubles } = await open(api.url)
    await see(page.getByText('Nothing is watched yet'))
    await until(() => page.getByRole('navigation', { name: 'Checks by status' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Incidents' }).click()
    // that nothing is watched is not that nothing is wrong
    await see(page.getByText('So that no incident is open says nothing.'))
    expect(await page.getByText('Nobody has to do anything now').count()).toBe(0)
    await page.getByRole('link', { name: 'Sources' }).click()
    await see(page.getByText('Nothing is read yet'))
    await page.getByRole('link', { name: 'Channels' }).click()
    await see(page.getByText('Nobody is told of anything'))
    expect(troubles).toEqual([])
  })
})
