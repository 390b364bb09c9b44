import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Check } from '../src/domain/check.ts'
import { instant } from '../src/domain/instant.ts'
import type { Observation } from '../src/domain/observation.ts'
import { evaluate } from '../src/evaluation/evaluate.ts'
import { lookAtAllDue } from '../src/jobs/look-loop.ts'
import type { PullSource } from '../src/sources/source.ts'
import { aConfig } from '../test/fakes/api.ts'
import { anInstance, HOUR, START } from '../test/fakes/estate-instance.ts'
import { type Benchmark, cpuMs, type Figure, folder, interleave, ratio, settle, shown, wallMs } from './harness.ts'

/** One look of N checks, of which one in a hundred has a new point; ten have turned stale. */
const CHANGED = 100
const STALE = 10
/** Points per look of memory's part, over a thousand checks. */
const RESOURCES = 1_000

/** A place of any number of checks, whose newest points the benchmark moves. */
function shelfOf(observe: () => Iterable<Observation>): PullSource {
  return {
    type: 'shelf',
    defaultMaxAgeMs: 24 * HOUR,
    defaultEveryMs: HOUR,
    config: z.unknown(),
    scopes: (name) => [{ id: `${name}/main`, source: name, name: 'main' }],
    permissions: () => [],
    async *scan(scope) {
      // one by one, as sources do: yield* in here would wait three times for each
      for (const seen of observe()) yield seen
      yield { kind: 'scope-complete', scope: scope.id, points: 'newest' }
    },
  }
}

function resource(name: string): Observation {
  return {
    kind: 'resource',
    check: `fleet/${name}`,
    type: 'shelf',
    resource: { id: name, name, provider: 'aws', account: '1234', region: 'eu-central-1', tags: { env: 'prod' } },
  }
}

function point(name: string, id: string, at: number): Observation {
  const recoverableTo = instant(at)
  const made = { check: `fleet/${name}`, id, recoverableTo, completedAt: recoverableTo, sizeBytes: 1000 }
  return { kind: 'recovery-point', point: { ...made, state: 'complete', problem: null } }
}

async function instanceOf(observe: () => Iterable<Observation>) {
  const [fleet] = aConfig().sources
  assert.ok(fleet)
  const source = shelfOf(observe)
  const configured = { ...fleet, type: 'shelf', source, everyMs: HOUR, threshold: { max_age: 24 * HOUR } }
  const instance = await anInstance({ config: { sources: [configured] } })
  let transactions = 0
  const { store } = instance
  const write = store.write.bind(store)
  instance.context.store = {
    ...store,
    write: (work) => {
      transactions += 1
      return write(work)
    },
  }
  return { ...instance, transactions: () => transactions }
}

export const judge: Benchmark = {
  about: 'one look at 100,000 checks, 1 % changed, judged and stored',
  run: ({ brief }) => judging(brief ? 4_000 : 100_000, brief ? 2 : 7),
}

export const memory: Benchmark = {
  about: 'what memory a look at a million points takes',
  run: ({ brief }) => lookingAtMany(brief ? 50_000 : 1_000_000),
}

