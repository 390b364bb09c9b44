import assert from 'node:assert/strict'
import { instant, plus } from '../src/domain/instant.ts'
import type { RecoveryPoint } from '../src/domain/recovery-point.ts'
import { judgeServices } from '../src/tasks/judge-services.ts'
import { type EstateKeeper, estateKeeper } from '../src/tasks/keep-estate.ts'
import { surveyor } from '../src/tasks/survey.ts'
import { anInstance } from '../test/fakes/estate-instance.ts'
import { NOW } from '../test/fakes/notification.ts'
import { anEstate } from '../test/fakes/service-estate.ts'
import { type Benchmark, cpuMs, type Figure, ratio, settle, shown, spread } from './harness.ts'

const COPIES = 5
/** One check in so many is written between two judgements. */
const CHANGED = 100

/** A judgement and a survey of services of which nothing is new, or little, against those that read all. */
export const steady: Benchmark = {
  about: '10,000 services with 50,000 copies, judged and surveyed again while little happens',
  async run({ brief }): Promise<Figure[]> {
    const count = brief ? 200 : 10_000
    const facts = anEstate(count, COPIES)
    const at = { file: 'backproof.yaml', line: 1, column: 1 }
    const instance = await anInstance({ config: { services: facts.services.map((service) => ({ ...service, at })) } })
    const { context, store, clock } = instance
    try {
      await fill(instance, facts)
      const signal = new AbortController().signal
      const once = async (keeper: EstateKeeper) => {
        const judged = await judgeServices(context, { patient: false, signal, keeper })
        assert.equal(judged.outcome, 'judged')
        const { services } = await surveyor({ keeper, config: context.config, clock, log: context.log }).survey()
        assert.equal(services.length, count)
      }
      const kept = estateKeeper(context, true)
      await once(kept)
      const before = await store.read.incidentCounts()
      assert.ok(before.open > count)
      const times: Record<'idle' | 'little' | 'whole', number[]> = { idle: [], little: [], whole: [] }
      for (let round = 0; round < (brief ? 1 : 5); round++) {
        for (const name of ['idle', 'little', 'whole'] as const) {
          if (name === 'little')
            await store.write(async (tx) => {
              const some = facts.checks.filter((_, n) => n % CHANGED === round)
              await tx.saveChecks(some.map(({ check }) => ({ ...check, scope: check.source, memory: round })))
            })
          settle()
          // as it was before: each read all for itself
          const work = async () => {
            if (name !== 'whole') return once(kept)
            await judgeServices(context, { patient: false, signal })
            await estateKeeper(context, false).read()
          }
          times[name].push(await cpuMs(work))
        }
        assert.deepEqual(await store.read.incidentCounts(), before)
      }
      const [idle, little, whole] = [spread(times.idle), spread(times.little), spread(times.whole)]
      return [
        {
          name: `judging and surveying ${count} services of which nothing is new`,
          against: null,
          value: idle.median / 1000,
          unit: 's of CPU',
          goal: { most: 0.3 },
          detail: `${shown(idle)} ms`,
        },
        ratio('with nothing new', idle, whole, { against: 'reading all of it, each for itself' }),
        ratio('one check in a hundred written', little, whole, { against: 'reading all of it, each for itself' }),
      ]
    } finally {
      await instance.close()
    }
  },
}

async function fill(
  { store, clock }: Awaited<ReturnType<typeof anInstance>>,
  { checks, drills }: ReturnType<typeof anEstate>,
): Promise<void> {
  await clock.advance(NOW - clock.now())
  const now = instant(NOW)
  const sources = [...new Set(checks.map(({ check }) => check.source))]
  await store.write(async (tx) => {
    await tx.declareScopes(
      sources.map((source) => ({ id: source, source, name: source })),
      sources,
      now,
    )
    for (;;) {
      const lease = await tx.claimScope('bench', now, 60_000, sources)
      if (!lease) break
      const nextLookAt = plus(now, 3_600_000)
      await tx.finishLook(lease, { at: now, status: 'complete', tookMs: 1, fault: null, failures: 0, nextLookAt })
    }
    await tx.saveChecks(checks.map(({ check }) => ({ ...check, scope: check.source })))
    await tx.addDrills(drills)
    for (const { check, points } of checks) {
      const all = (points ?? []).map(
        (point): RecoveryPoint => ({
          ...point,
          check: check.id,
          completedAt: point.recoverableTo,
          state: 'complete',
          problem: null,
        }),
      )
      await tx.savePoints(all, now)
    }
  })
}
