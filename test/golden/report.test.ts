import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plus } from '../../src/domain/instant.ts'
import { CSV_TABLES, csvParts } from '../../src/planning/report/csv.ts'
import { reportBlocks } from '../../src/planning/report/document.ts'
import { jsonParts } from '../../src/planning/report/json.ts'
import { toPdf } from '../../src/planning/report/pdf.ts'
import type { Report } from '../../src/planning/report/report.ts'
import { htmlParts } from '../../src/planning/runbook/html.ts'
import type { Store } from '../../src/store/store.ts'
import { makeReport } from '../../src/tasks/make-report.ts'
import { NOW } from '../fakes/notification.ts'
import { textsOfPdf } from '../fakes/pdf-text.ts'
import { openReportEstate, reportConfig } from '../fakes/report-estate.ts'

const golden = (name: string) => join(import.meta.dirname, 'report', name)
const DAY = 86_400_000

let store: Store
let report: Report
beforeAll(async () => {
  store = await openReportEstate()
  report = await reportOf({})
})
afterAll(() => store.close())

function reportOf(more: { from?: number; to?: number; services?: string[]; owners?: string[]; tiers?: number[] }) {
  const { from = -30, to = 0, services = [], owners = [], tiers = [] } = more
  const period = { from: plus(NOW, from * DAY), to: plus(NOW, to * DAY) }
  const options = { now: NOW, instance: 'https://backproof.example.com', version: '0.1.0' }
  return makeReport(reportConfig(), store.read, { period, services, owners, tiers }, options)
}
const pdfOf = () =>
  toPdf(reportBlocks(report), { title: 'Backup compliance report', header: 'a month', createdAt: new Date(NOW) })

describe('a month of an estate with everything in it', () => {
  test('as JSON', async () => {
    const text = [...jsonParts(report)].join('')
    expect(JSON.parse(text)).toEqual(report)
    await expect(text).toMatchFileSnapshot(golden('report.json'))
  })

  test('as HTML: one file that asks for nothing else, and runs nothing', async () => {
    const text = [...htmlParts('Backup compliance report', reportBlocks(report))].join('')
    expect(text).not.toMatch(/<(script|img|link|iframe)|javascript:|src=[^x]|\son\w+="/)
    await expect(text).toMatchFileSnapshot(golden('report.html'))
  })

  test('as CSV, a table a file', async () => {
    const text = CSV_TABLES.map((table) => `--- ${table}\r\n${[...csvParts(report, table)].join('')}`).join('')
    await expect(text).toMatchFileSnapshot(golden('report.csv.txt'))
  })

  test('as PDF: the same bytes each time, its head and number on each page', async () => {
    const pdf = await pdfOf()
    expect(Buffer.compare(Buffer.from(pdf), Buffer.from(await pdfOf()))).toBe(0)
    const pages = textsOfPdf(pdf)
    for (const [n, lines] of pages.entries()) {
      expect(lines).toContain('a month')
      expect(lines).toContain(`${n + 1} of ${pages.length}`)
    }
    await expect(`${pages.map((lines) => lines.join('\n')).join('\n\n')}\n`).toMatchFileSnapshot(
      golden('report.pdf.txt'),
    )
  })
})

test('parts of a period add up to it', async () => {
  const [first, second] = [await reportOf({ to: -11 }), await reportOf({ from: -11 })]
  for (const [n, { name, rpo }] of report.services.entries())
    for (const [state, seconds] of Object.entries(rpo?.seconds ?? {})) {
      const sum = [first, second].map((part) => Object.entries(part.services[n]?.rpo?.seconds ?? {}))
      const parts = sum.map((entries) => new Map(entries).get(state) ?? 0)
      // what came later than the first day of the record was not there before
      expect({ name, state, seconds: (parts[0] ?? 0) + (parts[1] ?? 0) }).toEqual({ name, state, seconds })
    }
})

test('services are chosen by name, owner and tier; totals are of those', async () => {
  const chosen = async (more: Parameters<typeof reportOf>[0]) => (await reportOf(more)).services.map(({ name }) => name)
  expect(await chosen({ services: ['pay*', 'wiki'] })).toEqual(['payments', 'wiki'])
  expect(await chosen({ owners: ['payments-team'], tiers: [1, 2] })).toEqual(['payments', 'ledger'])
  const { totals, by_owner } = await reportOf({ owners: ['web'] })
  expect([totals.services, totals.incidents.count, by_owner.length]).toEqual([2, 0, 1])
})

test('before any record nothing is known, and nothing is compliant', async () => {
  const { services, totals, watch } = await reportOf({ from: -90, to: -60 })
  expect(watch.recorded_from).toBe('2026-10-26T12:00:00Z')
  for (const { name, rpo } of services)
    if (rpo) expect([name, rpo.seconds.unrecorded + rpo.seconds.absent]).toEqual([name, (30 * DAY) / 1000])
  expect([totals.rpo?.share, totals.rpo?.share_of_known]).toEqual([0, null])
})

test('what has not come yet is not judged', async () => {
  const { period, services } = await reportOf({ from: -10, to: 20 })
  expect(period).toMatchObject({ to: '2026-12-10T12:00:00Z', judged_to: '2026-11-20T12:00:00Z' })
  for (const { rpo } of services)
    if (rpo) expect(Object.values(rpo.seconds).reduce((sum, one) => sum + one, 0)).toBe((10 * DAY) / 1000)
})

test('an estate without services says so', async () => {
  const period = { from: plus(NOW, -DAY), to: NOW }
  const nothing = { services: [], owners: [], tiers: [] }
  const options = { now: NOW, instance: 'here', version: '0.1.0' }
  const empty = await makeReport(reportConfig({ services: [] }), store.read, { period, ...nothing }, options)
  expect(empty.totals).toMatchObject({ services: 0, rpo: null })
  expect([...jsonParts(empty)].join('')).toContain('"services": []')
  const html = [...htmlParts('x', reportBlocks(empty))].join('')
  expect(html).toContain('there is nothing to report on')
  expect(html).toContain('8 checks back no service')
  const pdf = await toPdf(reportBlocks(empty), { title: 'x', header: 'h', createdAt: new Date(NOW) })
  expect(textsOfPdf(pdf).flat()).toContain('• 8 checks back no service: no figure here speaks of them.')
})
