import { expect, test } from 'vitest'
import { excesses, stretches, ticks, usualWindow } from '../../web/src/components/point-series.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const T0 = Date.parse('2026-11-01T00:00:00Z')

const iso = (hours: number) => new Date(T0 + hours * HOUR).toISOString()

type State = 'complete' | 'pending' | 'failed' | 'implausible'
const point = (hours: number, goneAfter: number | null = null, state: State = 'complete') => ({
  id: `p${hours}`,
  recoverable_to: iso(hours),
  completed_at: null,
  size_bytes: null,
  state,
  problem: null,
  first_seen_at: iso(hours),
  gone_at: goneAfter === null ? null : iso(goneAfter),
})
const inHours = (found: { base: number; from: number; to: number }[]) =>
  found.map(({ base, from, to }) => [base, from, to].map((at) => (at - T0) / HOUR))

test.each([
  ['no points', [], []],
  ['one point', [point(0)], [[0, 0, 100]]],
  [
    'in any order',
    [point(24), point(0)],
    [
      [0, 0, 24],
      [24, 24, 100],
    ],
  ],
  [
    'what is not good does not count',
    [point(0), point(24, null, 'implausible'), point(48, null, 'pending')],
    [[0, 0, 100]],
  ],
  ['what is dated in the future does not count yet', [point(0), point(200)], [[0, 0, 100]]],
  [
    'an old point that is pruned changes nothing',
    [point(0, 60), point(48)],
    [
      [0, 0, 48],
      [48, 48, 100],
    ],
  ],
  [
    'when the newest is deleted, the one before it counts again',
    [point(0), point(24, 30)],
    [
      [0, 0, 24],
      [24, 24, 30],
      [0, 30, 100],
    ],
  ],
  [
    'when all are deleted there is nothing to count',
    [point(0, 30), point(24, 30)],
    [
      [0, 0, 24],
      [24, 24, 30],
    ],
  ],
])('the age of the newest good point: %s', (_, points, expected) => {
  expect(inHours(stretches(points, T0 + 100 * HOUR))).toEqual(expected)
})

test('what is over the threshold begins when the threshold is passed', () => {
  const all = stretches([point(0), point(24), point(70)], T0 + 100 * HOUR)
  expect(inHours(excesses(all, 25 * HOUR))).toEqual([
    [24, 49, 70],
    [70, 95, 100],
  ])
  expect(excesses(all, 50 * HOUR)).toEqual([])
  expect(excesses(all, null)).toEqual([])
  // a deletion uncovers an older point, which is over the threshold from the first moment
  expect(inHours(excesses(stretches([point(0), point(24, 30)], T0 + 40 * HOUR), 25 * HOUR))).toEqual([[0, 30, 40]])
})

test.each([
  [DAY, HOUR, 14],
  [HOUR, HOUR, 1],
  [HOUR, 4 * DAY, 7],
  [7 * DAY, DAY, 90],
  [null, null, 14],
  [200 * DAY, null, 365],
])('a threshold of %s ms and an age of %s ms are shown over %s days', (threshold, age, days) => {
  expect(usualWindow(threshold, age)).toBe(days)
})

test.each([
  [1, 6],
  [7, 8],
  [30, 5],
  [365, 7],
])('over %s days there are at most %s ticks, and they rise', (days, most) => {
  const found = ticks(T0, T0 + days * DAY, most).map(({ at }) => at)
  expect(found.length).toBeGreaterThan(1)
  expect(found.length).toBeLessThanOrEqual(most + 1)
  expect(found).toEqual([...new Set(found)].sort((a, b) => a - b))
})
