import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NOW } from '../../../test/fakes/notification.ts'
import { aCopy, aDrill, aProof, aService, aView, pointsEvery } from '../../../test/fakes/services.ts'
import { plus } from '../../domain/instant.ts'
import { DOMAIN_KINDS, NOWHERE, type Service, type ServiceCopy } from '../../domain/service.ts'
import type { ServiceFinding } from '../../domain/service-finding.ts'
import { evaluateService } from './evaluate.ts'
import { massChanges } from './mass-change.ts'
import type { ProvingCheck } from './proving-check.ts'
import { serviceRules } from './registry.ts'

const HOUR = 3_600_000
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const few = fc.constantFrom('x', 'y')
const domain = fc.record(Object.fromEntries(DOMAIN_KINDS.map((kind) => [kind, maybe(few)])))

const copy: fc.Arbitrary<ServiceCopy> = fc
  .record({
    type: fc.constantFrom('nas', 's3', 'storage-snapshot', 'dump'),
    check: maybe(fc.constantFrom('a/1', 'a/2', 'b/1', 'b/*', 'c/none')),
    maxAgeMs: maybe(fc.constantFrom(HOUR, 100 * HOUR)),
    immutable: maybe(fc.boolean()),
    offline: maybe(fc.boolean()),
    encryption: maybe(fc.constantFrom('none', 'age')),
    keys: fc.subarray(['k', 'other']),
    consistency: maybe(fc.constantFrom('application' as const, 'crash' as const)),
    domain,
  })
  .map(({ domain, ...parts }) => ({ ...aCopy(parts), domain: { ...NOWHERE, ...domain } }))

const service: fc.Arbitrary<Service> = fc
  .record({
    tier: maybe(fc.integer({ min: 1, max: 3 })),
    owner: maybe(fc.constant('ann')),
    rpoMs: maybe(fc.constantFrom(2 * HOUR, 24 * HOUR)),
    rtoMs: maybe(fc.constant(HOUR)),
    database: maybe(fc.boolean()),
    standard: fc.constantFrom('3-2-1' as const, '3-2-1-1-0' as const),
    dependsOn: fc.subarray(['s', 'ghost']),
    production: domain.map((known) => ({ ...NOWHERE, ...known })),
    copies: fc.array(copy, { maxLength: 4 }),
    retention: maybe(fc.constant({ last: 3, hourly: 0, daily: 3, weekly: 0, monthly: 0, yearly: 0 })),
    keys: fc.subarray([{ name: 'k', holders: ['ann'], where: null, lastRehearsedAt: NOW, rehearseEveryMs: HOUR }]),
  })
  .map((parts) => aService('s', parts))

const proofs: fc.Arbitrary<ProvingCheck[]> = fc
  .tuple(
    ...['a/1', 'a/2', 'b/1', 'b/2'].map((id) =>
      fc.record({
        id: fc.constant(id),
        type: fc.constantFrom('restic', 'heartbeat', 's3-dump', 'ebs-snapshot'),
        ageHours: fc.integer({ min: 1, max: 40 }),
        gone: fc.boolean(),
        region: maybe(few),
        points: maybe(fc.integer({ min: 0, max: 30 })),
      }),
    ),
  )
  .map((all) =>
    all.map(({ id, type, ageHours, gone, region, points }) =>
      aProof(id, {
        type,
        ...(gone ? { facts: { newestGood: null } } : { ageHours }),
        resource: { region },
        points: points === null ? null : pointsEvery(5, points),
      }),
    ),
  )

const drills = fc.array(
  fc
    .record({
      outcome: fc.constantFrom('failed' as const, 'restored' as const, 'verified' as const),
      at: fc.integer({ min: 0, max: 9000 }).map((hours) => plus(NOW, -hours * HOUR)),
    })
    .map((parts) => aDrill('s', parts)),
  { maxLength: 3 },
)

const RANK = { pass: 0, 'not-applicable': 0, unknown: 1, fail: 2 }

it('an independent copy never makes a service worse', () => {
  fc.assert(
    fc.property(service, proofs, drills, (before, checks, tried) => {
      const added = aCopy({
        type: 'added',
        check: 'new/1',
        provider: 'elsewhere',
        account: 'other',
        region: 'far',
        site: 'far away',
        medium: 'tape',
        credential: 'its own',
        encryption: 'age',
        consistency: 'application',
      })
      const proof = aProof('new/1', {
        ageHours: 0.5,
        immutability: { how: 'vault lock', until: null },
        points: pointsEvery(1, 3),
      })
      const judge = (one: Service, all: ProvingCheck[]) => evaluateService(aView(one, all, tried), NOW)
      const after = judge({ ...before, copies: [...before.copies, added] }, [...checks, proof])
      for (const [n, finding] of judge(before, checks).entries()) {
        // with a first copy, rules begin to apply: nothing was well before
        if (finding.outcome === 'not-applicable') continue
        const now = after[n]
        expect(
          RANK[now?.outcome ?? 'fail'],
          `${finding.rule}: ${finding.reason} -> ${now?.reason}`,
        ).toBeLessThanOrEqual(RANK[finding.outcome])
      }
    }),
    { numRuns: 300 },
  )
})

