/**
 * The series of each of N checks, against the plain joining of the same text (the floor: no escaping, no chunks), in
 * memory and as they come from the store. Run: node bench/metrics.ts [N]
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from '../src/domain/check.ts'
import { perCheckSeries } from '../src/metrics/per-check.ts'
import { openSqliteStore } from '../src/store/dialects/sqlite.ts'
import { aCheck } from '../test/fakes/checks.ts'

const COUNT = Number(process.argv[2] ?? 100_000)
const ROUNDS = 7
const GOAL = 1.2

/** Every tenth is stale; one name is hostile. */
const checks = Array.from({ length: COUNT }, (_, n) =>
  aCheck(`fleet-${n % 20}/customer-${n}/database/nightly`, {
    judgement: n % 10 === 3 ? { status: 'stale', severity: 'critical' } : {},
  }),
)
const HOSTILE = 'fleet-0/a"b\nc'
checks[0] = aCheck(HOSTILE)

async function* each(): AsyncIterable<Check> {
  yield* checks
}

async function floor(source: AsyncIterable<Check>): Promise<string> {
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
  return status.join('') + last.join('') + threshold.join('') + success.join('')
}

/** What a server does with it: each part becomes bytes. */
async function ours(source: AsyncIterable<Check>): Promise<Buffer[]> {
  const parts: Buffer[] = []
  for await (const part of perCheckSeries(source)) parts.push(Buffer.from(part))
  return parts
}

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Both in turns, so that what else this machine does hits both. */
async function compare(name: string, source: () => AsyncIterable<Check>): Promise<void> {
  const baseline: number[] = []
  const measured: number[] = []
  await floor(source())
  await ours(source())
  for (let round = 0; round < ROUNDS; round++) {
    baseline.push(await cpuMs(async () => Buffer.from(await floor(source()))))
    measured.push(await cpuMs(() => ours(source())))
  }
  const [floorMs, oursMs] = [median(baseline), median(measured)]
  const ratio = (oursMs / floorMs).toFixed(2)
  console.log(
    `${name}: ${ratio} x the floor (goal ${GOAL}); ${oursMs.toFixed(0)} ms of CPU, floor ${floorMs.toFixed(0)} ms`,
  )
}

const text = Buffer.concat(await ours(each())).toString()
const lines = text.split('\n')
assert.equal(lines.filter((line) => line.startsWith('backproof_check_status{')).length, COUNT)
assert.equal(lines.filter((line) => line.includes('status="stale"')).length, Math.ceil((COUNT - 3) / 10))
assert.ok(text.includes(String.raw`check="fleet-0/a\"b\nc"`))
assert.equal(lines.filter((line) => line.startsWith('c"')).length, 0)
console.log(`${COUNT} checks, ${lines.length - 1} lines, ${(text.length / 1e6).toFixed(1)} MB`)
await compare('in memory', each)

const directory = mkdtempSync(join(tmpdir(), 'backproof-bench-'))
const store = await openSqliteStore({ path: join(directory, 'backproof.db') })
try {
  for (let from = 0; from < COUNT; from += 10_000)
    await store.write((tx) => tx.saveChecks(checks.slice(from, from + 10_000)))
  await compare('from SQLite', () => store.read.eachCheck())
} finally {
  await store.close()
  rmSync(directory, { recursive: true })
}
