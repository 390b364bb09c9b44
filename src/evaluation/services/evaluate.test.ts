import { describe, expect, it } from 'vitest'
import { NOW } from '../../../test/fakes/notification.ts'
import { type Change, findings } from '../../../test/fakes/service-findings.ts'
import { aDrill, aProof, aSoundService, aView, pointsEvery } from '../../../test/fakes/services.ts'
import type { Drill } from '../../domain/drill.ts'
import { plus } from '../../domain/instant.ts'
import type { ServiceFinding } from '../../domain/service-finding.ts'
import { type RuleTuning, SERVICE_RULES, type ServiceRuleId } from '../../domain/service-rule.ts'
import { ladderOf } from './ladder.ts'
import { serviceRules } from './registry.ts'

const HOUR = 3_600_000
const NOTHING = { newestGood: null, pointCount: 0 } as const

describe('waivers', () => {
  const waiver = { rule: 'ownership', reason: 'moving', owner: 'cto', until: plus(NOW, HOUR) }
  const change = { service: { owner: null, waivers: [waiver] } }
  it('are accepted up to their end, and not at it', () => {
    expect(findings(change).get('ownership')).toMatchObject({ outcome: 'fail', waiver, changesAt: waiver.until })
    const ended = findings({ ...change, now: waiver.until }).get('ownership')
    expect(ended).toMatchObject({ outcome: 'fail', waiver: null })
    expect(ended?.reason).toMatch(/accepted until 2026-11-20T13:00:00Z \(cto: moving\)/)
  })
  it('change no other finding', () => {
    const others = (all: Map<string, ServiceFinding>) => [...all.values()].filter(({ rule }) => rule !== 'ownership')
    expect(others(findings(change))).toEqual(others(findings({ service: { owner: null } })))
  })
})

describe('a rule that is set for a service', () => {
  const set = (tuning: Partial<RuleTuning>) => ({ severity: null, reason: null, owner: null, until: null, ...tuning })
  const judged = (rule: ServiceRuleId, tuning: Partial<RuleTuning>, change: Change = {}) =>
    findings({ ...change, service: { ...change.service, rules: { [rule]: set(tuning) } } }).get(rule)
  const noOwner = { service: { owner: null } }

  it('fails as it is told to, whatever the tier', () => {
    expect(judged('ownership', { severity: 'warning' }, noOwner)).toMatchObject({
      severity: 'warning',
      alarm: { severity: 'warning' },
    })
    expect(judged('ownership', { severity: 'critical' }, noOwner)?.alarm?.severity).toBe('critical')
    expect(judged('ownership', { severity: 'info' }, noOwner)).toMatchObject({ outcome: 'fail', alarm: null })
  })
  it('is as for all once its end has come', () => {
    const until = plus(NOW, HOUR)
    const off = { severity: 'off', reason: 'it is retired', until } as const
    expect(judged('ownership', off, noOwner)).toMatchObject({
      outcome: 'not-applicable',
      reason: 'It is turned off for shop: it is retired',
      changesAt: until,
      alarm: null,
    })
    expect(judged('ownership', off, { ...noOwner, now: until })).toMatchObject({
      outcome: 'fail',
      severity: 'critical',
    })
  })
  it('changes no other finding', () => {
    const others = (all: Map<string, ServiceFinding>) => [...all.values()].filter(({ rule }) => rule !== 'copies')
    expect(others(findings({ service: { rules: { copies: set({ severity: 'off' }) } } }))).toEqual(others(findings({})))
  })
  const halved = {
    near: { points: pointsEvery(2, 120).map((point, n) => ({ ...point, sizeBytes: n === 0 ? 600 : 1000 })) },
  }
  const many = { near: { points: pointsEvery(1, 145) }, far: { points: pointsEvery(1, 145) } }
  it.each<[string, ServiceRuleId, Partial<RuleTuning>, Change, ServiceFinding['outcome']]>([
    ['three copies are enough', 'copies', {}, {}, 'pass'],
    ['four are asked for', 'copies', { least: 4 }, {}, 'fail'],
    ['six tenths are enough', 'shrinkage', {}, halved, 'pass'],
    ['seven tenths are asked for', 'shrinkage', { below: 0.7 }, halved, 'fail'],
    [
      'a heap',
      'retention',
      {},
      { ...many, service: { retention: { last: 10, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 } } },
      'fail',
    ],
    [
      'a heap that may wait',
      'retention',
      { spare: 200 },
      { ...many, service: { retention: { last: 10, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 } } },
      'pass',
    ],
  ])('%s', (_, rule, tuning, change, outcome) => {
    expect(judged(rule, tuning, change)?.outcome).toBe(outcome)
  })
})

