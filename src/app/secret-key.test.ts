import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../lib/log.ts'
import { secretKey } from './secret-key.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'backproof-key-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const text = (byte: number) => Buffer.alloc(32, byte).toString('base64')
const key = (env: NodeJS.ProcessEnv = {}, makes = true) => secretKey({ dataDir, makes, log: silentLog, env })

test('a key is made once, when something is to be sealed, for nobody else to read', () => {
  expect(() => key().opener()).toThrow(/secret.key is missing.*bring it back/)
  const sealed = key().sealer().seal('hunter2', 'a')
  expect(readdirSync(dataDir)).toEqual(['secret.key'])
  expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600)
  const written = readFileSync(join(dataDir, 'secret.key'), 'utf8')
  expect(key().opener().open(sealed, 'a')).toBe('hunter2')
  expect(key().sealer().open(sealed, 'a')).toBe('hunter2')
  expect(readFileSync(join(dataDir, 'secret.key'), 'utf8')).toBe(written)
})

test('the environment goes before the credential, and that before the file', () => {
  const credentials = join(dataDir, 'credentials')
  mkdirSync(credentials)
  writeFileSync(join(credentials, 'backproof-key'), text(2))
  writeFileSync(join(dataDir, 'secret.key'), text(3), { mode: 0o600 })
  const CREDENTIALS_DIRECTORY = credentials
  const idOf = (env: NodeJS.ProcessEnv) => key(env, false).sealer().seal('x', 'a').split('.')[1]
  const [all, credential, file] = [
    { BACKPROOF_SECRET_KEY: text(1), CREDENTIALS_DIRECTORY },
    { CREDENTIALS_DIRECTORY },
    {},
  ].map(idOf)
  expect([all, credential, file]).toEqual([
    key({ BACKPROOF_SECRET_KEY: Buffer.alloc(32, 1).toString('hex') })
      .sealer()
      .seal('x', 'a')
      .split('.')[1],
    key({ BACKPROOF_SECRET_KEY: text(2) })
      .sealer()
      .seal('x', 'a')
      .split('.')[1],
    key({ BACKPROOF_SECRET_KEY: text(3) })
      .sealer()
      .seal('x', 'a')
      .split('.')[1],
  ])
  expect(new Set([all, credential, file]).size).toBe(3)
})

test('where several processes need the same key none is made, and people are told what to do', () => {
  for (const use of ['opener', 'sealer'] as const)
    expect(() => key({}, false)[use]()).toThrow(
      /PostgreSQL need the same.*BACKPROOF_SECRET_KEY.*backproof-key.*openssl rand/,
    )
  expect(readdirSync(dataDir)).toEqual([])
})

test('what is no key is refused without being shown', () => {
  expect(() => key({ BACKPROOF_SECRET_KEY: 'hunter2' }).sealer()).toThrow(/^\$BACKPROOF_SECRET_KEY is no key: 32 bytes/)
  writeFileSync(join(dataDir, 'secret.key'), '', { mode: 0o600 })
  expect(() => key().sealer()).toThrow(/secret.key is no key/)
})
