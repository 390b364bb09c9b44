import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOW } from '../../test/fakes/notification.ts'
import { fillReportEstate, reportConfig } from '../../test/fakes/report-estate.ts'
import { aDrill } from '../../test/fakes/services.ts'
import { plus } from '../domain/instant.ts'
import { openSqliteStore } from '../store/dialects/sqlite.ts'
import type { Store } from '../store/store.ts'
import { makeReport } from './make-report.ts'

const DAY = 86_400_000
let directory: string
let store: Store
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'backproof-report-'))
  store = await openSqliteStore({ path: join(directory, 'backproof.db') })
  await fillReportEstate(store)
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true, force: true })
})

async function drillsOf(service: string, fromDay: number, toDay: number) {
  const period = { from: plus(NOW, -fromDay * DAY), to: plus(NOW, -toDay * DAY) }
  const request = { period, services: [service], owners: [], tiers: [] }
  const { totals } = await makeReport(reportConfig(), store.read, request, { now: NOW, instance: 'x', version: '1' })
  return [totals.drills, totals.drills_failed]
}

test('counts every drill of its period, however many there were, and of an older one too', async () => {
  const daily = (make: (day: number) => ReturnType<typeof aDrill>) => Array.from({ length: 50 }, (_, day) => make(day))
  await store.write((tx) =>
    tx.addDrills([
      ...daily((day) =>
        aDrill('wiki', { id: `w${day}`, at: plus(NOW, -(day + 0.5) * DAY), outcome: day < 15 ? 'verified' : 'failed' }),
      ),
      ...daily((day) =>
        aDrill('wiki', {
          id: `p${day}`,
          service: null,
          check: 'fleet/pay-near',
          at: plus(NOW, -(day + 0.5) * DAY),
        }),
      ),
      // of another service: it restored what this one keeps too
      aDrill('ledger', { id: 'other', check: 'fleet/pay-near', at: plus(NOW, -DAY) }),
    ]),
  )
  // one that failed is of the estate
  expect(await drillsOf('wiki', 30, 0)).toEqual([31, 16])
  expect(await drillsOf('wiki', 40, 30)).toEqual([10, 10])
  expect(await drillsOf('payments', 30, 0)).toEqual([31, 0])
  expect(await drillsOf('ledger', 30, 0)).toEqual([1, 0])
})
