import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { aCheck } from '../../test/fakes/checks.ts'
import { anInstance, HOUR, START } from '../../test/fakes/estate-instance.ts'
import { aCopy, aDrill, aService } from '../../test/fakes/services.ts'
import { storeKinds } from '../../test/fakes/stores.ts'
import type { ConfiguredService } from '../config/config.ts'
import { instant } from '../domain/instant.ts'
import type { Service } from '../domain/service.ts'
import { judgeServices } from './judge-services.ts'
import { type EstateKeeper, estateKeeper } from './keep-estate.ts'
import { acknowledge, pause, resolve, resume } from './operations.ts'

type Instance = Awaited<ReturnType<typeof anInstance>>

const NAMES = ['near', 'far', 'third'] as const
const signal = new AbortController().signal
const at = { file: 'backproof.yaml', line: 1, column: 1 }
const named = (name: string, parts: Partial<Service>): ConfiguredService => ({ ...aService(name, parts), at })

/** `turn`: a waiver and a setting that end some hours after the start. */
function services(turn: number): ConfiguredService[] {
  const until = instant(START + turn * HOUR)
  return [
    named('shop', {
      tier: 1,
      owner: 'ann',
      rpoMs: 4 * HOUR,
      retention: { last: 1, hourly: 0, daily: 3, weekly: 0, monthly: 0, yearly: 0 },
      drillEveryMs: 30 * HOUR,
      waivers: [{ rule: 'copies', reason: 'r', owner: 'o', until }],
      copies: [aCopy({ check: 'fleet/near', medium: 'a' }), aCopy({ check: 'fleet/far', maxAgeMs: 9 * HOUR })],
    }),
    named('wiki', { rpoMs: 12 * HOUR, copies: [aCopy({ check: 'fleet/*' })], standard: '3-2-1-1-0' }),
    // what a job says is held against what its store shows
    named('told', { rpoMs: 24 * HOUR, copies: [aCopy({ check: '*/third*' })] }),
    named('bare', { rules: { ownership: { severity: 'critical', reason: null, owner: null, until } } }),
  ]
}

/** One thing that happens, the same to each instance. */
type Deed = (it_: Instance) => Promise<unknown>

const hours = fc.constantFrom(0, 0, 0.25, 1, 3, 9, 25)
const name = fc.constantFrom(...NAMES)
const look: fc.Arbitrary<Deed> = fc.tuple(hours).map(
  ([passed]) =>
    (it_) =>
      it_.after(passed),
)
const points: fc.Arbitrary<Deed> = fc.tuple(name, fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 4 })).map(
  ([which, all]) =>
    async (it_) =>
      it_.estate.set(which, all),
)
const fresh: fc.Arbitrary<Deed> = name.map((which) => async (it_) => {
  const known = it_.estate.get(which)
  it_.estate.set(which, [...(Array.isArray(known) ? known : []), (it_.clock.now() - START) / HOUR])
})
const lost: fc.Arbitrary<Deed> = name.map((which) => async (it_) => it_.estate.delete(which))
const blind: fc.Arbitrary<Deed> = fc.constant(async (it_) => it_.estate.set('third', 'fault'))
const beat: fc.Arbitrary<Deed> = fc.constant((it_) => {
  const recoverableTo = instant(it_.clock.now())
  const facts = { newestGood: { id: `b${recoverableTo}`, recoverableTo, sizeBytes: null } }
  return it_.store.write((tx) => tx.saveChecks([aCheck('jobs/third', { type: 'heartbeat', facts })]))
})
const paused: fc.Arbitrary<Deed> = fc.tuple(name, fc.constantFrom(1, 5)).map(
  ([which, forHours]) =>
    (it_) =>
      pause(`fleet/${which}`, instant(it_.clock.now() + forHours * HOUR), 'ann', null, it_.context),
)
const resumed: fc.Arbitrary<Deed> = name.map((which) => (it_) => resume(`fleet/${which}`, 'ann', it_.context))
const byHand: fc.Arbitrary<Deed> = fc
  .tuple(fc.nat(20), fc.constantFrom(acknowledge, resolve))
  .map(([n, does]) => async (it_) => {
    const { items } = await it_.store.read.incidents({ states: ['open', 'acknowledged'] }, 100)
    const sorted = items.toSorted((a, b) => (a.subject + a.type < b.subject + b.type ? -1 : 1))
    const one = sorted[n % sorted.length]
    if (one) await does(one.id, 'ann', null, it_.context)
  })
const drilled: fc.Arbitrary<Deed> = fc
  .tuple(fc.constantFrom('shop', 'wiki'), fc.constantFrom('failed', 'restored', 'verified'), fc.integer())
  .map(
    ([service, outcome, id]) =>
      (it_) =>
        it_.store.write((tx) =>
          tx.addDrills([aDrill(service, { id: `drill ${id}`, outcome, at: instant(it_.clock.now()) })]),
        ),
  )
const withdrawn: fc.Arbitrary<Deed> = fc.constant(async (it_) => {
  const [last] = (await it_.store.read.drills({}, 1)).items
  const end = { at: instant(it_.clock.now()), by: 'ann', reason: 'no', replacedBy: null }
  if (last) await it_.store.write((tx) => tx.endDrill(last.id, end))
})
const configured: fc.Arbitrary<Deed> = fc.tuple(fc.integer({ min: -2, max: 30 }), fc.subarray([0, 1, 2, 3])).map(
  ([turn, which]) =>
    (it_) =>
      it_.configure({ services: services(turn).filter((_, n) => which.includes(n)) }),
)
/** Services are judged before anything is looked at. */
const waited: fc.Arbitrary<Deed> = hours.map((passed) => (it_) => it_.clock.advance(passed * HOUR))
const back: fc.Arbitrary<Deed> = fc
  .constantFrom(1 / 60, 1, 30)
  .map((passed) => (it_) => it_.clock.advance(-passed * HOUR))
