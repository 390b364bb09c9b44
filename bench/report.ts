import assert from 'node:assert/strict'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { z } from 'zod'
import type { Config } from '../src/config/config.ts'
import { instant, plus } from '../src/domain/instant.ts'
import { renderReport } from '../src/planning/report/render.ts'
import type { Report } from '../src/planning/report/report.ts'
import { openSqliteStore } from '../src/store/dialects/sqlite.ts'
import type { Store } from '../src/store/store.ts'
import { makeReport } from '../src/tasks/make-report.ts'
import { aConfig } from '../test/fakes/api.ts'
import { NOW } from '../test/fakes/notification.ts'
import { anEstate } from '../test/fakes/service-estate.ts'
import { type Benchmark, cpuMs, type Figure, folder, round, settle, wallMs } from './harness.ts'

const HOUR = 3_600_000
const DAYS = 30
const COPIES = 5

/** Of every tenth service no copy has a point for this long. */
const BREACH = { from: instant(NOW - 300 * HOUR), to: instant(NOW - 290 * HOUR) }

/** Services with five copies each, a point every four hours (of the first) or every day, and what was judged of them. */
async function fill(store: Store, count: number): Promise<Config> {
  const { services, checks } = anEstate(count, COPIES)
  const base = aConfig()
  const source = base.sources[0]
  assert.ok(source)
  const shelf = { type: 'shelf', defaultMaxAgeMs: 24 * HOUR, defaultEveryMs: HOUR, config: z.unknown() }
  const config: Config = {
    ...base,
    sources: Array.from({ length: COPIES }, (_, n) => ({
      ...source,
      name: `src${n}`,
      source: { ...shelf, scopes: () => [], permissions: () => [], async *scan() {} },
    })),
    services: services.map((service) => ({ ...service, at: source.at, rpoMs: 4 * HOUR, waivers: [] })),
  }
  const born = plus(NOW, -60 * 24 * HOUR)
  for (let from = 0; from < checks.length; from += 500) {
    const batch = checks.slice(from, from + 500)
    await store.write(async (tx) => {
      await tx.saveChecks(
        batch.map(({ check }) => ({
          ...check,
          firstSeenAt: born,
          judgement: { ...check.judgement, since: born, thresholdMs: 4 * HOUR },
        })),
      )
      await tx.addStatusChanges(
        batch.flatMap(({ check }) => {
          const breached = Number(check.id.split('/s')[1]) % 10 === 3
          const turn = { check: check.id, reason: 'the newest good recovery point is too old' }
          return breached
            ? [
                { ...turn, at: BREACH.from, from: 'ok' as const, to: 'stale' as const },
                { ...turn, at: BREACH.to, from: 'stale' as const, to: 'ok' as const },
              ]
            : []
        }),
      )
      await tx.savePoints(
        batch.flatMap(({ check }) => pointsOf(check.id)),
        NOW,
      )
    })
  }
  await store.write((tx) => tx.setValue('watch-record', JSON.stringify({ spans: [[born, NOW]], prunedBefore: null })))
  return config
}

function pointsOf(check: string) {
  const breached = Number(check.split('/s')[1]) % 10 === 3
  const everyMs = check.startsWith('src0/') ? 4 * HOUR : 24 * HOUR
  const points: Parameters<Parameters<Parameters<Store['write']>[0]>[0]['savePoints']>[0][number][] = []
  for (let at = NOW - DAYS * 24 * HOUR - 12 * HOUR; at < NOW; at += everyMs) {
    // the last point before the breach is four hours older than it
    if (breached && at > BREACH.from - 4 * HOUR && at < BREACH.to) continue
    points.push({
      check,
      id: String(at),
      recoverableTo: instant(at),
      completedAt: null,
      sizeBytes: 1000,
      state: 'complete',
      problem: null,
    })
  }
  return points
}

export const report: Benchmark = {
  about: 'a report over 30 days of 10,000 services with 50,000 copies and 3,000,000 recovery points',
  async run({ brief }): Promise<Figure[]> {
    const count = brief ? 60 : 10_000
    using directory = folder()
    const store = await openSqliteStore({ path: join(directory.path, 'backproof.db') })
    try {
      const config = await fill(store, count)
      const period = { from: plus(NOW, -DAYS * 24 * HOUR), to: NOW }
      const request = { period, services: [], owners: [], tiers: [] }
      const options = { now: NOW, instance: 'here', version: '0' }
      settle()
      const before = process.memoryUsage().rss
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      const made: Report[] = []
      let wall = 0
      const cpu = await cpuMs(async () => {
        wall = await wallMs(async () => {
          made.push(await makeReport(config, store.read, request, options))
        })
      })
      const held = delay.max / 1e6
      const [first] = made
      assert.ok(first)
      const { services, totals } = first
      assert.equal(services.length, count)
      assert.equal(totals.breaches.count, services.filter(({ name }) => Number(name.slice(1)) % 10 === 3).length)
      assert.ok(services.every(({ rpo }) => rpo && rpo.seconds.within + rpo.seconds.breached === DAYS * 86_400))
      const figures: Figure[] = [
        figure(`a report on ${count} services`, wall / 1000, 's', `${round(cpu / 1000)} s of CPU`),
        figure('the longest that it holds up others', held, 'ms', 'the delay of the event loop meanwhile'),
        figure('memory for it', (process.memoryUsage().rss - before) / 2 ** 20, 'MiB more', ''),
      ]
      for (const format of ['json', 'html', 'pdf', 'csv'] as const) {
        delay.reset()
        let bytes = 0
        const ms = await wallMs(async () => {
          for await (const part of renderReport(first, format, 'services')) bytes += part.length
        })
        figures.push(
          figure(
            `it as ${format}`,
            ms / 1000,
            's',
            `${round(bytes / 2 ** 20)} MiB; held up others for ${round(delay.max / 1e6)} ms`,
          ),
        )
      }
      return figures
    } finally {
      await store.close()
    }
  },
}

function figure(name: string, value: number, unit: string, detail: string): Figure {
  return { name, against: null, value: Math.max(0, value), unit, goal: null, detail }
}
