import { expect, it } from 'vitest'
import { NOW } from '../../test/fakes/notification.ts'
import { aDrill, aSoundService, aView } from '../../test/fakes/services.ts'
import type { Drill } from '../domain/drill.ts'
import { durationOf } from './duration.ts'

const HOUR = 3_600_000
const whole = (hours: number | null, parts: Partial<Drill> = {}) =>
  aDrill('shop', { rtaMs: hours === null ? null : hours * HOUR, ...parts })
const alone = (hours: number, parts: Partial<Drill> = {}) =>
  whole(hours, { id: 'alone', service: null, check: 'far/shop', at: NOW, ...parts })

it.each<[string, number | null, Drill[], number | null, string, string | null]>([
  ['nobody says', null, [], null, 'unknown', null],
  ['its target', 2, [], 2, 'rto', null],
  ['the newest drill', 2, [whole(9), whole(3, { id: 'newer', at: NOW })], 3, 'drill', 'newer'],
  [
    'one that failed was not timed',
    2,
    [whole(3), whole(1, { at: NOW, outcome: 'failed' })],
    3,
    'drill',
    'drill of shop',
  ],
  ['nor one without its time', 2, [whole(3), whole(null, { at: NOW })], 3, 'drill', 'drill of shop'],
  ['what its data took, where that is all', null, [alone(1)], 1, 'restore', 'alone'],
  ['its target, where its data took less', 2, [alone(1)], 2, 'rto', null],
  ['what its data took, where that is more', 2, [alone(5)], 5, 'restore', 'alone'],
  ['its last drill, which knows more than its data', 2, [whole(3), alone(1)], 3, 'drill', 'drill of shop'],
  ['its data, which took longer than all of it before', 2, [whole(3), alone(4)], 4, 'restore', 'alone'],
])('%s', (_, rtoHours, drills, hours, from, drill) => {
  const { service, checks } = aSoundService('shop', { rtoMs: rtoHours === null ? null : rtoHours * HOUR })
  const duration = durationOf(aView(service, checks, drills))
  expect([duration.ms, duration.from, duration.drill?.id ?? null]).toEqual([
    hours === null ? null : hours * HOUR,
    from,
    drill,
  ])
})

it('nobody can say of a service that is not there', () => {
  expect(durationOf(undefined)).toEqual({ ms: null, from: 'unknown', drill: null })
})
