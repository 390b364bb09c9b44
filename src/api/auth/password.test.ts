import { expect, test } from 'vitest'
import { hashPassword, matchesHash, sameSecret } from './password.ts'

test('the hash of the reference implementation is understood', async () => {
  // https://github.com/P-H-C/phc-winner-argon2/blob/master/src/test.c
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(await matchesHash('password', hash)).toBe(true)
  expect(await matchesHash('Password', hash)).toBe(false)
})

test('a new hash is told from another password, and never twice the same', async () => {
  const [one, two] = await Promise.all([hashPassword('pässword'), hashPassword('pässword')])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(two)
  expect(await matchesHash('pässword', one)).toBe(true)
  expect(await matchesHash('pa\u0308ssword', one)).toBe(true)
  expect(await matchesHash('passwort', one)).toBe(false)
  expect(await matchesHash('', one)).toBe(false)
})

test.each([
  '',
  'secret',
  '$argon2i$v=19$m=65536,t=3,p=1$c29tZXNhbHRzYWx0$RdescudvJCsgt3ub+b27dWRWJTmaaJObGdescudvJCs',
  '$2b$12$C6UzMDM.H6dfI/f/IKcEeO3uYdKLmh3dTE5rUyX4jXb9oUX5zX3gq',
  // each would stop the machine
  '$argon2id$v=19$m=9999999,t=3,p=1$c29tZXNhbHRzYWx0$RdescudvJCsgt3ub+b27dWRWJTmaaJObG',
  '$argon2id$v=19$m=65536,t=999,p=1$c29tZXNhbHRzYWx0$RdescudvJCsgt3ub+b27dWRWJTmaaJObG',
  '$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHRzYWx0$RdescudvJCsgt3ub+b27dWRWJTmaaJObG',
  '$argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHRzYWx0$RdescudvJCsgt3ub+b27dWRWJTmaaJObG',
])('%j is no hash that is used, and is not repeated in the error', async (hash) => {
  const error: unknown = await matchesHash('x', hash).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ name: 'PasswordHashError', message: expect.stringContaining('$argon2id$v=19$m=') })
  if (hash !== '') expect(String(error)).not.toContain(hash)
})

test.each([
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'ab', false],
  ['', '', true],
])('sameSecret(%j, %j)', (a, b, expected) => {
  expect(sameSecret(a, b)).toBe(expected)
})
