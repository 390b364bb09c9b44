import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgettingSecrets, holdsCredentials, redact, rememberSecret } from './redact.ts'
import { isReference, resolveReferences, Secret, SecretError, withReferences } from './secret.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backproof-secret-'))
  writeFileSync(join(folder, 'password'), 'from a file\r\n')
  writeFileSync(join(folder, 'large'), 'x'.repeat(1_048_577))
  mkdirSync(join(folder, 'credentials'))
  writeFileSync(join(folder, 'credentials/restic'), 'from systemd')
})
afterAll(() => rmSync(folder, { recursive: true }))

const resolved = (template: string) =>
  resolveReferences(
    template,
    { NAME: 'value', NESTED: '${env:NAME}', EMPTY: '', CREDENTIALS_DIRECTORY: join(folder, 'credentials') },
    folder,
  )

test.each([
  ['plain', 'plain'],
  ['${env:NAME}', 'value'],
  ['a-${env:NAME}-${env:NAME}', 'a-value-value'],
  // what comes in is not read again
  ['${env:NESTED}', '${env:NAME}'],
  ['$${env:NAME}', '${env:NAME}'],
  ['${file:password}', 'from a file'],
  ['${credential:restic}', 'from systemd'],
  ['echo ${HOME:-x} $1', 'echo ${HOME:-x} $1'],
  ['pa$$word', 'pa$$word'],
])('%s becomes %s', (template, value) => expect(resolved(template)).toBe(value))

test.each([
  ['${env:NOPE}', 'the environment variable NOPE is not set'],
  ['${env:EMPTY}', 'the environment variable EMPTY is empty'],
  ['${env:}', '${env:} names nothing'],
  ['${file:nothing}', 'there is no such file'],
  ['${file:credentials}', 'is not a regular file'],
  ['${file:large}', 'is larger than 1 MiB'],
  ['${credential:../password}', 'no slash'],
  ['${NAME}', 'write ${env:NAME}'],
  ['$NAME', 'write ${env:NAME}'],
  ['${ENV:NAME}', 'write ${env:NAME}'],
  ['x ${env:NAME', 'write ${env:NAME}'],
])('%s is refused: %s', (template, message) => {
  expect(() => resolved(template)).toThrow(SecretError)
  expect(() => resolved(template)).toThrow(message)
})

test.each([
  ['${env:A}', true],
  ['${env:A}${file:b}', true],
  ['${env:A}x', false],
  ['$${env:A}', false],
  ['', false],
])('isReference(%s) is %s', (template, is) => expect(isReference(template)).toBe(is))

test('a secret shows itself to nobody, and is masked once it was revealed', () => {
  const secret = withReferences({ env: { TOKEN: 'tok/en "1' }, directory: '' }, () => new Secret('${env:TOKEN}'))
  expect(`${String(secret)} ${JSON.stringify({ secret })} ${inspect({ secret })}`).not.toMatch(/tok|TOKEN/)
  // it keeps the environment in which it was made
  expect(secret.reveal()).toBe('tok/en "1')
  expect(redact(`a tok/en "1 b tok%2Fen%20%221 c ${JSON.stringify('tok/en "1')}`)).toBe(
    'a [secret] b [secret] c "[secret]"',
  )
})

test('the longer of two secrets is masked whole', () => {
  rememberSecret('hunter2')
  rememberSecret('hunter2-and-more')
  expect(redact('x hunter2-and-more hunter2')).toBe('x [secret] [secret]')
})

test.each([
  ['postgres://app:p@ss@db.example.com/x', 'postgres://app:[secret]@db.example.com/x'],
  ['redis://:word@db', 'redis://:[secret]@db'],
  ['sftp://borg@host:22/path', 'sftp://borg@host:22/path'],
  [
    'https://x/y?a=1&X-Amz-Signature=abc&access_token=def#z',
    'https://x/y?a=1&X-Amz-Signature=[secret]&access_token=[secret]#z',
  ],
  ['authorization: Bearer abc.def', 'authorization: Bearer [secret]'],
  ['"Authorization":"Basic dXNlcjpwYXNz"', '"Authorization":"Basic [secret]"'],
  ['the key=value of a setting', 'the key=value of a setting'],
])('redact(%s)', (text, redacted) => expect(redact(text)).toBe(redacted))

test('where references are refused none is looked up, then or later, and all else is as ever', () => {
  const scope = { env: { NAME: 'value' }, directory: folder, refused: 'not here' }
  withReferences(scope, () => {
    for (const template of [
      '${env:NAME}',
      'a ${file:password}',
      '${credential:restic}',
      '${env:NOPE}',
      '$${x ${env:NAME}',
    ])
      expect(() => resolveReferences(template)).toThrow('not here')
    for (const literal of ['plain', '$${env:NAME}', 'pa$$word']) expect(() => resolveReferences(literal)).not.toThrow()
  })
  const later = withReferences(scope, () => new Secret('${env:NAME}'))
  expect(() => later.reveal()).toThrow('not here')
})

test('what is only tried is not remembered', () => {
  rememberSecret('known before')
  const inside = forgettingSecrets(() => {
    rememberSecret('typed so far')
    return redact('known before, typed so far')
  })
  expect(inside).toBe('[secret], [secret]')
  expect(redact('known before, typed so far')).toBe('[secret], typed so far')
})

test.each([
  ['https://user:pass@example.com/x', true],
  ['rest:https://user:pass@example.com/', true],
  ['https://example.com/?token=abc', true],
  ['https://example.com/?page=2', false],
  ['s3:https://s3.example.com/bucket', false],
])('%s holds credentials: %s', (text, holds) => expect(holdsCredentials(text)).toBe(holds))
