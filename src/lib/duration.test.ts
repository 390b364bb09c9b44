import { expect, it } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

it.each([
  ['0s', '0s'],
  ['15ms', '15ms'],
  ['59s', '59s'],
  ['60s', '1m'],
  ['90s', '1m 30s'],
  ['59m59s', '59m 59s'],
  ['60m', '1h'],
  ['90m', '1h 30m'],
  ['1h59s', '1h'],
  ['2h', '2h'],
  ['25h', '25h'],
  ['47h59m', '47h 59m'],
  ['48h', '2d'],
  ['7d12h30m', '7d 12h'],
  ['PT25H', '25h'],
])('%s is written as %s', (text, expected) => {
  expect(formatDuration(parseDuration(text) ?? Number.NaN)).toBe(expected)
})
