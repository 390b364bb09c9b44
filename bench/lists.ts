import assert from 'node:assert/strict'
import { z } from 'zod'
import { startApi } from '../test/fakes/api.ts'
import { aCheck } from '../test/fakes/checks.ts'
import { type Benchmark, type Figure, percentile, round, wallMs } from './harness.ts'

const STATUSES = ['ok', 'ok', 'ok', 'ok', 'stale', 'ok', 'ok', 'missing', 'ok', 'ok'] as const

async function apiOf(count: number) {
  const api = await startApi()
  for (let from = 0; from < count; from += 10_000) {
    const checks = Array.from({ length: Math.min(10_000, count - from) }, (_, n) =>
      aCheck(`fleet/customer-${from + n}/database`, {
        judgement: { status: STATUSES[(from + n) % 10] ?? 'ok' },
        resource: { account: String(n % 50) },
      }),
    )
    await api.store.write((tx) => tx.saveChecks(checks))
  }
  return api
}

/** What is asked, and what the answer must hold. */
const ASKED: Record<string, { path: string; most: number; planted(body: unknown, count: number): void }> = {
  page: {
    path: '/api/v1/checks?limit=50',
    most: 10,
    planted: (body) => {
      assert.equal(items(body).length, 50)
      assert.equal(items(body)[0]?.status, 'missing')
    },
  },
  summary: {
    path: '/api/v1/summary',
    most: 10,
    planted: (body, count) => {
      const { total, missing, stale } = summaryOf.parse(body).summary
      assert.deepEqual([total, missing, stale], [count, count / 10, count / 10])
    },
  },
  search: {
    path: '/api/v1/checks?limit=50&q=CUSTOMER-777',
    most: 30,
    planted: (body, count) => {
      assert.equal(items(body).length, count > 10_000 ? 50 : 1)
      assert.ok(items(body).every(({ id }) => id.includes('customer-777')))
    },
  },
}

const summaryOf = z.object({ summary: z.object({ total: z.int(), missing: z.int(), stale: z.int() }) })
const pageOf = z.object({ items: z.array(z.object({ id: z.string(), status: z.string() })) })
const items = (body: unknown) => pageOf.parse(body).items

export const lists: Benchmark = {
  about: 'a page of checks, the summary and a search by the API, over 100,000 checks and over 1,000',
  async run({ brief }) {
    const [many, few, rounds] = [brief ? 3_000 : 100_000, 1_000, brief ? 20 : 400]
    await using large = await apiOf(many)
    await using small = await apiOf(few)
    const figures: Figure[] = []
    for (const [name, { path, most, planted }] of Object.entries(ASKED)) {
      const times = { large: [] as number[], small: [] as number[] }
      for (let n = -10; n < rounds; n++)
        for (const [size, api, count] of [
          ['large', large, many],
          ['small', small, few],
        ] as const) {
          let body: unknown
          const ms = await wallMs(async () => {
            body = (await api.get(path)).body
          })
          planted(body, count)
          if (n >= 0) times[size].push(ms)
        }
      const [p99, base] = [percentile(times.large, 0.99), percentile(times.small, 0.99)]
      const p50 = percentile(times.large, 0.5)
      const detail = `of ${many} checks ${round(p99)} ms (median ${round(p50)}), of ${few} ${round(base)} (median ${round(percentile(times.small, 0.5))})`
      figures.push({
        name: `${name}, p99 with the client's part`,
        against: null,
        value: p99,
        unit: 'ms',
        goal: { most },
        detail,
      })
      figures.push({
        name: `${name}, p99`,
        against: `that of ${few} checks`,
        value: p99 / base,
        unit: 'x',
        goal: name === 'page' ? { most: 1.5 } : null,
        detail,
      })
    }
    return figures
  },
}
