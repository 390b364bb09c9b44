import { describe, expect, it } from 'vitest'
import { COPY_CASES, copyOf, type RuleCase } from '../../../test/fakes/copy-rule-cases.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { findings } from '../../../test/fakes/service-findings.ts'
import { aCopy, aDrill, aProof, aService, aView, pointsEvery } from '../../../test/fakes/services.ts'
import type { Drill } from '../../domain/drill.ts'
import { plus } from '../../domain/instant.ts'
import { evaluateService } from './evaluate.ts'
import { serviceRules } from './registry.ts'

/** A drill of yesterday, of the check that proves the near copy. */
const alone = (parts: Partial<Drill>) =>
  aDrill('', { service: null, check: 'near/shop', at: plus(NOW, -DAY), ...parts })

const HOUR = 3_600_000
const DAY = 24 * HOUR
const FAILED_LOOK = { outcome: 'failed', fault: { kind: 'denied', message: 'no', advice: null }, tries: 1 } as const
const NOTHING = { newestGood: null, pointCount: 0 } as const

it('says nothing against a service that is sound', () => {
  const open = [...findings({}).values()].filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown')
  expect(open).toEqual([])
})

const TABLE: readonly RuleCase[] = [
  ...COPY_CASES,
  ['app-consistency', 'not a database', { service: { database: false } }, 'not-applicable', /not a database/],
  ['app-consistency', 'nobody says', { service: { method: null } }, 'unknown', /Nobody says/],
  [
    'app-consistency',
    'the copy says',
    { service: { method: 'filesystem snapshot', copies: copyOf({ consistency: 'application' }) } },
    'pass',
    /takes part/,
  ],
  ['retention', 'none is declared', { service: { retention: null } }, 'fail', /^No retention/],
  ['retention', 'points are not known', { near: { points: null }, far: { points: null } }, 'unknown', /not known/],
  [
    'retention',
    'days are missing',
    { near: { points: pointsEvery(72, 4) }, far: { points: [] } },
    'fail',
    /Points are missing: 4 of 7 daily/,
  ],
  ['drill-recency', 'never', { drills: [] }, 'unknown', /No restore has been tried/],
  ['drill-recency', 'long ago', { service: { drillEveryMs: 7 * DAY } }, 'fail', /one is due every 7d/],
  [
    'drill-recency',
    'one of its copies failed',
    { drills: [aDrill('shop'), alone({ outcome: 'failed' })] },
    'fail',
    /The restore of near\/shop at .* failed/,
  ],
  [
    'drill-recency',
    'verified long ago, restored since',
    { service: { drillEveryMs: 7 * DAY }, drills: [aDrill('shop'), alone({ outcome: 'restored' })] },
    'fail',
    /nobody verified/,
  ],
  [
    'rto',
    'only the data of a copy was timed',
    { drills: [alone({})] },
    'unknown',
    /data of near\/shop was back after 1h .*whether 2h is enough for the whole, nobody knows/,
  ],
  [
    'rto',
    'the data of a copy alone is too slow',
    { drills: [aDrill('shop'), alone({ rtaMs: 3 * HOUR })] },
    'fail',
    /restore of near\/shop alone of .* took 3h, with an RTO of 2h/,
  ],
  ['drill-recency', 'not verified', { drills: [aDrill('shop', { outcome: 'restored' })] }, 'fail', /nobody verified/],
  ['rto', 'it has none', { service: { rtoMs: null } }, 'fail', /It has no RTO/],
  ['rto', 'never timed', { drills: [aDrill('shop', { rtaMs: null })] }, 'unknown', /No restore was timed/],
  ['rto', 'too slow', { drills: [aDrill('shop', { rtaMs: 3 * HOUR })] }, 'fail', /took 3h, with an RTO of 2h/],
  ['rpo', 'it has none', { service: { rpoMs: null } }, 'fail', /It has no RPO/],
  [
    'rpo',
    'all too old',
    { near: { ageHours: 5 }, far: { ageHours: 6 } },
    'fail',
    /from 2026-11-20T07:00:00Z: more than 4h/,
  ],
  ['rpo', 'one too old', { far: { ageHours: 6 } }, 'fail', /Too old: s3, from 2026-11-20T06:00:00Z/],
  [
    'rpo',
    'one too old, as it may be',
    { far: { ageHours: 6 }, service: { copies: copyOf({ maxAgeMs: DAY }) } },
    'pass',
    /within 4h/,
  ],
  [
    'rpo',
    'the schedule can never hold it',
    { near: { points: pointsEvery(24, 9) } },
    'fail',
    /nas is made every 24h: it can't hold an RPO of 4h/,
  ],
  [
    'rpo',
    'nothing is there',
    { near: { facts: NOTHING }, far: { facts: NOTHING } },
    'fail',
    /nothing|No copy has anything/,
  ],
  [
    'rpo',
    'nothing is known',
    { near: { look: FAILED_LOOK }, far: { look: FAILED_LOOK } },
    'unknown',
    /No copy within 4h is proven/,
  ],
  ['ownership', 'nobody', { service: { owner: null } }, 'fail', /belongs to nobody/],
  [
    'restore-order',
    'a stranger',
    { service: { dependsOn: ['ghost'] } },
    'fail',
    /waits for ghost, which no service is called/,
  ],
  [
    'restore-order',
    'itself and a stranger',
    { service: { dependsOn: ['shop', 'ghost'] } },
    'fail',
    /waits for itself\. It waits for ghost, which no service is called/,
  ],
  ['restore-order', 'itself', { service: { dependsOn: ['shop'] } }, 'fail', /waits for itself/],
  [
    'shrinkage',
    'half is missing',
    { near: { points: [...pointsEvery(2, 1, 400), ...pointsEvery(2, 6).slice(1)] } },
    'fail',
    /near\/shop.*400 B, where 1000 B is usual/,
  ],
  ['shrinkage', 'no sizes', { near: { points: null }, far: { points: pointsEvery(2, 9, null) } }, 'unknown', /Too few/],
]

