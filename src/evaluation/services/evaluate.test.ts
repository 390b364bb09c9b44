import { describe, expect, it } from 'vitest'
import { NOW } from '../../../test/fakes/notification.ts'
import { type Change, findings } from '../../../test/fakes/service-findings.ts'
import { aDrill, aProof, aService, aSoundService, aView } from '../../../test/fakes/services.ts'
import type { Drill } from '../../domain/drill.ts'
import { plus } from '../../domain/instant.ts'
import type { ServiceFinding } from '../../domain/service-finding.ts'
import { strayWaivers } from './evaluate.ts'
import { ladderOf } from './ladder.ts'

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
  it('of no rule are told', () => {
    expect(strayWaivers(aService('x', { waivers: [{ ...waiver, rule: 'imutability' }, waiver] }))).toEqual([
      'imutability',
    ])
  })
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
