import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Check } from '../src/domain/check.ts'
import { perCheckSeries } from '../src/metrics/per-check.ts'
import { openSqliteStore } from '../src/store/dialects/sqlite.ts'
import { aCheck } from '../test/fakes/checks.ts'
import { type Benchmark, cpuMs, type Figure, folder, interleave, ratio } from './harness.ts'

const HOSTILE = 'fleet-0/a"b\nc'

/** Every tenth is stale; one name is hostile. */
function made(count: number): Check[] {
  const checks = Array.from({ length: count }, (_, n) =>
    aCheck(`fleet-${n % 20}/customer-${n}/database/nightly`, {
      judgement: n % 10 === 3 ? { status: 'stale', severity: 'critical' } : {},
    }),
  )
  checks[0] = aCheck(HOSTILE)
  return checks
}

/** The plain joining of the same text: no escaping, no chunks. */
async function floor(source: AsyncIterable<Check>): Promise<Buffer> {
  const status: string[] = []
  const last: string[] = []
  const threshold: string[] = []
  const success: string[] = []
  for await (const { id, source: from, type, facts, judgement } of source) {
    const at = (facts.newestGood?.recoverableTo ?? 0) / 1000
    status.push(
      `backproof_check_status{check="${id}",source="${from}",type="${type}",status="${judgement.status}"} 1\n`,
    )
    last.push(
      `backproof_check_last_recovery_point_timestamp_seconds{check="${id}",source="${from}",type="${type}"} ${at}\n`,
    )
    threshold.push(
      `backproof_check_threshold_seconds{check="${id}",source="${from}",type="${type}"} ${(judgement.thresholdMs ?? 0) / 1000}\n`,
    )
    success.push(`backup_latest_success_unixtime{scope="${id}"} ${at}\n`)
  }
  return Buffer.from(status.join('') + last.join('') + threshold.join('') + success.join(''))
}

/** What a server does with it: each part becomes bytes. */
async function exposed(source: AsyncIterable<Check>): Promise<Buffer[]> {
  const parts: Buffer[] = []
  for await (const part of perCheckSeries(source)) parts.push(Buffer.from(part))
  return parts
}

export const metrics: Benchmark = {
  about: 'CPU of the series of each of 100,000 checks, against the plain joining of the same text',
  async run({ brief }) {
    const [count, rounds] = brief ? [2_000, 1] : [100_000, 9]
    const checks = made(count)
    async function* inMemory(): AsyncIterable<Check> {
      yield* checks
    }
    await assertPlanted(inMemory(), count)
    using directory = folder()
    const store = await openSqliteStore({ path: join(directory.path, 'backproof.db') })
    try {
      for (let from = 0; from < count; from += 10_000)
        await store.write((tx) => tx.saveChecks(checks.slice(from, from + 10_000)))
      return [
        await compare('in memory', inMemory, rounds),
        await compare('from SQLite', () => store.read.eachCheck(), rounds),
      ]
    } finally {
      await store.close()
    }
  },
}

async function assertPlanted(source: AsyncIterable<Check>, count: number): Promise<void> {
  const lines = Buffer.concat(await exposed(source))
    .toString()
    .split('\n')
  assert.equal(lines.filter((line) => line.startsWith('backproof_check_status{')).length, count)
  assert.equal(lines.filter((line) => line.includes('status="stale"')).length, count / 10)
  assert.ok(lines.some((line) => line.includes(String.raw`check="fleet-0/a\"b\nc"`)))
  assert.equal(lines.filter((line) => line.startsWith('c"')).length, 0)
}

async function compare(name: string, source: () => AsyncIterable<Check>, rounds: number): Promise<Figure> {
  await floor(source())
  await exposed(source())
  const { ours, base } = await interleave(rounds, {
    ours: () => cpuMs(() => exposed(source())),
    base: () => cpuMs(() => floor(source())),
  })
  return ratio(`series of each check, ${name}`, ours, base, { against: 'joining the text', goal: { most: 1.2 } })
}