describe.each(TABLE)('%s: %s', (rule, _, change, outcome, words) => {
  it(`is ${outcome}`, () => {
    const finding = findings(change).get(rule)
    expect(finding).toMatchObject({ outcome, reason: expect.stringMatching(words) })
    if (outcome === 'fail' || outcome === 'unknown') expect(finding?.reason).toMatch(/\.$/)
    if (outcome === 'fail') expect(finding?.advice).toMatch(/\.$/)
    expect(finding?.severity === null).toBe(outcome !== 'fail')
  })
})

it('has each rule in the tables or below', () => {
  const tested = new Set([...TABLE.map(([rule]) => rule), 'contradictions'])
  expect(serviceRules.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([])
  expect(new Set(serviceRules.map(({ id }) => id)).size).toBe(serviceRules.length)
})

it.each([
  ['repo', 'there is no check repo: write repo/NAME, or repo/* for all of a source'],
  ['repo/nothing', 'there is no check repo/nothing'],
  ['rep?', 'there is no check rep?'],
])('says why a copy of %s is proven by nothing', (check, why) => {
  const view = aView(aService('db', { copies: [aCopy({ check })] }), [aProof('repo/db')])
  expect(view.copies[0]).toMatchObject({ standing: 'unknown', why })
})

describe('contradictions', () => {
  const copy = aCopy({ check: '*/db' })
  const judge = (jobHours: number, storeHours: number, more: Parameters<typeof aProof>[1] = {}) => {
    const job = aProof('jobs/db', { type: 'heartbeat', ageHours: jobHours })
    const store = aProof('repo/db', { ageHours: storeHours, lastLookAt: NOW, ...more })
    const view = aView(aService('db', { copies: [copy] }), [job, store])
    return evaluateService(view, NOW).find(({ rule }) => rule === 'contradictions')
  }
  it.each([
    ['the job and the store say the same', judge(1, 2), 'pass'],
    ['a success of which the store shows nothing', judge(1, 30), 'fail'],
    // a pass, or not-applicable, would end the incident with each report of the job, until the next look opens it again
    ['nobody has looked since', judge(1, 30, { lastLookAt: plus(NOW, -2 * HOUR) }), 'unknown'],
    ['the store can not be read any more', judge(1, 30, { look: FAILED_LOOK }), 'unknown'],
    [
      'what is known of the store is as new, though nobody has looked since',
      judge(1, 1.5, { lastLookAt: plus(NOW, -2 * HOUR) }),
      'pass',
    ],
    ['the store is newer than the word of the job', judge(30, 1), 'pass'],
  ] as const)('%s', (_, finding, outcome) => {
    expect(finding?.outcome).toBe(outcome)
  })
})
