import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApi } from '../fakes/api.ts'
import { anEstate } from '../fakes/service-estate.ts'
import { inBrowser, listed, queryOf, rows, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'
import { DRILLS } from './service-seeds.ts'

inBrowser('the list of services', () => {
  const open = useBrowser()
  let api: TestApi
  beforeAll(async () => {
    api = await startSeededServer({ drills: DRILLS })
  })
  afterAll(() => api[Symbol.asyncDispose]())

  test('says how each stands, the worst first, and not by colour alone', async () => {
    const { page, troubles } = await open(`${api.url}/services`)
    await see(page.getByRole('heading', { name: '7 of 7 services fail a rule' }))
    expect((await listed(page)).at(-1)).toBe('wiki')
    const shop = rows(page).filter({ hasText: 'shop' })
    const marks = shop.getByRole('img', { name: /^3-2-1/ })
    expect(await marks.getAttribute('aria-label')).toBe(
      '3-2-1: three copies with production: yes; two media or systems: no; one off-site: no',
    )
    expect(await shop.locator('td').allTextContents()).toEqual([
      'Exists, fresh (2 of 6)',
      'RPO 6 h old target 25 h',
      'RTO never timed target 1 h',
      '321',
      expect.stringMatching(/^Critical5 fail, 4 not knownCopies \(3-2-1\), Off-site, Immutability, and 2 more$/),
    ])
    // nobody knows of it, which is neither there nor gone
    await see(rows(page).filter({ hasText: 'old-vault' }).getByText('not known', { exact: true }))
    // a look that failed is told
    await see(page.getByText('1 of 11 scopes was not readable at the last look: fleet/old-vault.'))
    expect(troubles).toEqual([])
  })

  test('keeps its filters in the address, and for the way back', async () => {
    const { page } = await open(`${api.url}/services`)
    await page.getByLabel('Owner').selectOption('it')
    await until(() => listed(page)).toEqual(['dns', 'identity', 'wiki'])
    await page.getByLabel('Tier').selectOption('1')
    await until(() => listed(page)).toEqual(['dns', 'identity'])
    await page.keyboard.press('/')
    await page.keyboard.type('IDEN')
    await until(() => queryOf(page)).toBe('?q=IDEN&owner=it&tier=1')
    await until(() => listed(page)).toEqual(['identity'])
    await page.reload()
    await until(() => listed(page)).toEqual(['identity'])
    await page.getByRole('link', { name: 'identity' }).click()
    await see(page.getByRole('heading', { name: 'identity', exact: true }))
    await page.getByRole('main').getByRole('link', { name: 'Services' }).click()
    await until(() => queryOf(page)).toBe('?q=IDEN&owner=it&tier=1')
    await page.getByLabel('Search').fill('no such thing')
    await page.getByRole('link', { name: 'Clear all filters' }).click()
    await until(() => rows(page).count()).toBe(7)
    await page.getByLabel('Outcome').selectOption('unknown')
    await see(page.getByText('No service matches these filters'))
  })

  test('one service: where its copies lie, what is wrong, what waits for what', async () => {
    const { page, troubles } = await open(`${api.url}/service?name=shop`)
    await see(page.getByRole('heading', { name: 'shop', exact: true }))
    // both copies and production in one account, at once in sight
    const map = page.getByRole('list', { name: 'Failure domains' })
    const [account] = await map.locator('> li').all()
    expect(await map.locator('> li').count()).toBe(1)
    expect(await account?.innerText()).toMatch(/Account 123456789012 › Region eu-central-1\s+everything is in here/)
    await see(map.getByText('Production'))
    await see(map.getByText('prod-aws/orders-production'))

    const offSite = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Off-site' }) })
    await see(offSite.getByText(/^Production and all copies are in one account/))
    await see(offSite.getByText(/A second bucket in the same account is not off-site/))
    await page.getByText(/^Passes \(\d+\)$/).click()
    await see(page.getByText('A copy from', { exact: false }))

    await page.getByRole('link', { name: 'payments-postgres' }).click()
    await see(page.getByRole('heading', { name: 'payments-postgres', exact: true }))
    await see(page.getByText('Accepted for a while (1)'))
    // its incident is a warning
    await see(page.getByText('What fails of a tier 1 is critical here.', { exact: false }))
    await see(page.getByText('the new bucket comes in March'))
    const ladder = page.getByRole('list', { name: 'How far recovery is proven' })
    expect(await ladder.locator('[aria-current=step]').innerText()).toContain('Exists, fresh')
    await page.getByRole('link', { name: 'fleet/db-server' }).click()
    await see(page.getByRole('heading', { name: 'db-server' }))
    expect(troubles).toEqual([])
  })

  test('the recovery plan can be read here, as a page and as Markdown', async () => {
    const { page, troubles } = await open(`${api.url}/service?name=payments-postgres`)
    await page.getByRole('button', { name: 'Read it here' }).click()
    await see(page.getByRole('heading', { name: 'Where the copies are' }))
    await see(page.getByText('restic', { exact: false }).and(page.locator('pre')))
    const alone = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'As a page' }).click()
    const plan = await alone
    await see(plan.getByRole('heading', { name: 'payments-postgres' }))
    expect(await plan.evaluate('getComputedStyle(document.querySelector("table")).borderCollapse')).toBe('collapse')
    const kept = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Markdown' }).click()
    expect((await kept).suggestedFilename()).toBe('runbook.md')
    expect(troubles).toEqual([])
  })

  test('drills climb the ladder, and give the RTO a figure', async () => {
    const { page } = await open(`${api.url}/services?q=wiki`)
    await see(rows(page).getByText('took 3 h'))
    await page.getByRole('link', { name: 'wiki' }).click()
    await see(page.getByText('nobody had the password of the new host', { exact: true }))
    await see(page.getByText('took 3 h, lost 5 h of data'))
    const ladder = page.getByRole('list', { name: 'How far recovery is proven' })
    expect(await ladder.locator('[aria-current=step]').innerText()).toContain('Within RTO')
  })

  test('what is not there is said', async () => {
    const { page } = await open(`${api.url}/service?name=nobody`)
    await see(page.getByText('There is no such service'))
  })
})

