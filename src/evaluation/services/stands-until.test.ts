import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NOW } from '../../../test/fakes/notification.ts'
import { aCopy, aDrill, aProof, aService, aView, pointsEvery } from '../../../test/fakes/services.ts'
import { instant, plus } from '../../domain/instant.ts'
import type { Service } from '../../domain/service.ts'
import { evaluateService } from './evaluate.ts'
import { serviceRules } from './registry.ts'
import { standsUntil } from './stands-until.ts'
import { summariseService } from './summary.ts'

const HOUR = 3_600_000
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
/** Some hours from now, on the hour as often as not. */
const hours = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.constantFrom(0, 0, 1, 12_345)).map(([n, off]) => n * HOUR + off)
const at = (min: number, max: number) => hours(min, max).map((ms) => plus(NOW, ms))
const rule = fc.constantFrom(...serviceRules.map(({ id }) => id))

const copy = fc.record({
  id: fc.constantFrom('a/1', 'a/2', 'b/1'),
  maxAgeMs: maybe(hours(1, 60)),
  ageMs: hours(0, 60),
  lockedUntil: maybe(at(-3, 60)),
  type: fc.constantFrom('restic', 'ebs-snapshot', 'heartbeat'),
  every: fc.integer({ min: 1, max: 30 }),
  count: fc.integer({ min: 0, max: 12 }),
})

const view = fc
  .record({
    copies: fc.array(copy, { maxLength: 3 }),
    rpoMs: maybe(hours(1, 60)),
    hourly: fc.constantFrom(0, 4),
    daily: fc.constantFrom(0, 3),
    weekly: fc.constantFrom(0, 2),
    rehearsedAt: maybe(at(-60, 0)),
    waivers: fc.array(fc.record({ rule, until: at(-5, 60) }), { maxLength: 2 }),
    tuned: maybe(fc.record({ rule, until: maybe(at(-5, 60)), severity: fc.constantFrom('off', 'info', 'critical') })),
    drills: fc.array(fc.record({ at: at(-60, 0), outcome: fc.constantFrom('failed', 'restored', 'verified') }), {
      maxLength: 2,
    }),
    standard: fc.constantFrom('3-2-1', '3-2-1-1-0'),
  })
  .map(({ copies, hourly, daily, weekly, rehearsedAt, waivers, tuned, drills, ...parts }) => {
    const service: Partial<Service> = {
      ...parts,
      drillEveryMs: 40 * HOUR,
      retention: { last: 1, hourly, daily, weekly, monthly: 0, yearly: 0 },
      keys: [{ name: 'k', holders: ['ann'], where: null, lastRehearsedAt: rehearsedAt, rehearseEveryMs: 50 * HOUR }],
      waivers: waivers.map((waiver) => ({ ...waiver, reason: 'r', owner: 'o' })),
      rules: tuned ? { [tuned.rule]: { severity: tuned.severity, until: tuned.until, reason: null, owner: null } } : {},
      copies: copies.map(({ id, maxAgeMs }, n) =>
        aCopy({ check: id, maxAgeMs, encryption: 'age', keys: ['k'], medium: `m${n}` }),
      ),
    }
    const checks = copies.map(({ id, ageMs, lockedUntil, type, every, count }) =>
      aProof(id, {
        type,
        ageHours: ageMs / HOUR,
        points: pointsEvery(every, count),
        ...(lockedUntil !== null && { immutability: { how: 'object lock', until: lockedUntil } }),
      }),
    )
    return aView(
      aService('s', service),
      checks,
      drills.map((drill, n) => aDrill('s', { ...drill, id: `d${n}` })),
    )
  })

it('what is said of a service stays until then, with nothing new: each word of it', () => {
  fc.assert(
    fc.property(view, fc.double({ min: 0, max: 1, noNaN: true }), (service, part) => {
      const said = (now: number) => {
        const findings = evaluateService(service, instant(now))
        return { findings, summary: summariseService(service, findings, instant(now)) }
      }
      const first = said(NOW)
      const until = standsUntil(service, NOW)
      expect(until).toBeGreaterThan(NOW)
      const last = Math.min(until - 1, NOW + 100 * HOUR)
      for (const now of [NOW + Math.floor((last - NOW) * part), last]) expect(said(now)).toEqual(first)
    }),
    { numRuns: 1500 },
  )
})

it('it is not read again and again for nothing', () => {
  const plain = aView(aService('s', { rpoMs: 4 * HOUR, copies: [aCopy({ check: 'a/1' })] }), [
    aProof('a/1', { ageHours: 1 }),
  ])
  expect(standsUntil(plain, NOW) - NOW).toBe(3 * HOUR)
  // a limit holds up to its instant and with it
  expect(standsUntil(plain, plus(NOW, 3 * HOUR)) - NOW).toBe(3 * HOUR + 1)
  expect(standsUntil(plain, plus(NOW, 4 * HOUR))).toBe(Number.MAX_SAFE_INTEGER)
})
