import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HOUR, MINUTE, type RdsLooked, START, startRds } from '../../../../test/fakes/rds-estate.ts'
import { DEEDS, RdsHistory, STEP_MS } from '../../../../test/fakes/rds-history.ts'

const deeds = (told: fc.Arbitrary<number | null>) =>
  fc.record({
    deed: fc.constantFrom(...DEEDS),
    of: fc.nat(5),
    which: fc.nat(20),
    afterMs: fc.nat(9 * MINUTE),
    toldAfterMs: told,
  })
/** Small pages, so that asking for what is new is less than listing all. */
const OPTIONS = { pageSize: 4 }
const allTold = ({ said }: RdsLooked) => said.map((one) => JSON.stringify(one)).sort()

it('whatever happens, and events tell, is seen as if everything were listed', async () => {
  const told = deeds(fc.nat(5 * MINUTE))
  const steps = fc.array(fc.array(told, { maxLength: 8 }), { minLength: 4, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const history = new RdsHistory()
      const { server, look } = await startRds(history.region, OPTIONS, {})
      try {
        await look(0)
        for (const [index, step] of given.entries()) {
          for (const deed of step) history.happen(deed, index * STEP_MS)
          const ms = (index + 1) * STEP_MS
          const [known, whole] = [await look(ms), await look(ms, true)]
          expect(known.fault).toBeNull()
          expect(allTold(known)).toEqual(allTold(whole))
        }
      } finally {
        await server.stop()
      }
    }),
    { numRuns: 12, interruptAfterTimeLimit: 40_000 },
  )
}, 120_000)

it('nothing becomes stale or missing because events are lost, and what is gone is seen within the hour', async () => {
  const lost = deeds(fc.option(fc.nat(30 * MINUTE), { freq: 1 }))
  const steps = fc.array(fc.array(lost, { maxLength: 3 }), { minLength: 10, maxLength: 20 })
  const maxAgeMs = 3 * HOUR
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const history = new RdsHistory()
      const { server, look } = await startRds(history.region, OPTIONS, { pitr: false, max_age: '3h' })
      const isGood = ({ points }: RdsLooked, check: string, now: number) =>
        points.some((one) => one.check === check && one.state === 'complete' && now - one.recoverableTo < maxAgeMs)
      try {
        let before = await look(0)
        const wrongSince = new Map<string, number>()
        for (const [index, step] of given.entries()) {
          for (const deed of step) history.happen(deed, index * STEP_MS)
          const ms = (index + 1) * STEP_MS
          const [known, whole] = [await look(ms), await look(ms, true)]
          expect(known.fault).toBeNull()
          expect(known.checks).toEqual(whole.checks)
          for (const { check } of known.checks) {
            const isWrong = !isGood(known, check, START + ms) && isGood(whole, check, START + ms)
            const wasGood = isGood(before, check, START + ms - STEP_MS)
            const isNew = !before.checks.some((one) => one.check === check)
            if (isWrong) expect([check, wasGood, isNew]).toEqual([check, false, false])
            if (isWrong) wrongSince.set(check, wrongSince.get(check) ?? ms)
            else wrongSince.delete(check)
            // what has become good again is found before long, the sooner the less it was stale
            expect(ms - (wrongSince.get(check) ?? ms)).toBeLessThanOrEqual(6 * HOUR + STEP_MS)
          }
          for (const name of Object.values(known.good)) {
            if (name === '-' || name.startsWith('rds:') || history.has(name)) continue
            expect(START + ms - (history.goneAt.get(name) ?? 0)).toBeLessThanOrEqual(HOUR + STEP_MS)
          }
          before = known
        }
      } finally {
        await server.stop()
      }
    }),
    { numRuns: 8, interruptAfterTimeLimit: 40_000 },
  )
}, 120_000)