const drilledAlone: fc.Arbitrary<Deed> = fc
  .tuple(name, fc.constantFrom('failed', 'verified'), fc.integer())
  .map(([which, outcome, id]) => (it_) => {
    const drill = { id: `drill ${id}`, service: null, check: `fleet/${which}`, outcome, at: instant(it_.clock.now()) }
    return it_.store.write((tx) => tx.addDrills([aDrill('', drill)]))
  })
/** All of its checks are retired, and come back with the next look. */
const redeclared: fc.Arbitrary<Deed> = fc.constant(async (it_) => {
  const { sources } = it_.context.config()
  await it_.configure({ sources: [] })
  await it_.configure({ sources })
})
const pruned: fc.Arbitrary<Deed> = fc.constant((it_) => {
  const now = instant(it_.clock.now())
  return it_.store.write((tx) => tx.prune(instant(now - 10 * HOUR), now))
})

const deeds = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: look },
    { weight: 3, arbitrary: fresh },
    { weight: 4, arbitrary: waited },
    points,
    lost,
    blind,
    beat,
    paused,
    resumed,
    { weight: 2, arbitrary: byHand },
    drilled,
    withdrawn,
    configured,
    back,
    drilledAlone,
    redeclared,
    pruned,
  ),
  { minLength: 5, maxLength: 25 },
)

/** What came of it, but for ids. */
async function outcome({ store, sent }: Instance) {
  const incidents = []
  for (const { id, ...incident } of (await store.read.incidents({}, 1000)).items) {
    const events = (await store.read.events(id)).map((event) => ({ ...event, id: '', incident: '' }))
    incidents.push({ ...incident, events })
  }
  const entries = (await store.read.evidence(0, 10_000)).filter(({ kind }) => kind === 'finding')
  return {
    incidents: incidents.map((one) => JSON.stringify(one)).sort(),
    findings: entries.map(({ body }) => body),
    told: sent.map(({ items }) => items.map(({ kind, type, reason }) => `${kind} ${type} ${reason}`)),
    scopes: (await store.read.scopes()).map(({ nextLookAt }) => nextLookAt),
  }
}

/** Since when a check has its status is not known before a look has written it: each reading says since itself. */
function timeless(reading: unknown): string {
  return JSON.stringify(reading, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'thresholdFrom' in value ? { ...value, since: 0 } : value,
  )
}

async function said(keeper: EstateKeeper) {
  const reading = await keeper.read()
  if (reading === null) throw new Error('it was cut short')
  return reading
}

test('a pause is over at its end, to the millisecond', async () => {
  const it_ = await anInstance()
  try {
    it_.estate.set('near', [-1])
    await it_.configure({ services: services(5) })
    await it_.round()
    await pause('fleet/near', instant(START + HOUR), 'ann', null, it_.context)
    const keeper = estateKeeper(it_.context, false)
    const statuses = async () => {
      const { estate } = await said(keeper)
      return estate.byName.get('wiki')?.copies.flatMap((copy) => copy.checks.map(({ check }) => check.judgement.status))
    }
    await it_.clock.advance(HOUR - 1)
    expect(await statuses()).toEqual(['paused'])
    await it_.clock.advance(1)
    expect(await statuses()).toEqual(['ok'])
  } finally {
    await it_.close()
  }
})

test('what has waited is told in its place, as all of it would be', async () => {
  const it_ = await anInstance()
  try {
    it_.estate.set('near', [-1])
    await it_.configure({ services: services(5) })
    await it_.round()
    const keeper = estateKeeper(it_.context, true)
    const told = async (waiting: string[]) => {
      await said(keeper)
      let names: string[] = []
      await keeper.tell(async ({ judged }) => {
        names = judged.map(({ view }) => view.service.name)
        return new Set(waiting)
      })
      return names
    }
    expect(await told(['told'])).toEqual(['shop', 'wiki', 'told', 'bare'])
    await it_.store.write((tx) => tx.addDrills([aDrill('shop', { at: instant(START) })]))
    expect(await told([])).toEqual(['shop', 'told'])
  } finally {
    await it_.close()
  }
})

for (const kind of await storeKinds()) {
  describe.skipIf(kind.missing !== null)(`services on ${kind.title}`, () => {
    afterAll(() => kind.stop())

    test('are judged as if all of it was read each time, whatever happens', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(deeds, async (all) => {
          const [kept, whole] = [
            await anInstance({ store: await kind.open() }),
            await anInstance({ store: await kind.open() }),
          ]
          const keeper = estateKeeper(kept.context, true)
          const isAsRead = async () => {
            const [a, b] = [await said(keeper), await said(estateKeeper(kept.context, false))]
            expect(timeless(a)).toEqual(timeless(b))
          }
          try {
            for (const it_ of [kept, whole]) {
              for (const one of NAMES) it_.estate.set(one, [-1])
              await it_.configure({ services: services(5) })
              await it_.round()
            }
            for (const deed of all) {
              for (const it_ of [kept, whole]) await deed(it_)
              await judgeServices(kept.context, { patient: false, signal, keeper })
              await judgeServices(whole.context, { patient: false, signal })
              await isAsRead()
              for (const it_ of [kept, whole]) await it_.round()
              expect(await outcome(kept)).toEqual(await outcome(whole))
              await isAsRead()
            }
          } finally {
            await kept.close()
            await whole.close()
          }
        }),
        { numRuns: kind.name === 'sqlite' ? 10 : 1 },
      )
    })
  })
}
