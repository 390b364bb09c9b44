import { expect, test } from 'vitest'
import { parsePlugin } from './nagios.ts'

test.each([
  ['FILE_AGE OK: 5 s old | age=5s;90000;180000;0 size=5242880B;;;0', 'FILE_AGE OK: 5 s old', 5000],
  ["OK | 'age'=1.5;;", 'OK', 1500],
  ['OK | AGE=250ms', 'OK', 250],
  ["OK | 'it''s | odd'=3 age=7s", 'OK', 7000],
  ['OK | age=1,5s', 'OK', 1500],
  ['OK | age=-30s', 'OK', -30_000],
  ['OK | age=U', 'OK', null],
  ['OK | age=5%', 'OK', null],
  ['OK | age=99999999999999999999s', 'OK', null],
  ['OK | page=5s', 'OK', null],
  ['OK | age=5s age=9s', 'OK', 5000],
  ['OK age=5s', 'OK age=5s', null],
  ['OK | a=1\nlong text\nmore | age=60s', 'OK', 60_000],
  ['', '', null],
  ['|age=1s', '', 1000],
])('%j', (stdout, text, ageMs) => {
  expect(parsePlugin(stdout)).toEqual({ text, ageMs })
})

test('a hostile line takes no time', () => {
  const started = performance.now()
  for (const part of ["'a''", "' ", 'a=', 'a', '=1', ' a', "x='"])
    expect(parsePlugin(`x | ${part.repeat(100_000)}`).ageMs).toBeNull()
  expect(performance.now() - started).toBeLessThan(10_000)
})
