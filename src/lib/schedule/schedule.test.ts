import { describe, expect, test } from 'vitest'
import { nextAfter, parseSchedule, type Schedule } from './index.ts'

function parsed(text: string, timeZone = 'UTC'): Schedule {
  const schedule = parseSchedule(text, timeZone)
  if ('error' in schedule) throw new Error(schedule.error)
  return schedule
}

function runs(text: string, timeZone: string, after: string, count: number): string[] {
  const schedule = parsed(text, timeZone)
  const found: string[] = []
  let at: number | null = Date.parse(after)
  while (found.length < count) {
    at = nextAfter(schedule, at)
    if (at === null) break
    found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'))
  }
  return found
}

describe('what is read', () => {
  test.each<[string, Schedule]>([
    ['every 6h', { kind: 'interval', everyMs: 21_600_000 }],
    ['  Every  7d 12h ', { kind: 'interval', everyMs: 648_000_000 }],
    ['90m', { kind: 'interval', everyMs: 5_400_000 }],
    ['PT25H', { kind: 'interval', everyMs: 90_000_000 }],
    ['30 2  * * *', { kind: 'cron', expression: '30 2 * * *', timeZone: 'Europe/Berlin' }],
    ['15 30 2 * * 1-5', { kind: 'cron', expression: '15 30 2 * * 1-5', timeZone: 'Europe/Berlin' }],
    ['@daily', { kind: 'cron', expression: '@daily', timeZone: 'Europe/Berlin' }],
    ['*-*-* 06,18:00:00', { kind: 'calendar', expression: '*-*-* 06,18:00:00', timeZone: 'Europe/Berlin' }],
    ['Mon..Fri 02:30', { kind: 'calendar', expression: 'Mon..Fri 02:30', timeZone: 'Europe/Berlin' }],
    ['daily America/New_York', { kind: 'calendar', expression: 'daily', timeZone: 'America/New_York' }],
    ['18:00 UTC', { kind: 'calendar', expression: '18:00', timeZone: 'UTC' }],
    ['@1800000000', { kind: 'calendar', expression: '@1800000000', timeZone: 'UTC' }],
  ])('%s', (text, schedule) => {
    expect(parseSchedule(text, 'Europe/Berlin')).toEqual(schedule)
  })

  test.each([
    ['', 'UTC', 'no schedule: write "every 6h"'],
    ['0s', 'UTC', 'shorter than a second'],
    ['every full moon', 'UTC', 'write every 90m'],
    ['61 * * * *', 'UTC', 'Invalid value for minute: 61'],
    ['1 2 3 4 5 6 7', 'UTC', 'has 7 parts'],
    ['0 2 * * * Europe/Berlin', 'UTC', 'time_zone: Europe/Berlin'],
    ['@reboot', 'UTC', '@hourly, @daily'],
    ['0 0 30 2 *', 'UTC', 'never comes'],
    ['*-02-30', 'UTC', 'never comes'],
    ['2026-03-29 02:30', 'Europe/Berlin', 'never comes'],
    ['*/5 2 * 3 SUN#L', 'Europe/Berlin', 'clocks of Europe/Berlin skip'],
    ['weekley', 'UTC', 'one of minutely, hourly, daily, weekly'],
    ['*:*/5', 'UTC', 'steps as 0/5'],
    ['Sat..Mon 02:00', 'UTC', 'write Sat,Sun,Mon'],
    ['*-*-* 24:00', 'UTC', 'the hour 24 in "24" is outside 0..23'],
    ['*-*-* 10..8:00', 'UTC', 'runs backwards'],
    ['*-*-* 0/24:00', 'UTC', 'past the last hour'],
    ['*-*~29', 'UTC', 'outside 1..28'],
    ['*-*-* 01:00:00.5', 'UTC', 'fractions'],
    ['18', 'UTC', 'is no date'],
    ['1:00 Mon', 'UTC', 'is too much'],
    ['Mon *-*-* 1:00 2:00', 'UTC', 'is too much'],
    [`*-*-${'1,'.repeat(300)}1`, 'UTC', 'more than 240'],
    ['9'.repeat(5000), 'UTC', 'more than 1000'],
    ['daily', 'Berlin', 'did you mean Europe/Berlin?'],
    ['daily', 'Europe/Berln', 'did you mean Europe/Berlin?'],
    ['daily', 'new york', 'did you mean America/New_York?'],
    ['daily Europe/Pari', 'UTC', 'did you mean Europe/Paris?'],
    ['daily', '+01:00', 'such as Europe/Berlin or UTC'],
    ['daily', '../../etc/passwd', 'no time zone'],
  ])('%s in %s is refused', (text, timeZone, words) => {
    const result = parseSchedule(text, timeZone)
    expect('error' in result ? result.error : '').toContain(words)
  })
})

