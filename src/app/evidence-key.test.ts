import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aConfig } from '../../test/fakes/api.ts'
import { aPrivateKey } from '../../test/fakes/evidence.ts'
import { isSignedBy, publicKeyOf, publicPem, signerOf } from '../evidence/key.ts'
import { silentLog } from '../lib/log.ts'
import { Secret } from '../lib/secret.ts'
import { evidenceSigner } from './evidence-key.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'backproof-evidence-key-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const file = () => join(dataDir, 'evidence.key')
const signer = (makes: boolean, key: string | null = null, where = dataDir) => {
  const config = { ...aConfig(), evidence: { key: key === null ? null : new Secret(key), keepMs: null } }
  return evidenceSigner(config, { dataDir: where, makes, log: silentLog })
}

test('it is made once, for nobody else to read', () => {
  expect(signer(false)).toBeNull()
  const made = signer(true)
  expect(readdirSync(dataDir)).toEqual(['evidence.key'])
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(signer(true)?.fingerprint).toBe(made?.fingerprint)
  expect(signerOf(readFileSync(file(), 'utf8'), 'x').fingerprint).toBe(made?.fingerprint)
})

test('the key of the configuration goes before it, as PEM or as one line, also where there is no directory', () => {
  signer(true)
  const pem = aPrivateKey()
  const line = pem.split('\n').slice(1, -2).join('')
  const { fingerprint } = signerOf(pem, 'x')
  for (const key of [pem, line]) expect(signer(true, key, '')?.fingerprint).toBe(fingerprint)
  expect(signer(true)?.fingerprint).not.toBe(fingerprint)
  expect(signer(true, null, '')).toBeNull()
})

test('what is no such key is told, without a word of it', () => {
  writeFileSync(file(), 'hunter2-hunter2')
  expect(() => signer(true)).toThrow(/evidence.key is no key: PEM is/)
  expect(() => signer(true)).not.toThrow(/hunter2/)
  const other = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')
  expect(() => signer(true, other)).toThrow(/of the configuration is no key/)
})

test('a public key comes back from its PEM, and only its own signature fits', () => {
  const own = signerOf(aPrivateKey(), 'x')
  const key = publicKeyOf(publicPem(own), 'x')
  expect(key).toEqual({ fingerprint: own.fingerprint, base64: own.base64 })
  const signature = own.sign('a\n', 'b')
  expect(isSignedBy(key.base64, 'a\n', 'b', signature)).toBe(true)
  expect(isSignedBy(key.base64, 'a\n', 'c', signature)).toBe(false)
  expect(isSignedBy(key.base64, 'c\n', 'b', signature)).toBe(false)
  expect(isSignedBy('bm8=', 'a\n', 'b', signature)).toBe(false)
  // another writing of the same bytes
  expect(isSignedBy(key.base64, 'a\n', 'b', signature.replace(/=+$/, ''))).toBe(false)
})
