import { describe, expect, test } from 'vitest'
import { instant, toIso } from '../../domain/instant.ts'
import { fileTime, parseEpochSeconds, parseNameTime, parseWrittenTime } from './times.ts'

const iso = (at: number | null) => (at === null ? null : toIso(instant(at)))

describe('a written time', () => {
  test.each([
    ['2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z'],
    ['2026-11-20T12:00:00+01:00', '2026-11-20T11:00:00Z'],
    ['2026-11-20T12:00:00-0530', '2026-11-20T17:30:00Z'],
    ['2026-11-20T12:00:00+01', '2026-11-20T11:00:00Z'],
    ['2026-11-20T12:00:00,123456789+00:00', '2026-11-20T12:00:00.123Z'],
    ['2026-11-20 12:00:00.500000000+01:00', '2026-11-20T11:00:00.500Z'],
    ['20261120T120000Z', '2026-11-20T12:00:00Z'],
    ['2026-11-20', '2026-11-19T23:00:00Z'],
    ['2026-11-20T12:00', '2026-11-20T11:00:00Z'],
    ['2026-07-20 12:00:00', '2026-07-20T10:00:00Z'],
    ['2026-02-30T12:00:00Z', null],
    ['2026-13-01T12:00:00Z', null],
    ['2026-11-20T25:00:00Z', null],
    ['2026-11-20T24:30:00Z', null],
    ['12:00', null],
    ['Fri Nov 20 12:00:00 UTC 2026', null],
    ['1763640000', null],
    ['', null],
  ])('%s is %s to clocks in Berlin', (text, expected) => {
    expect(iso(parseWrittenTime(text, 'Europe/Berlin'))).toBe(expected)
  })

  test.each([
    ['1795176000', '2026-11-20T12:00:00Z'],
    ['1795176000.25', '2026-11-20T12:00:00.250Z'],
    ['0', '1970-01-01T00:00:00Z'],
    ['-5', null],
    ['1e9', null],
    ['999999999999', null],
    ['2026-11-20', null],
  ])('epoch seconds %s are %s', (text, expected) => {
    expect(iso(parseEpochSeconds(text))).toBe(expected)
  })

  test('a time of a file system that no calendar has is cut to one that can be shown', () => {
    expect(iso(fileTime(8.64e18))).toBe('9999-12-31T23:59:59.999Z')
    expect(() => toIso(fileTime(-8.64e18))).not.toThrow()
  })
})

describe('the time in a name', () => {
  const read = (format: string, name: string, zone = 'UTC') => {
    const parsed = parseNameTime(format)
    return typeof parsed === 'string' ? parsed : iso(parsed.read(name, zone))
  }
  test.each([
    ['app-{yyyy}-{MM}-{dd}_{HH}{mm}', 'app-2026-11-20_0215.dump', '2026-11-20T02:15:00Z'],
    ['{yyyy}{MM}{dd}', 'db-20261120.sql', '2026-11-20T00:00:00Z'],
    ['{yyyy}{MM}{dd}', 'db-120261120.sql', null],
    ['{yyyy}{MM}{dd}', 'db-202611201.sql', null],
    ['{yy}{MM}{dd}', 'db-261120.sql', '2026-11-20T00:00:00Z'],
    ['{yyyy}/{MM}/{dd}/app', '2026/11/20/app.dump', '2026-11-20T00:00:00Z'],
    ['{yyyy}{MM}{dd}', '20200101/db-20261120.sql', '2026-11-20T00:00:00Z'],
    ['db-{unix}.', 'db-1795176000.gz', '2026-11-20T12:00:00Z'],
    ['app.{yyyy}-{MM}-{dd}', 'appx2026-11-20', null],
    ['app-{yyyy}-{MM}-{dd}', 'app-2026-02-31', null],
  ])('%s in %s is %s', (format, name, expected) => {
    expect(read(format, name)).toBe(expected)
  })

  test.each([
    ['a summer night', '2026-07-20 0200', '2026-07-20T00:00:00Z'],
    ['the hour that is left out', '2026-03-29 0230', '2026-03-29T01:30:00Z'],
    ['the hour that comes twice: the first, so that no age is understated', '2026-10-25 0230', '2026-10-25T00:30:00Z'],
  ])('by the clocks in Berlin: %s', (_, name, expected) => {
    expect(read('{yyyy}-{MM}-{dd} {HH}{mm}', name, 'Europe/Berlin')).toBe(expected)
  })

  test.each([
    ['app.dump', /names no date/],
    ['{yyyy}-{dd}', /names no date/],
    ['{yyyy}-{MM}-{dd}-{yyyy}', /twice/],
    ['{year}', /unknown field \{year\}/],
  ])('%s is refused', (format, expected) => {
    expect(read(format, '')).toMatch(expected)
  })
})
