import { expect, test } from 'vitest'
import { aCheck } from '../../test/fakes/checks.ts'
import { NOW } from '../../test/fakes/notification.ts'
import { aPolicy } from '../../test/fakes/policy.ts'
import type { Condition } from '../domain/condition.ts'
import { plus } from '../domain/instant.ts'
import { judgeConditions } from './conditions.ts'

const policy = aPolicy()
const key: Condition = {
  type: 'KEY_UNUSABLE',
  outcome: 'fail',
  severity: 'critical',
  reason: 'Its key is disabled.',
  advice: 'Enable it.',
}
const failing = {
  rule: 'condition:KEY_UNUSABLE',
  outcome: 'fail',
  incident: { type: 'KEY_UNUSABLE', severity: 'critical' },
  reason: 'Its key is disabled.',
  advice: 'Enable it.',
}
const well = { ...failing, outcome: 'pass', incident: null }

test.each([
  ['fails', { conditions: [key] }, undefined, policy, [failing]],
  ['is well', { conditions: [{ ...key, outcome: 'pass' as const }] }, [key], policy, [well]],
  [
    'is told no more',
    {},
    [key],
    policy,
    [{ rule: well.rule, outcome: 'pass', incident: null, reason: expect.stringContaining('nothing to say') }],
  ],
  ['was never told', {}, undefined, policy, []],
  [
    'can not be seen',
    { conditions: [{ ...key, outcome: 'unknown' as const }] },
    [key],
    policy,
    [{ ...well, outcome: 'unknown' }],
  ],
  [
    'was not looked at',
    {
      conditions: [key],
      look: { outcome: 'failed' as const, fault: { kind: 'network' as const, message: 'x', advice: null }, tries: 1 },
    },
    [key],
    policy,
    [{ ...well, outcome: 'unknown' }],
  ],
  [
    'is paused',
    { conditions: [key], paused: { until: plus(NOW, 1), by: 'ann', reason: null } },
    [key],
    policy,
    [{ ...well, outcome: 'not-applicable' }],
  ],
  [
    'is as grave as the policy says',
    { conditions: [key] },
    undefined,
    { ...policy, severity: 'info' as const },
    [{ ...failing, incident: { type: 'KEY_UNUSABLE', severity: 'info' } }],
  ],
])('a condition that %s', (_, subject, before, asked, expected) => {
  expect(judgeConditions(aCheck('aws/vault', subject), before, asked, NOW)).toMatchObject(expected)
})
