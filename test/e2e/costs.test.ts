import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApi } from '../fakes/api.ts'
import { awsInstance } from '../fakes/compliance-estate.ts'
import { NOW } from '../fakes/notification.ts'
import { inBrowser, overflow, see, useBrowser } from './browser.ts'
import { built, startSeededServer } from './seeded-server.ts'
import { LONG, SCRIPT } from './seeds.ts'

const GIB = 2 ** 30
const owned = (owner: string | null, gib: number, more: object = {}) => ({
  kind: 'orphaned-snapshots',
  owner,
  resources: 2,
  points: 1234,
  unsized: 0,
  stored: { ebs_snapshot: { points: 1234, bytes: gib * GIB } },
  bound: 'at-least',
  ...more,
})
const memoryOf = (rows: object[]) => ({ since: NOW, fullAt: NOW, hasWindow: true, waste: { at: NOW, rows } })
const stale = { kind: 'stale-snapshots', bound: 'at-most', unsized: 3 }

inBrowser('what is paid for in vain', () => {
  let api: TestApi
  beforeAll(async () => {
    const memories = [
      memoryOf([owned('dba', 40_000), owned(null, 40, stale)]),
      memoryOf([owned(SCRIPT, 20), owned(LONG, 10)]),
    ]
    api = await awsInstance({ ebs: {} }, memories, built())
  }, 120_000)
  afterAll(() => api[Symbol.asyncDispose]())
  const open = useBrowser()

  test('is one line of its source, and its items when one asks, also on a small screen', async () => {
    for (const viewport of [
      { width: 1280, height: 900 },
      { width: 360, height: 700 },
    ]) {
      const { page, troubles } = await open(`${api.url}/sources`, { viewport })
      const line = page.getByText('Backups that protect nothing any more cost about 2,163.66 USD a month')
      await see(line)
      const table = page.getByRole('table', { name: 'What is paid for in vain in prod, the dearest first' })
      expect(await table.isVisible()).toBe(false)
      await line.focus()
      await page.keyboard.press('Enter')
      await see(table)
      const [dba, nobody, script] = await table.locator('tbody tr').allInnerTexts()
      expect(dba).toMatch(
        /^dba\s+eu-central-1 123456789012\s+1,234 snapshots of 2 volumes that are gone\s+at least 2,160.00/,
      )
      expect(nobody).toMatch(/^nobody\s[\s\S]*volumes that have had no good one for long[\s\S]*about 2.16/)
      expect(nobody).toContain('3 of unknown size or price are not in the sum')
      expect(script).toContain(SCRIPT)
      await see(page.getByText('may be kept on purpose'))
      const prices = await page.getByText('Prices a GiB and month').getByRole('listitem').allInnerTexts()
      expect(prices).toEqual([
        expect.stringMatching(/^0.054 USD for EBS snapshots in eu-central-1 \(AWS Price List .*, read 20/),
        expect.stringMatching(
          /^0.05 USD for EBS snapshots in us-east-1, also for eu-west-1, whose own is not known \(/,
        ),
      ])
      expect(await overflow(page)).toBe(0)
      expect(troubles).toEqual([])
    }
  })

  test('names every kind of it, and what could not be reckoned', async () => {
    const of = (kind: string, more: object = {}) => owned(null, 10, { kind, points: 2, resources: 1, ...more })
    const s3 = { stored: { 'warm:S3': { points: 2, bytes: GIB } } }
    const kinds = [
      of('orphaned-db-snapshots', { stored: { rds_snapshot: { points: 2, bytes: 20 * GIB } } }),
      of('orphaned-recovery-points'),
      of('expiring-recovery-points', { points: 1, bound: 'at-most' }),
      of('stale-recovery-points', { ...s3, bound: 'at-most' }),
    ]
    await using other = await awsInstance({ backup: {} }, [{ waste: { at: NOW, rows: kinds } }], built())
    const { page, troubles } = await open(`${other.url}/sources`, { viewport: { width: 360, height: 800 } })
    await page.getByText('Backups that protect nothing any more cost').click()
    const table = page.getByRole('table', { name: /What is paid for in vain/ })
    await see(table)
    const rows = await table.locator('tbody tr').allInnerTexts()
    const text = rows.join('\n')
    expect(text).toContain('2 snapshots of 1 database that is gone')
    expect(text).toContain('2 recovery points of 1 resource that is gone')
    expect(text).toContain('1 recovery point of 1 resource that is gone: AWS Backup will delete it')
    expect(text).toMatch(
      /2 recovery points of 1 resource that has had no good one for long\s+2 of unknown size or price.*\s+not known/,
    )
    expect(await overflow(page)).toBe(0)
    expect(troubles).toEqual([])
  })

  test('is not spoken of where nothing is', async () => {
    await using other = await startSeededServer()
    const { page } = await open(`${other.url}/sources`)
    const costs = page.waitForResponse((response) => response.url().endsWith('/api/v1/costs'))
    await page.reload()
    await see(page.getByRole('heading', { name: 'prod-aws' }))
    expect((await costs).ok()).toBe(true)
    expect(await page.getByText('protect nothing').count()).toBe(0)
  })
})
