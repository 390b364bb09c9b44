import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { codeOf } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'
import { createSealer, parseKey, SealError, type Sealer } from '../lib/seal.ts'
import { makeKeyFile, readKeyFile } from './key-file.ts'

/** What the secrets of settings are sealed with in the database. It never lies in there itself. */
export interface SecretKey {
  /** For secrets that are known already; makes no key. Throws SealError. */
  opener(): Sealer
  /** For new secrets. Throws SealError. */
  sealer(): Sealer
}

export interface SecretKeyOptions {
  /** Where secret.key is; '': nowhere. */
  dataDir: string
  /** Whether a key may be made where there is none: several processes need the same, so a person must give it to them. */
  makes: boolean
  log: Log
  env?: NodeJS.ProcessEnv
}

const VARIABLE = 'BACKPROOF_SECRET_KEY'
const CREDENTIAL = 'backproof-key'
const FILE = 'secret.key'
const HOW = 'make one with: openssl rand -base64 32'

/** The key of $BACKPROOF_SECRET_KEY, of systemd's credential backproof-key, or of secret.key in the data directory. */
export function secretKey({ dataDir, makes, log, env = process.env }: SecretKeyOptions): SecretKey {
  const path = dataDir === '' ? null : join(dataDir, FILE)
  let known: Sealer | null = null
  const use = (key: { text: string; from: string } | null): Sealer | null => {
    if (!key) return null
    const bytes = parseKey(key.text)
    if (!bytes) throw new SealError(`${key.from} is no key: 32 bytes as base64 or hex are; ${HOW}`)
    known = createSealer(bytes)
    return known
  }
  const find = () => {
    if (known) return known
    const given = env[VARIABLE]
    if (given) return use({ text: given, from: `$${VARIABLE}` })
    const credential = env.CREDENTIALS_DIRECTORY ? fromFile(join(env.CREDENTIALS_DIRECTORY, CREDENTIAL)) : null
    return use(credential ?? (path === null ? null : fromFile(path, log)))
  }
  const missing = () =>
    new SealError(
      makes
        ? `${path} is missing, which secrets were sealed with: bring it back`
        : `there is no key for secrets: all workers on one PostgreSQL need the same, as $${VARIABLE}, or as systemd's credential ${CREDENTIAL}${path === null ? '' : `, or in ${path}`}; ${HOW}`,
    )
  return {
    opener() {
      const found = find()
      if (!found) throw missing()
      return found
    },
    sealer() {
      const found = find()
      if (found) return found
      if (!makes || path === null) throw missing()
      make(path)
      log.info({ path }, 'a key for secrets was made: keep a copy of it, apart from copies of the database')
      return this.sealer()
    },
  }
}

function fromFile(path: string, log?: Log): { text: string; from: string } | null {
  try {
    const text = readKeyFile(path, 'the key for secrets', log)
    return text === null ? null : { text, from: path }
  } catch (cause) {
    throw new SealError(`${path} can not be read: ${codeOf(cause) ?? String(cause)}`, { cause })
  }
}

function make(path: string): void {
  try {
    makeKeyFile(path, `${randomBytes(32).toString('base64')}\n`)
  } catch (cause) {
    throw new SealError(`${path} can not be made: ${String(cause)}`, { cause })
  }
}
