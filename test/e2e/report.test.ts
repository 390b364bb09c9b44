import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { TestApi } from '../fakes/api.ts'
import { inBrowser, overflow, see, until, useBrowser } from './browser.ts'
import { startSeededServer } from './seeded-server.ts'

const DAY = 24 * 3_600_000
const reportFile = z.object({
  period: z.object({ from: z.string(), to: z.string() }),
  selection: z.object({ owners: z.array(z.string()), tiers: z.array(z.number()) }),
  services: z.array(z.object({ name: z.string() })),
})

/** What is kept when this link is followed. */
async function kept(page: Page, name: string): Promise<{ name: string; content: Buffer }> {
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name, exact: true }).click()
  const file = await download
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) }
}

inBrowser('a report', () => {
  const open = useBrowser()
  let api: TestApi
  beforeAll(async () => {
    api = await startSeededServer()
  }, 120_000)
  afterAll(() => api[Symbol.asyncDispose]())

  test('of the services that are listed, over a period of choice, to read and to keep', async () => {
    const { page, troubles } = await open(`${api.url}/services?owner=shop&tier=1`)
    await see(
      page.getByText('How much of the period each service (owner shop, tier 1) was within its RPO', { exact: false }),
    )
    expect(await page.getByLabel('Period').inputValue()).toBe('30d')
    await page.getByLabel('Period').selectOption('Last 7 days')
    const alone = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Open the report' }).click()
    const report = await alone
    await see(report.getByRole('heading', { name: 'shop', exact: true }))
    expect(await report.getByRole('heading', { name: 'wiki', exact: true }).count()).toBe(0)

    const json = await kept(page, 'JSON')
    const { period, selection, services } = reportFile.parse(JSON.parse(json.content.toString()))
    expect(json.name).toBe('backproof-report.json')
    expect([selection, services.map(({ name }) => name)]).toEqual([{ owners: ['shop'], tiers: [1] }, ['shop']])
    expect(Date.parse(period.to) - Date.parse(period.from)).toBe(7 * DAY)
    const pdf = await kept(page, 'PDF')
    expect(pdf.name).toBe('backproof-report-2026-11-13-2026-11-20.pdf')
    expect(pdf.content.subarray(0, 5).toString()).toBe('%PDF-')
    const csv = await kept(page, 'CSV')
    expect(csv.name).toBe('backproof-report-2026-11-13-2026-11-20-services.csv')
    expect(csv.content.toString()).toContain('shop')
    expect(troubles).toEqual([])
  })

  test('follows the filters; nothing that matches, no report', async () => {
    const { page } = await open(`${api.url}/services`)
    const address = async () => (await page.getByRole('link', { name: 'CSV' }).getAttribute('href')) ?? ''
    await until(address).toBe('/api/v1/report?last=30d&format=csv')
    await page.getByLabel('Owner').selectOption('it')
    await until(address).toBe('/api/v1/report?owner=it&last=30d&format=csv')
    await page.getByLabel('Search').fill('nothing-like-it')
    await see(page.getByText('No service matches these filters'))
    expect(await page.getByRole('heading', { name: 'Report' }).count()).toBe(0)
  })

  test('of one service, on a phone', async () => {
    const { page, troubles } = await open(`${api.url}/service?name=payments-postgres`, {
      viewport: { width: 360, height: 700 },
    })
    const json = await kept(page, 'JSON')
    expect(reportFile.parse(JSON.parse(json.content.toString())).services).toMatchObject([
      { name: 'payments-postgres' },
    ])
    expect(await overflow(page)).toBe(0)
    expect(troubles).toEqual([])
  })
})