inBrowser('what if', () => {
  const open = useBrowser()
  let api: TestApi
  beforeAll(async () => {
    api = await startSeededServer()
  })
  afterAll(() => api[Symbol.asyncDispose]())

  test('begins with the most damaging loss, and leads from it to what survives', async () => {
    const { page, troubles } = await open(`${api.url}/what-if`)
    await see(page.getByRole('heading', { name: 'What if it is lost?' }))
    expect(await rows(page).first().innerText()).toMatch(/Site\s+dc-a\s+2 services of tier 1 are gone, or may be/)
    await page.getByRole('link', { name: 'Site dc-a' }).click()
    await until(() => queryOf(page)).toBe('?lose=site:dc-a')
    const fates = page.getByRole('table', { name: 'Services that are touched, the worst first' })
    await see(fates)
    expect(await fates.locator('tbody th a').allTextContents()).toEqual(['dns', 'payments-postgres', 'identity'])
    const identity = fates.locator('tbody tr').filter({ hasText: 'identity' })
    expect(await identity.innerText()).toMatch(/Restorable[\s\S]*dump at dc-b \/ nas02[\s\S]*5 h[\s\S]*within its RPO/)
    await see(page.getByText('held up by dns'))
    // dns alone was the first wave, and nothing is left of it
    await see(page.getByText('Nothing of wave 1 is in this list: all of it is gone', { exact: false }))
    await see(page.getByText('(its RTO, never tried)'))
    await see(page.getByText('waits for identity, payments-postgres'))

    // another loss on top of it; the address holds both, and can be shared
    await page.getByLabel('Kind').selectOption('account')
    await page.getByLabel('Search').fill('1234')
    await until(() => page.getByRole('link', { name: /^Account/ }).count()).toBe(1)
    await page.getByRole('link', { name: 'Account 123456789012' }).click()
    await until(() => queryOf(page)).toBe('?lose=site:dc-a&lose=account:123456789012&kind=account')
    await see(fates.getByText('shop'))
    await page.reload()
    await see(fates.getByText('shop'))
    await see(page.getByRole('heading', { name: 'What if all of this is lost at once?' }))

    await page.getByRole('link', { name: 'Keep Site dc-a' }).click()
    await until(() => queryOf(page)).toBe('?lose=account:123456789012&kind=account')
    await until(() => fates.getByText('identity').count()).toBe(0)
    await page.goBack()
    await see(fates.getByText('identity'))
    expect(troubles).toEqual([])
  })

  test('what nothing is called like can not be lost', async () => {
    const { page } = await open(`${api.url}/what-if?lose=site:the-moon`)
    await see(page.getByText('This can not be lost'))
    await see(page.getByText('of site there are: dc-a, dc-b, vault', { exact: false }))
    await page.getByRole('link', { name: 'Keep Site the-moon' }).click()
    await until(() => queryOf(page)).toBe('')
  })
})

inBrowser('without services', () => {
  const open = useBrowser()
  test('the pages say what to do', async () => {
    await using api = await startSeededServer({ empty: true })
    const { page, troubles } = await open(`${api.url}/services`)
    await see(page.getByText('No service is declared yet'))
    expect((await page.locator('pre').innerText()).split('\n')).toHaveLength(10)
    await page.getByRole('link', { name: 'What if' }).click()
    await see(page.getByText('Nothing is declared that could be lost'))
    expect(troubles).toEqual([])
  })
})

inBrowser('thousands of services', () => {
  const open = useBrowser()
  test('come a page at a time', async () => {
    await using api = await startSeededServer({ services: anEstate(3000, 2).services })
    const { page } = await open(`${api.url}/services`)
    await until(() => rows(page).count()).toBe(50)
    await page.getByRole('button', { name: 'Load more services' }).click()
    await until(() => rows(page).count()).toBe(100)
    expect(new Set(await listed(page)).size).toBe(100)
    await page.getByLabel('Search').fill('s2999')
    await until(() => listed(page)).toEqual(['s2999'])
    await page.goto(`${api.url}/what-if`)
    await until(() => rows(page).count()).toBe(50)
  })
})
