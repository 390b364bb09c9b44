import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextAfter, parseSchedule } from './index.ts'

// the real systemd judges our reading of its expressions, where the machine has one
const installed = spawnSync('systemd-analyze', ['calendar', 'daily']).status === 0
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC']
const ITERATIONS = 4

/** The next runs as systemd has them; null: it refuses the expression; undefined: it fails to find them. */
function bySystemd(expression: string, after: string): string[] | null | undefined {
  const found = spawnSync(
    'systemd-analyze',
    ['calendar', `--base-time=${after} UTC`, `--iterations=${ITERATIONS}`, expression],
    { env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' }, encoding: 'utf8' },
  )
  if (found.status !== 0) return found.stderr.includes('Failed to parse') ? null : undefined
  const times = found.stdout.matchAll(/(?:Next elapse|Iter\. #\d+): \w{3} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/g)
  return [...times].map(([, date, time]) => `${date}T${time}.000Z`)
}

function byUs(expression: string, after: string): string[] | null {
  const schedule = parseSchedule(expression, 'UTC')
  if ('error' in schedule) return schedule.error.includes('never comes') ? [] : null
  const found: string[] = []
  for (
    let at = nextAfter(schedule, Date.parse(`${after.replace(' ', 'T')}Z`));
    at !== null;
    at = nextAfter(schedule, at)
  ) {
    found.push(new Date(at).toISOString())
    if (found.length === ITERATIONS) break
  }
  return found
}

describe.skipIf(!installed)('systemd-analyze agrees (skipped where it is not installed)', () => {
  test('on a table', () => {
    const table = `
      minutely | hourly | daily | weekly | monthly | quarterly
      yearly | annually | semiannually | WEEKLY | semi-annually | biannually
      bi-annually | *-*-* 06,18:00:00 | Mon..Fri 02:30 | Mon-Fri 02:30 | Mon, | Sat *-*-1..7 18:00
      *-*~01 | Mon *-05~07/1 | *-02~1..7 | *-*~1..7/2 | *-*~28 | *-*~29
      *-*~5..1 | Mon,Wed..Fri 1:00 | Monday | tues 1:00 | Mon,,Tue 1:00 | Mon Tue 1:00
      Sat..Mon 1:00 | Fri..Fri 1:1 | *:*/5 | *:0/5 | *-*-31/1 | *-*-1/31
      *-*-1/30 | *-*-1..31/31 | *-*-* 8..9/2:00 | 0/23:00 | 0/24:00 | 18
      18:00 | * | * 1:00 | *-* 1:00 | 03-* | 26-3-30
      99-01-01 | 2199-12-31 | 2200-01-01 | *-02-30 | 2026/2-01-01 | 2026..2028-01-01
      *-02-29 | Sun *-02-29 | @1800000000 | *-*-* 0:0:60 | 1:2:3 | *-*-00
      12-25 12:00 Europe/Paris | daily UTC | Sun 12:00 EST | *-*-1, | 1:00 Mon | Mon .. Fri 2:00
      *-*-*T02:00
    `
      .split(/[|\n]/)
      .map((text) => text.trim())
      .filter((text) => text !== '')
    const after = '2026-03-28 00:00:00'
    expect(Object.fromEntries(table.map((text) => [text, byUs(text, after)]))).toEqual(
      Object.fromEntries(table.map((text) => [text, bySystemd(text, after)])),
    )
  })

  test('on random expressions around the changes of the clocks', () => {
    const value = (min: number, max: number) => {
      const one = fc.integer({ min, max })
      // not compared: "~1..1", which systemd refuses, and lists with steps, where it misses days (252: *-*-1,1/4)
      const range = fc
        .uniqueArray(one, { minLength: 2, maxLength: 2 })
        .map((ends) => `${Math.min(...ends)}..${Math.max(...ends)}`)
      const step = fc.tuple(one, fc.integer({ min: 1, max: 7 })).map(([start, by]) => `${start}/${by}`)
      const single = one.map(String)
      return fc.oneof(
        single,
        single,
        range,
        step,
        fc.constant('*'),
        fc.array(fc.oneof(single, range), { minLength: 2, maxLength: 3 }).map((parts) => parts.join(',')),
      )
    }
    const day = fc.oneof(
      value(1, 31).map((text) => `-${text}`),
      // systemd refuses some lists of ranges from a month's end for no reason that its manual gives: not compared
      value(1, 28)
        .filter((text) => !text.includes(','))
        .map((text) => `~${text}`),
      fc.constant('-*'),
    )
    const expression = fc
      .tuple(
        fc.constantFrom('', '', 'Sun ', 'Mon..Fri ', 'Tue,Sat..Sun '),
        fc.oneof(fc.constant('*'), value(1, 12)),
        day,
        value(0, 4),
        value(0, 59),
        fc.oneof(
          fc.constant(''),
          value(0, 59).map((text) => `:${text}`),
        ),
        fc.constantFrom(...ZONES),
      )
      .map(
        ([weekdays, month, date, hour, minute, second, zone]) =>
          `${weekdays}*-${month}${date} ${hour}:${minute}${second} ${zone}`,
      )
    const bases = ['2026-03-07 20:10:05', '2026-03-28 20:00:00', '2026-04-04 12:00:00', '2026-10-03 12:00:00']
    const base = fc.constantFrom(...bases, '2026-10-24 18:00:00', '2026-10-31 20:00:00', '2027-12-20 12:00:00')
    fc.assert(
      fc.property(expression, base, (text, after) => {
        const theirs = bySystemd(text, after)
        // "Resource deadlock avoided": systemd 252 gives up on some days of a change of the clocks
        fc.pre(theirs !== undefined)
        expect({ [text]: byUs(text, after) }).toEqual({ [text]: theirs })
      }),
      // a fixed seed: systemd 252 misses a few runs itself (0/5:0 on the first of a month), which must not fail us at random
      { numRuns: 200, seed: 20_261_120 },
    )
  })
})