it('a tier 1 makes a warning critical, and wakes nobody for that', () => {
  expect(findings({ service: { owner: null } }).get('ownership')).toMatchObject({
    severity: 'critical',
    alarm: { severity: 'warning' },
  })
})

it('every rule is declared, in the order of reports', () => {
  expect(serviceRules.map(({ id }) => id)).toEqual(SERVICE_RULES)
})

it('a warning is critical for tier 1', () => {
  expect(findings({ service: { owner: null } }).get('ownership')?.severity).toBe('critical')
  expect(findings({ service: { owner: null, tier: 2 } }).get('ownership')?.severity).toBe('warning')
})

it('a pass turns at changesAt, and not before', () => {
  for (const rule of ['rpo', 'drill-recency', 'key-access', 'immutability']) {
    const at = findings({}).get(rule)?.changesAt
    expect(at, rule).toBeTypeOf('number')
    if (!at) continue
    const last = rule === 'immutability' ? plus(at, -1) : at
    expect(findings({ now: last }).get(rule)?.outcome, rule).toBe('pass')
    expect(findings({ now: plus(last, 1) }).get(rule)?.outcome, rule).not.toBe('pass')
  }
})

describe('the ladder', () => {
  const rungOf = (change: Change) => {
    const sound = aSoundService('shop', change.service)
    const [near, far] = [aProof('near/shop', change.near), aProof('far/shop', change.far)]
    return ladderOf(aView(sound.service, [near, far], change.drills ?? []), NOW)
  }
  const alone = (check: string, outcome: Drill['outcome'] = 'verified') =>
    aDrill('', { service: null, check, at: NOW, outcome })
  it.each<[string, Change, string | null, string | null]>([
    ['nothing is there', { near: { facts: NOTHING }, far: { facts: NOTHING } }, null, 'job-ran'],
    ['only jobs report', { near: { type: 'heartbeat' }, far: { type: 'heartbeat' } }, 'job-ran', 'exists'],
    ['all is too old', { near: { ageHours: 9 }, far: { ageHours: 9 }, drills: [aDrill('shop')] }, 'job-ran', 'exists'],
    ['never restored', {}, 'exists', 'readable'],
    ['restored', { drills: [aDrill('shop', { outcome: 'restored' })] }, 'restored', 'verified'],
    ['verified, too slow', { drills: [aDrill('shop', { rtaMs: 3 * HOUR })] }, 'verified', 'within-rto'],
    ['in time', { drills: [aDrill('shop')] }, 'within-rto', null],
    ['the data of a copy was in time', { drills: [alone('near/shop')] }, 'verified', 'within-rto'],
    [
      'the data of a copy failed since',
      { drills: [aDrill('shop'), alone('far/shop', 'failed')] },
      'exists',
      'readable',
    ],
    ['of a copy that is not its own', { drills: [alone('far/wiki')] }, 'exists', 'readable'],
    [
      'in time once, and failed since',
      { drills: [aDrill('shop'), aDrill('shop', { at: NOW, outcome: 'failed' })] },
      'exists',
      'readable',
    ],
  ])('%s', (_, change, rung, next) => {
    const ladder = rungOf(change)
    expect([ladder.rung, ladder.next?.rung ?? null]).toEqual([rung, next])
  })
})