describe('where clocks change', () => {
  test.each<[string, string, string, string[]]>([
    // cron's fixed times run once a day: right after the gap, and at the first pass of the repeated hour
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T00:30Z']],
    ['30 2,14 * * *', 'Europe/Berlin', '2026-03-28T14:00Z', ['2026-03-29T01:00Z', '2026-03-29T12:30Z']],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00Z', ['2026-03-08T07:00Z', '2026-03-09T06:30Z']],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', ['2026-11-01T05:30Z', '2026-11-02T06:30Z']],
    // Lord Howe moves its clocks by half an hour
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00Z', ['2026-10-03T15:30Z', '2026-10-04T15:15Z']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00Z', ['2026-04-04T14:45Z', '2026-04-05T15:15Z']],
    // and steps keep running in real time
    [
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-10-25T00:00Z',
      ['2026-10-25T00:30Z', '2026-10-25T01:00Z', '2026-10-25T01:30Z'],
    ],
    [
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-03-29T00:00Z',
      ['2026-03-29T00:30Z', '2026-03-29T01:00Z', '2026-03-29T01:30Z'],
    ],
    // systemd leaves out a time that is skipped
    ['02:30', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-30T00:30Z', '2026-03-31T00:30Z']],
    ['02:30', 'Europe/Berlin', '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['02:30', 'Europe/Berlin', '2026-10-25T01:10Z', ['2026-10-26T01:30Z']],
    ['01:30', 'America/New_York', '2026-10-31T12:00Z', ['2026-11-01T05:30Z', '2026-11-02T06:30Z']],
    ['02:15', 'Australia/Lord_Howe', '2026-10-02T12:00Z', ['2026-10-02T15:45Z', '2026-10-04T15:15Z']],
    ['01:45', 'Australia/Lord_Howe', '2026-04-04T12:00Z', ['2026-04-04T14:45Z', '2026-04-05T15:15Z']],
    ['*:0/30', 'Europe/Berlin', '2026-10-25T00:00Z', ['2026-10-25T00:30Z', '2026-10-25T02:00Z', '2026-10-25T02:30Z']],
    // a midnight that does not exist
    ['daily', 'America/Sao_Paulo', '2018-11-03T12:00Z', ['2018-11-05T02:00Z']],
  ])('%s in %s after %s', (text, timeZone, after, expected) => {
    expect(runs(text, timeZone, after, expected.length)).toEqual(expected)
  })

  test.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'])(
    'cron runs 365 times a year in %s',
    (zone) => {
      for (const text of ['30 2 * * *', '45 1 * * *', '0 0 * * *', '15 2 * * *'])
        expect(runs(text, zone, '2026-01-01T12:00Z', 400).filter((at) => at < '2027-01-01T12')).toHaveLength(365)
    },
  )
})

describe('runs', () => {
  test.each<[string, string, string[]]>([
    ['every 6h', '2026-01-01T00:00Z', ['2026-01-01T06:00Z', '2026-01-01T12:00Z']],
    ['0 0 L * *', '2026-01-31T00:00Z', ['2026-02-28T00:00Z', '2026-03-31T00:00Z']],
    ['0 0 15W * *', '2026-08-01T00:00Z', ['2026-08-14T00:00Z', '2026-09-15T00:00Z']],
    ['0 0 * * 5#2', '2026-01-01T00:00Z', ['2026-01-09T00:00Z', '2026-02-13T00:00Z']],
    ['0 0 * * 5L', '2026-01-01T00:00Z', ['2026-01-30T00:00Z', '2026-02-27T00:00Z']],
    ['0 0 1,15 * fri', '2026-10-24T00:00Z', ['2026-10-30T00:00Z', '2026-11-01T00:00Z', '2026-11-06T00:00Z']],
    ['0 0 29 2 *', '2096-03-01T00:00Z', ['2104-02-29T00:00Z']],
    ['*-*~01', '2026-01-31T00:00Z', ['2026-02-28T00:00Z', '2026-03-31T00:00Z']],
    ['Mon *-05~07/1', '2026-01-01T00:00Z', ['2026-05-25T00:00Z', '2027-05-31T00:00Z']],
    ['Sat *-*-1..7 18:00', '2026-01-01T00:00Z', ['2026-01-03T18:00Z', '2026-02-07T18:00Z']],
    ['quarterly', '2026-01-01T00:00Z', ['2026-04-01T00:00Z', '2026-07-01T00:00Z']],
    ['26-12-24 18:00', '2026-01-01T00:00Z', ['2026-12-24T18:00Z']],
    ['2026..2027-01-01', '2026-01-01T00:00Z', ['2027-01-01T00:00Z']],
  ])('%s after %s', (text, after, expected) => {
    expect(runs(text, 'UTC', after, expected.length)).toEqual(expected)
  })

  test('come strictly later, to the millisecond', () => {
    const at = Date.parse('2026-06-01T02:30:00Z')
    for (const text of ['30 2 * * *', '02:30']) {
      expect(nextAfter(parsed(text), at - 1)).toBe(at)
      expect(nextAfter(parsed(text), at)).toBe(at + 86_400_000)
      expect(nextAfter(parsed(text), at + 1)).toBe(at + 86_400_000)
    }
  })

  test('that can never come are given up on quickly', () => {
    const started = performance.now()
    const timeZone = 'Europe/Berlin'
    const never: Schedule[] = [
      { kind: 'cron', expression: '0 0 30 2 *', timeZone },
      { kind: 'calendar', expression: '*-02-30 *:*:*', timeZone },
      { kind: 'calendar', expression: 'Sun *-03-25..31 02:*:*', timeZone },
      { kind: 'calendar', expression: '2020-01-01', timeZone },
    ]
    for (const schedule of never) expect(nextAfter(schedule, Date.parse('2026-01-01T00:00Z'))).toBeNull()
    expect(performance.now() - started).toBeLessThan(3000)
  })
})
