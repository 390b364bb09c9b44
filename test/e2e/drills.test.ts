import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Drill } from '../../src/domain/drill.ts'
import { plus } from '../../src/domain/instant.ts'
import type { TestApi } from '../fakes/api.ts'
import { NOW } from '../fakes/notification.ts'
import { aDrill } from '../fakes/services.ts'
import { inBrowser, overflow, queryOf, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'

const HOUR = 3_600_000
const HOSTILE = '<img src=x onerror=alert(1)>\u202e'

const DRILLS: Drill[] = [
  aDrill('payments-postgres', {
    id: 'd1',
    at: plus(NOW, -20 * 24 * HOUR),
    by: 'Ann Ahlers',
    rtaMs: 95 * 60_000,
    rpaMs: 12 * 60_000,
    phases: [
      { name: 'locate', startedAt: null, tookMs: 5 * 60_000 },
      { name: 'transfer', startedAt: null, tookMs: 40 * 60_000 },
      { name: 'restore', startedAt: null, tookMs: 50 * 60_000 },
    ],
    checked: ['row counts', 'the application starts'],
    gaps: ['nobody on call had the key', HOSTILE],
    note: 'Restored to the spare host in dc-b.',
  }),
  aDrill('identity', {
    id: 'd2',
    at: plus(NOW, -40 * 24 * HOUR),
    by: 'Ben',
    outcome: 'failed',
    rtaMs: null,
    rpaMs: null,
  }),
  aDrill('', {
    id: 'd3',
    service: null,
    check: 'prod-aws/orders-production',
    at: plus(NOW, -5 * HOUR),
    by: 'restore testing plan weekly',
    origin: 'source',
    outcome: 'restored',
    rtaMs: 22 * 60_000,
    rpaMs: null,
    recordedBy: 'prod-aws',
  }),
]

inBrowser('the page of drills', () => {
  const open = useBrowser()
  let api: TestApi
  beforeEach(async () => {
    api = await startSeededServer({ drills: DRILLS })
  })
  afterEach(() => api[Symbol.asyncDispose]())
  const entries = (page: Awaited<ReturnType<typeof open>>['page']) =>
    page.getByRole('list', { name: 'Drills' }).locator('> li')

  test('lists restores, the newest first, with what was found out', async () => {
    const { page, troubles } = await open(`${api.url}/drills`)
    await until(() => entries(page).getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'prod-aws/orders-production (its data alone)',
      'payments-postgres',
      'identity',
    ])
    const payments = entries(page).filter({ hasText: 'payments-postgres' })
    await see(payments.getByText('Took 1 h 35 min, lost 12 min of data, 2 gaps found'))
    await payments.getByText('Details').click()
    await see(payments.getByText('nobody on call had the key'))
    await see(payments.getByText('onerror=alert(1)>\\u202e'))
    await payments.getByRole('link', { name: 'payments-postgres' }).click()
    await see(page.getByRole('heading', { name: 'payments-postgres', exact: true }))
    await page.getByRole('link', { name: 'All, and record one' }).click()
    await until(() => queryOf(page)).toBe('?service=payments-postgres')
    await until(() => entries(page).count()).toBe(1)
    await page.getByRole('button', { name: 'Show those of all services' }).click()
    await until(() => entries(page).count()).toBe(3)
    // the drills of the checks that prove its copies are among them
    await page.getByLabel('Of the service').fill('shop')
    await until(() => queryOf(page)).toBe('?service=shop')
    await until(() => entries(page).getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'prod-aws/orders-production (its data alone)',
    ])
    expect(troubles).toEqual([])
  })

  test('a drill is recorded with the keyboard alone, and moves the ladder', async () => {
    const { page, troubles } = await open(`${api.url}/service?name=shop`)
    await see(page.getByText('Exists, fresh'))
    await page.getByRole('link', { name: 'All, and record one' }).click()
    await page.getByRole('button', { name: 'Record a drill' }).press('Enter')
    const form = page.getByRole('form', { name: 'Drill' })
    await until(() => form.getByLabel('Service').inputValue()).toBe('shop')
    await form.getByLabel('Began').fill('2026-11-19T10:00')
    await form.getByLabel('Time that phase 1 took').fill('5m')
    await form.getByLabel('Time that phase 3 took').fill('half an hour')
    await form.getByLabel('Time that phase 5 took').fill('8')
    await see(form.getByText('Together 13m'))
    await form.getByRole('button', { name: 'Record it' }).press('Enter')
    await see(form.getByText('Write 45m, 1h 30m, or a number of minutes.'))
    // what is wrong has the focus
    await until(() => page.evaluate('document.activeElement.value')).toBe('half an hour')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('30m')
    await form.getByRole('button', { name: 'Add a phase' }).press('Enter')
    await until(() => page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Name of phase 6')
    await page.keyboard.type('DNS')
    await page.keyboard.press('Tab')
    await page.keyboard.type('2m')
    await see(form.getByText('Together 45m'))
    await form.getByLabel('Data lost (RPA)').fill('10')
    await form.getByLabel('What was looked at').fill('row counts\n\napplication start')
    await form.getByLabel('Recovery time (RTA)').fill('20m')
    await form.getByLabel('Recovery time (RTA)').press('Enter')
    await see(form.getByRole('alert').getByText(/RTA of 20m contradicts its phases, which took 45m together/))
    await form.getByLabel('Recovery time (RTA)').fill('')
    await form.getByRole('button', { name: 'Record it' }).press('Enter')
    await until(() => form.count()).toBe(0)
    const [drill] = (await api.store.read.drills({ service: 'shop' }, 1)).items
    expect(drill).toMatchObject({
      outcome: 'verified',
      by: 'dashboard',
      at: Date.UTC(2026, 10, 19, 9),
      rtaMs: 45 * 60_000,
      rpaMs: 10 * 60_000,
      checked: ['row counts', 'application start'],
    })
    expect(drill?.phases.map(({ name }) => name)).toEqual(['locate', 'restore', 'validate', 'DNS'])
    await entries(page).getByRole('link', { name: 'shop' }).click()
    await see(page.getByText('Restored within RTO').or(page.getByText('Within RTO')))
    // the one trouble is the answer that was asked for
    expect(troubles.filter((text) => !text.includes('422'))).toEqual([])
  })

  test('a record is corrected by another, and withdrawn with a reason', async () => {
    const { page } = await open(`${api.url}/drills`)
    const payments = entries(page).filter({ hasText: 'payments-postgres' })
    await payments.getByText('Details').click()
    await payments.getByRole('button', { name: 'Correct' }).click()
    const form = page.getByRole('form', { name: 'Drill' })
    await until(() => form.getByLabel('Time that phase 2 took').inputValue()).toBe('40m')
    await form.getByLabel('Time that phase 2 took').fill('1h')
    await form.getByLabel('Why it is corrected').fill('read off the wrong clock')
    await form.getByRole('button', { name: 'Replace it' }).click()
    await see(page.getByText('Took 1 h 55 min'))
    await payments.getByText('Details').click()
    await payments.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByLabel('Why').fill('it was another host')
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
    await until(() => entries(page).count()).toBe(2)
    await page.getByLabel('Also withdrawn and replaced').check()
    await until(() => entries(page).count()).toBe(4)
    await see(page.getByText(/^Withdrawn .* by dashboard: it was another host/))
    await see(page.getByText(/^Replaced .* by dashboard: read off the wrong clock/))
  })

  test('the form fits a phone', async () => {
    const { page } = await open(`${api.url}/drills?record=yes`, { viewport: { width: 390, height: 844 } })
    await see(page.getByRole('button', { name: 'Record it' }))
    expect(await overflow(page)).toBe(0)
    await page.getByLabel('Failed').check()
    await until(() => page.getByLabel('Data lost (RPA)').count()).toBe(0)
  })
})