async function judging(count: number, rounds: number): Promise<Figure[]> {
  const newest = new Float64Array(count).fill(START - HOUR)
  // these pass their threshold before the second look
  for (let i = 0; i < STALE; i++) newest[i] = START - 23.5 * HOUR
  const names = Array.from({ length: count }, (_, n) => `customer-${n}/database`)
  function* observe(): Iterable<Observation> {
    for (const [n, name] of names.entries()) {
      yield resource(name)
      yield point(name, `p${newest[n]}`, newest[n] ?? 0)
    }
  }
  const instance = await instanceOf(observe)
  using directory = folder()
  const bare = new DatabaseSync(join(directory.path, 'bare.db'))
  bare.exec('pragma journal_mode = wal; pragma synchronous = full; create table t (id text primary key, body text)')
  const put = bare.prepare('insert into t values (?, ?) on conflict do update set body = excluded.body')
  try {
    const first = await wallMs(() => instance.round())
    const known: Check[] = []
    for await (const check of instance.store.read.eachCheck()) known.push(check)
    assert.equal(known.length, count)

    let hour = 0
    const transactions: number[] = []
    const cpu: number[] = []
    async function lookOnce(): Promise<void> {
      const before = instance.transactions()
      await lookAtAllDue(instance.context, new AbortController().signal)
      transactions.push(instance.transactions() - before)
      const { open } = await instance.store.read.incidentCounts()
      assert.equal(open, STALE)
    }
    function baseline(): void {
      const now = instant(START + hour * HOUR)
      bare.exec('begin immediate')
      let stale = 0
      for (const [n, check] of known.entries()) {
        const facts = {
          ...check.facts,
          newestGood: { id: `p${hour}`, recoverableTo: instant(newest[n] ?? 0), sizeBytes: 1000 },
        }
        const { judgement } = evaluate({ ...check, facts }, instance.context.policyOf(check), check, now)
        if (judgement.status === 'stale') stale += 1
        if (n % CHANGED === 50) put.run(check.id, JSON.stringify({ ...check, facts, judgement }))
      }
      bare.exec('commit')
      assert.equal(stale, STALE)
    }
    const { ours: look, base } = await interleave(rounds, {
      ours: async () => {
        hour += 1
        await instance.clock.advance(HOUR)
        for (let n = 50; n < count; n += CHANGED) newest[n] = START + hour * HOUR - 60_000
        settle()
        let wall = 0
        cpu.push(await cpuMs(async () => (wall = await wallMs(lookOnce))))
        return wall
      },
      base: () => wallMs(baseline),
    })
    const summary = await instance.store.read.summary()
    assert.deepEqual([summary.total, summary.stale, summary.ok], [count, STALE, count - STALE])
    const changed = await instance.store.read.check(`fleet/${names[150]}`)
    assert.equal(changed?.facts.newestGood?.recoverableTo, START + hour * HOUR - 60_000)
    const points = await instance.store.read.points(`fleet/${names[150]}`, 100)
    assert.equal(points.length, hour + 1)
    // a batch is 3,000 checks; the claims of all lanes and the end of the look come on top
    const most = Math.ceil(count / 3000) + instance.context.config().concurrency + 3
    assert.ok(Math.max(...transactions) <= most, `${Math.max(...transactions)} transactions, not ${most}`)
    return [
      ratio(`a look at ${count} checks`, look, base, {
        against: 'judging them in a loop and writing the changed rows with bare SQLite',
        goal: null,
      }),
      {
        name: `a look at ${count} checks, judged and stored`,
        against: null,
        value: look.median / 1000,
        unit: 's',
        goal: { most: 2 },
        detail: `${shown(look)} ms; ${Math.max(...transactions)} transactions at most; the first look ${first.toFixed(0)} ms; CPU ${Math.round(Math.min(...cpu))} ms`,
      },
    ]
  } finally {
    bare.close()
    await instance.close()
  }
}

/** The memory of a look with so many points, over that of a tenth of them. */
async function lookingAtMany(most: number): Promise<Figure[]> {
  const names = Array.from({ length: RESOURCES }, (_, n) => `volume-${n}`)
  let points = most / 10
  function* observe(): Iterable<Observation> {
    for (const name of names) yield resource(name)
    for (let n = 0; n < points; n++) {
      // what streams in is taken note of now and then: it is at its peak in here
      if (n % 10_000 === 0) peak = Math.max(peak, process.memoryUsage().rss)
      yield point(names[n % RESOURCES] ?? '', `snap-${n}`, START - n * 1000)
    }
  }
  let peak = 0
  async function grown(count: number): Promise<number> {
    points = count
    const instance = await instanceOf(observe)
    settle()
    const before = process.memoryUsage().rss
    peak = before
    await instance.round()
    peak = Math.max(peak, process.memoryUsage().rss)
    const found = await instance.store.read.check('fleet/volume-0')
    assert.equal(found?.facts.newestGood?.id, 'snap-0')
    assert.equal(found.facts.pointCount, count / RESOURCES)
    await instance.close()
    return (peak - before) / 2 ** 20
  }
  await grown(most / 10)
  const few = await grown(most / 10)
  const many = await grown(most)
  return [
    {
      name: `memory of a look at ${most} points of ${RESOURCES} checks`,
      against: null,
      value: many,
      unit: 'MiB more',
      goal: { most: 120 },
      detail: `${few.toFixed(0)} MiB more with a tenth of the points`,
    },
  ]
}
