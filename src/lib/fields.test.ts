import { expect, test } from 'vitest'
import type { z } from 'zod'
import { bytes, duration, fraction, httpUrl, secret, secretUrl, text, timeZone } from './fields.ts'
import { Secret, withReferences } from './secret.ts'

function parse(schema: z.ZodType, value: unknown): unknown {
  const result = withReferences({ env: { SIZE: '2kB', AGE: '3h' }, directory: '' }, () => schema.safeParse(value))
  return result.success ? result.data : result.error.issues.map((issue) => issue.message).join('; ')
}

test.each<[z.ZodType, unknown, unknown]>([
  [duration(), '25h', 90_000_000],
  [duration(), ' 1d ', 86_400_000],
  [duration(), '${env:AGE}', 10_800_000],
  [duration(), '0s', 'not a duration: write 90m, 25h, 1d, 7d12h or PT25H'],
  [duration(), 25, 'not a duration: it needs a unit, as in 90m, 25h, 1d or PT25H'],
  [bytes(), '1MiB', 1_048_576],
  [bytes(), 7, 7],
  [bytes(), '${env:SIZE}', 2000],
  [bytes(), -1, 'not a size: write 1048576, 1MiB or 500kB'],
  [bytes(), 'many', 'not a size: write 1048576, 1MiB or 500kB'],
  [fraction(), '80%', 0.8],
  [fraction(), 0.5, 0.5],
  [fraction(), 80, 'not a part of the threshold: write 80% or 0.8'],
  [fraction(), '100%', 'not a part of the threshold: write 80% or 0.8'],
  [httpUrl(), 'https://example.com/x', 'https://example.com/x'],
  [httpUrl(), 'ftp://example.com', 'not an http(s) URL'],
  [httpUrl(), 'https:///x', 'not an http(s) URL'],
  [httpUrl(), 'https://exa mple.com', 'not an http(s) URL'],
  [secretUrl(), 'example.com/hook', 'not an http(s) URL'],
  [secret(), '${env:NOPE}', 'the environment variable NOPE is not set'],
  [secretUrl(), '${env:NOPE}', 'the environment variable NOPE is not set'],
  [timeZone(), 'Europe/Berlin', 'Europe/Berlin'],
  [timeZone(), 'Europe/Berln', expect.stringContaining('did you mean Europe/Berlin?')],
])('case %#: %o', (schema, value, expected) => expect(parse(schema, value)).toEqual(expected))

test('a secret stays one', () => {
  const value = parse(secret(), '${env:AGE}')
  expect(value).toBeInstanceOf(Secret)
  expect(value instanceof Secret && value.reveal()).toBe('3h')
})

test('a text must not be empty', () => {
  expect(text().safeParse('').success).toBe(false)
})
