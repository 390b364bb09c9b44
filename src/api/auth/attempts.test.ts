import { expect, test } from 'vitest'
import { LoginAttempts } from './attempts.ts'

const perRemote = { burst: 2, everyMs: 1000 }
const overall = { burst: 5, everyMs: 500 }
const attempts = () => new LoginAttempts(perRemote, overall)

test('a burst, then one by one, and a success costs nothing', () => {
  const limited = attempts()
  expect([0, 0, 0].map((now) => limited.take('a', now))).toEqual([null, null, 1000])
  expect(limited.take('a', 400)).toBe(600)
  expect(limited.take('a', 1000)).toBeNull()
  expect(limited.take('a', 1000)).toBe(1000)
  limited.succeeded('a')
  expect(limited.take('a', 1000)).toBeNull()
})

test('all addresses together are limited too', () => {
  const limited = attempts()
  expect(['a', 'b', 'c', 'd', 'e', 'f'].map((remote) => limited.take(remote, 0))).toEqual([
    null,
    null,
    null,
    null,
    null,
    500,
  ])
})

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['2001:db8::1', '2001:db8:0:0:1::1', true],
  ['fe80::1%eth0', 'fe80::2', true],
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
])('%s and %s share an allowance: %s', (one, two, shared) => {
  const limited = attempts()
  limited.take(one, 0)
  limited.take(one, 0)
  expect(limited.take(two, 0) !== null).toBe(shared)
})

test('a clock that jumps back locks nobody out for long', () => {
  const limited = attempts()
  limited.take('a', 10_000_000)
  limited.take('a', 10_000_000)
  expect(limited.take('a', 5_000_000)).toBe(1000)
  expect(limited.take('a', 5_001_000)).toBeNull()
})

test('memory is bounded: a hundred thousand addresses leave only the newest', () => {
  const limited = new LoginAttempts({ burst: 1, everyMs: 1e9 }, { burst: 1e6, everyMs: 1 })
  expect(limited.take('first', 0)).toBeNull()
  for (let n = 0; n < 100_000; n++) limited.take(`remote-${n}`, 0)
  expect(limited.take('remote-99999', 0)).not.toBeNull()
  expect(limited.take('first', 0)).toBeNull()
})
