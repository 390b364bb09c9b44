import { describe, expect, test } from 'vitest'
import { parseReport } from './report.ts'

const point = { id: 'a', recoverable_to: '2026-11-20T12:00:00Z' }
const check = { name: 'shop', recovery_points: [point] }
const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n')

describe('a report', () => {
  test.each([
    ['one object', JSON.stringify({ checks: [check], complete: true }), 1],
    ['one object over many lines', JSON.stringify({ checks: [check], complete: true }, null, 2), 1],
    ['no check at all', '{"checks":[],"complete":true}', 0],
    ['a line a check', `${lines(check, { ...check, name: 'web' }, { complete: true })}\n`, 2],
    ['a check that is the end as well', lines({ ...check, complete: true }), 1],
    ['the end alone', lines({ complete: true }), 0],
    [
      'line ends of Windows, and fields of tomorrow',
      `${lines({ ...check, future: 1 })}\r\n\r\n${lines({ complete: true })}\r\n`,
      1,
    ],
  ])('%s', (_, text, count) => {
    expect(parseReport(text)).toHaveLength(count)
  })

  test('times may have an offset', () => {
    const report = parseReport(
      lines({ recovery_points: [{ id: 'a', recoverable_to: '2026-11-20T13:00:00+01:00' }], complete: true }),
    )
    expect(report).toEqual([
      { recovery_points: [{ id: 'a', recoverable_to: Date.UTC(2026, 10, 20, 12), state: 'complete' }], complete: true },
    ])
  })

  test.each([
    ['nothing', '', /printed nothing/],
    ['no end', lines(check), /"complete": true/],
    ['an end that is none', lines(check, { complete: false }), /"complete": true/],
    ['an object without an end', '{"checks":[]}', /"complete": true/],
    ['more after the end', lines({ complete: true }, check), /line 2 comes after/],
    ['a cut line', `${lines(check)}\n{"name":"we`, /line 2 is not JSON/],
    ['words', 'all is well', /line 1 is not JSON/],
    ['a number', '5', /line 1: /],
    ['null', 'null', /line 1: /],
    [
      'a time without its zone',
      lines({ recovery_points: [{ ...point, recoverable_to: '2026-11-20T12:00:00' }] }),
      /recoverable_to: not a time/,
    ],
    [
      'a day that is none',
      lines({ recovery_points: [{ ...point, recoverable_to: '2026-02-30T12:00:00Z' }] }),
      /recoverable_to: not a time/,
    ],
    [
      'a negative size',
      JSON.stringify({ checks: [{ ...check, recovery_points: [{ ...point, size_bytes: -1 }] }], complete: true }),
      /checks\[0\]\.recovery_points\[0\]\.size_bytes/,
    ],
    ['a state that is none', lines({ recovery_points: [{ ...point, state: 'good' }] }), /state/],
    ['a name with a line break', lines({ ...check, name: 'a\nb' }), /name: not a name/],
    ['two of the same name', lines(check, check, { complete: true }), /same name/],
    ['one of several without a name', lines(check, { recovery_points: [] }, { complete: true }), /no name/],
    ['two points of the same id', lines({ recovery_points: [point, point] }, { complete: true }), /same id/],
  ])('%s is told as what it is', (_, text, expected) => {
    expect(parseReport(text)).toMatch(expected)
  })

  test('what it quotes of garbage is nothing', () => {
    expect(parseReport('hunter2-canary')).not.toContain('hunter2')
    expect(parseReport(JSON.stringify({ checks: [{ name: 5, recovery_points: 'hunter2-canary' }] }))).not.toContain(
      'hunter2',
    )
  })
})