it('a waiver changes its own finding only, and never what that found', () => {
  const waivers = fc.array(
    fc.record({
      rule: fc.constantFrom(...serviceRules.map(({ id }) => id), 'no-such-rule'),
      reason: fc.constant('because'),
      owner: fc.constant('cto'),
      until: fc.integer({ min: -5, max: 5 }).map((hours) => plus(NOW, hours * HOUR)),
    }),
    { maxLength: 4 },
  )
  fc.assert(
    fc.property(service, proofs, drills, waivers, (plain, checks, tried, waived) => {
      const judge = (one: Service) => evaluateService(aView(one, checks, tried), NOW)
      const about = new Set(waived.map(({ rule }) => rule))
      const core = ({ rule, outcome, severity, evidence }: ServiceFinding) => ({ rule, outcome, severity, evidence })
      const [before, after] = [judge(plain), judge({ ...plain, waivers: waived })]
      expect(after.map(core)).toEqual(before.map(core))
      const others = (all: ServiceFinding[]) => all.filter(({ rule }) => !about.has(rule))
      expect(others(after)).toEqual(others(before))
    }),
  )
})

it('says the same whatever the order of checks, and always why', () => {
  fc.assert(
    fc.property(service, proofs, drills, (one, checks, tried) => {
      const findings = evaluateService(aView(one, checks, tried), NOW)
      expect(evaluateService(aView(one, checks.toReversed(), tried.toReversed()), NOW)).toEqual(findings)
      for (const { reason, advice, outcome } of findings) {
        expect(reason).toMatch(/\S\.$/)
        if (outcome === 'fail') expect(advice).not.toBeNull()
      }
    }),
  )
})

it('what can not be read is never taken as well, nor as gone', () => {
  const fault = { kind: 'denied', message: 'no', advice: null } as const
  fc.assert(
    fc.property(service, proofs, (one, checks) => {
      const blind = checks.map((proving) => ({
        ...proving,
        check: { ...proving.check, look: { outcome: 'failed' as const, fault, tries: 1 } },
      }))
      const view = aView(one, blind)
      expect(view.proven).toEqual([])
      expect(view.copies.some(({ standing }) => standing === 'absent')).toBe(false)
    }),
  )
})

const state = (id: number, status: 'ok' | 'failed' | 'missing', pointCount = 10) => ({
  id: `c${id}`,
  status,
  pointCount,
})
const well = (count: number) => Array.from({ length: count }, (_, n) => state(n, 'ok'))
it.each([
  ['nothing happened', well(20), well(20), []],
  ['few fail', well(20), [...well(20).slice(4), ...well(4).map((one) => ({ ...one, status: 'failed' as const }))], []],
  [
    'many fail',
    well(20),
    [...well(20).slice(5), ...well(5).map((one) => ({ ...one, status: 'failed' as const }))],
    ['checks-failing'],
  ],
  [
    'five of hundreds are ordinary',
    well(200),
    [...well(200).slice(5), ...well(5).map((one) => ({ ...one, status: 'failed' as const }))],
    [],
  ],
  [
    'they failed before',
    well(20).map((one) => ({ ...one, status: 'failed' as const })),
    well(20).map((one) => ({ ...one, status: 'missing' as const })),
    [],
  ],
  [
    'nobody could read them before',
    [...well(20).slice(8), ...well(8).map((one) => ({ ...one, status: 'error' as const }))],
    [...well(20).slice(8), ...well(8).map((one) => ({ ...one, status: 'missing' as const }))],
    [],
  ],
  [
    'they were paused before',
    [...well(20).slice(8), ...well(8).map((one) => ({ ...one, status: 'paused' as const }))],
    [...well(20).slice(8), ...well(8).map((one) => ({ ...one, status: 'stale' as const }))],
    [],
  ],
  [
    'they were about to be late',
    well(20).map((one) => ({ ...one, status: 'due' as const })),
    well(20).map((one) => ({ ...one, status: 'stale' as const })),
    ['checks-failing'],
  ],
  ['points vanish', well(5), well(5).map((one) => ({ ...one, pointCount: 6 })), ['points-vanishing']],
  ['a prune', well(5), well(5).map((one) => ({ ...one, pointCount: 8 })), []],
  ['checks that are new or retired', well(20), [state(100, 'failed')], []],
])('mass change: %s', (_, before, after, kinds) => {
  expect(massChanges(before, after).map(({ kind }) => kind)).toEqual(kinds)
})
