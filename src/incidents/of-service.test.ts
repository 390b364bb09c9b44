import { describe, expect, it } from 'vitest'
import { NOW } from '../../test/fakes/notification.ts'
import { aService } from '../../test/fakes/services.ts'
import { plus } from '../domain/instant.ts'
import type { ServiceAlarm, ServiceFinding } from '../domain/service-finding.ts'
import { type Echoes, incidentFinding } from './of-service.ts'

const service = aService('shop', { owner: 'ann', tier: 2, labels: { env: 'prod' } })
const found = (parts: Partial<ServiceFinding> = {}): ServiceFinding => ({
  service: 'shop',
  rule: 'rpo',
  outcome: 'fail',
  severity: 'critical',
  reason: 'Too old.',
  advice: 'Back up.',
  evidence: {},
  waiver: null,
  changesAt: null,
  alarm: { severity: 'warning', echoes: [['a', 'b']], turnedAt: null },
  ...parts,
})
const alarm = (turnedAt: ServiceAlarm['turnedAt'] = NOW, echoes = [['a', 'b']]): Partial<ServiceFinding> => ({
  alarm: { severity: 'warning', echoes, turnedAt },
})
const echoes = (parts: Partial<Echoes> = {}): Echoes => ({ isTold: () => false, isSeenSince: () => true, ...parts })
const waiver = { rule: 'rpo', reason: 'moving', owner: 'cto', until: plus(NOW, 1) }
const OPENS = { outcome: 'fail', incident: { type: 'SERVICE_RPO', severity: 'warning' } }
const ENDS = { outcome: 'fail', incident: null }

describe('incidentFinding', () => {
  it('says what it is about', () => {
    expect(incidentFinding(found(), service, echoes())).toEqual({
      subject: 'service:shop',
      rule: 'rpo',
      outcome: 'fail',
      incident: { type: 'SERVICE_RPO', severity: 'warning' },
      reason: 'Too old.',
      advice: 'Back up.',
      evidence: {},
      changesAt: null,
      about: { owner: 'ann', tier: 2, tags: { env: 'prod' } },
    })
  })

  it.each<[string, Partial<ServiceFinding>, Partial<Echoes>, object]>([
    ['a pass', { outcome: 'pass', alarm: null }, {}, { outcome: 'pass', incident: null }],
    ['what is unknown', { outcome: 'unknown', alarm: null }, {}, { outcome: 'unknown', incident: null }],
    [
      'what does not apply any more',
      { outcome: 'not-applicable', alarm: null },
      {},
      { outcome: 'pass', incident: null },
    ],
    [
      'a waiver',
      { waiver, alarm: null },
      {},
      { ...ENDS, endedBy: 'accepted', reason: expect.stringMatching(/cto: moving/) },
    ],
    ['a waiver of what is unknown', { outcome: 'unknown', waiver, alarm: null }, {}, { outcome: 'unknown' }],
    ['a remark', { alarm: null }, {}, { ...ENDS, reason: 'It is a remark only. Too old.' }],
    ['what one of its checks tells', {}, { isTold: (check) => check === 'b' }, { ...ENDS, endedBy: 'superseded' }],
    [
      'two copies, of which one alone is told',
      alarm(null, [['a'], ['b']]),
      { isTold: (check) => check === 'b' },
      OPENS,
    ],
    ['a copy that no check could tell of', alarm(null, [['a'], []]), { isTold: (check) => check === 'a' }, OPENS],
    ['two copies that are both told', alarm(null, [['a'], ['b']]), { isTold: () => true }, { endedBy: 'superseded' }],
    ['what names no copy', alarm(null, []), { isTold: () => true }, OPENS],
    ['what other checks tell', {}, { isTold: (check) => check === 'c' }, OPENS],
    ['what time has turned, seen since', alarm(), { isSeenSince: (_, at) => at === NOW }, OPENS],
    [
      'what time has turned, of which a part was not seen since',
      alarm(),
      { isSeenSince: (check) => check === 'a' },
      { outcome: 'unknown' },
    ],
    ['what news have turned', {}, { isSeenSince: () => false }, OPENS],
  ])('%s', (_, parts, known, expected) => {
    expect(incidentFinding(found(parts), service, echoes(known))).toMatchObject(expected)
  })
})
