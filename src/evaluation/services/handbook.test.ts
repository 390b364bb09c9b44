import { describe, expect, it } from 'vitest'
import { NOW } from '../../../test/fakes/notification.ts'
import { aCopy, aDrill, aProof, aService, pointsEvery } from '../../../test/fakes/services.ts'
import type { Drill } from '../../domain/drill.ts'
import type { Service } from '../../domain/service.ts'
import { surveyEstate } from './estate.ts'
import { evaluateService } from './evaluate.ts'
import type { ProvingCheck } from './proving-check.ts'

// the handbook's table of mistakes: each is put in, and comes out with what to do instead

interface Mistake {
  mistake: string
  services: Service[]
  checks?: ProvingCheck[]
  drills?: Drill[]
  rule: string
  reason: RegExp
  advice: RegExp
}

const apart = [
  aCopy({ check: 'a/db', account: '1', region: 'eu' }),
  aCopy({ check: 'b/db', account: '2', region: 'us' }),
]
const both = [aProof('a/db'), aProof('b/db')]

const MISTAKES: Mistake[] = [
  {
    mistake: 'all copies live in one cloud account',
    services: [
      aService('db', {
        copies: [
          aCopy({ check: 'a/db', account: '1', region: 'eu', medium: 'bucket-1' }),
          aCopy({ check: 'b/db', account: '1', region: 'us', medium: 'bucket-2' }),
        ],
      }),
    ],
    checks: both,
    rule: 'off-site',
    reason: /in one account \(1\): its loss takes every way back/,
    advice: /separate failure domain with separate access control/,
  },
  {
    mistake: 'all copies live in one region',
    services: [
      aService('db', {
        copies: [
          aCopy({ check: 'a/db', account: '1', region: 'eu' }),
          aCopy({ check: 'b/db', account: '2', region: 'eu' }),
        ],
      }),
    ],
    checks: both,
    rule: 'off-site',
    reason: /in one region \(eu\)/,
    advice: /separate failure domain with separate access control/,
  },
  {
    mistake: 'the job is green, and the restore fails',
    services: [aService('db', { copies: apart })],
    checks: both,
    drills: [aDrill('db', { outcome: 'failed' })],
    rule: 'drill-recency',
    reason: /The restore of .* failed/,
    advice: /Schedule restore drills and validate application start, schema and credentials/,
  },
  {
    mistake: 'the database is on storage snapshots',
    services: [aService('orders-postgres', { copies: [aCopy({ type: 'storage-snapshot', check: 'a/db' })] })],
    checks: both,
    rule: 'app-consistency',
    reason: /crash-consistent copies alone/,
    advice: /database-aware tooling.*logs, WAL or binlogs/,
  },
  {
    mistake: 'the same, as the source knows it',
    services: [aService('orders', { database: true, copies: [aCopy({ type: 'x', check: 'a/db' })] })],
    checks: [aProof('a/db', { type: 'ebs-snapshot' })],
    rule: 'app-consistency',
    reason: /crash-consistent copies alone/,
    advice: /database-aware tooling/,
  },
  {
    mistake: 'nobody can decrypt',
    services: [aService('db', { copies: apart })],
    checks: both,
    rule: 'key-access',
    reason: /Nobody has written down who can decrypt/,
    advice: /Document break-glass access.*test decryption during drills/,
  },
  {
    mistake: 'pruning was never enabled',
    services: [
      aService('db', { copies: apart, retention: { last: 7, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 } }),
    ],
    checks: [aProof('a/db', { points: pointsEvery(24, 200) }), aProof('b/db')],
    rule: 'retention',
    reason: /200 points, of which the policy keeps 7: nothing seems to prune it/,
    advice: /explicit retention policy, automate the prune, and monitor the size/,
  },
  {
    mistake: 'no retention was ever declared',
    services: [aService('db', { copies: apart })],
    checks: both,
    rule: 'retention',
    reason: /No retention is declared/,
    advice: /explicit retention policy/,
  },
  {
    mistake: 'tier 1 waits for tier 3',
    services: [aService('db', { tier: 1, dependsOn: ['reports'] }), aService('reports', { tier: 3 })],
    rule: 'restore-order',
    reason: /Tier 1 waits for reports, which is tier 3/,
    advice: /restore priority list tied to service dependencies and business impact/,
  },
  {
    mistake: 'restoring by familiarity: no tier at all',
    services: [aService('db')],
    rule: 'restore-order',
    reason: /no tier/,
    advice: /restore priority list/,
  },
]

describe.each(MISTAKES)('$mistake', ({ services, checks = [], drills = [], rule, reason, advice }) => {
  it(`is found by ${rule}`, () => {
    const [view] = surveyEstate({ services, checks, drills }).views
    const finding = view && evaluateService(view, NOW).find((one) => one.rule === rule)
    expect(finding).toMatchObject({
      outcome: 'fail',
      reason: expect.stringMatching(reason),
      advice: expect.stringMatching(advice),
    })
  })
})
