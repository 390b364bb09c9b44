import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { EvidenceKeyError, type Signer, signerOf } from '../evidence/key.ts'
import { codeOf } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'
import { SecretError } from '../lib/secret.ts'
import { makeKeyFile, readKeyFile } from './key-file.ts'

export interface EvidenceKeyOptions {
  /** Where evidence.key is; '': nowhere. */
  dataDir: string
  /** Whether one may be made where there is none: several processes on one database must sign with the same. */
  makes: boolean
  log: Log
}

const FILE = 'evidence.key'

/** What to do where evidence can't be signed, since no process may make a key for the others. */
export const UNSIGNED =
  'all processes on one PostgreSQL need the same. Make one with openssl genpkey -algorithm ed25519 -out /etc/backproof/evidence.pem, readable by Backproof alone, and write into the configuration of each: evidence: { key: "${file:/etc/backproof/evidence.pem}" }'

/** What evidence is signed with: the configuration's key, or that of the data directory. Null: there is none. Throws EvidenceKeyError. */
export function evidenceSigner(config: Config, { dataDir, makes, log }: EvidenceKeyOptions): Signer | null {
  if (config.evidence.key) return signerOf(revealed(config.evidence.key), 'evidence.key of the configuration')
  if (dataDir === '') return null
  const path = join(dataDir, FILE)
  try {
    const text = readKeyFile(path, 'the key that signs evidence', log)
    if (text !== null) return signerOf(text, path)
    if (!makes) return null
    const { privateKey } = generateKeyPairSync('ed25519')
    makeKeyFile(path, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
  } catch (cause) {
    if (cause instanceof EvidenceKeyError) throw cause
    throw new EvidenceKeyError(`${path} can be neither read nor made: ${codeOf(cause) ?? String(cause)}`, { cause })
  }
  log.info(
    { path },
    'a key to sign evidence with was made: keep its public half elsewhere (backproof evidence key), and a copy of it',
  )
  return evidenceSigner(config, { dataDir, makes: false, log })
}

function revealed(key: { reveal(): string }): string {
  try {
    return key.reveal()
  } catch (cause) {
    if (cause instanceof SecretError) throw new EvidenceKeyError(`evidence.key: ${cause.message}`, { cause })
    throw cause
  }
}
