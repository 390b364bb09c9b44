import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Config } from '../../config/config.ts'

type Auth = NonNullable<Config['server']['auth']>

/** What OWASP asks of argon2id (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html), and more. */
const COST = { memory: 65_536, passes: 3, parallelism: 1 }
/** https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md */
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$/

export class PasswordHashError extends Error {
  override name = 'PasswordHashError'
}

interface Parameters {
  memory: number
  passes: number
  parallelism: number
  nonce: Buffer
  tagLength: number
}

function derive(password: string, parameters: Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message: Buffer.from(password.normalize('NFKC')), ...parameters }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

// One at a time: each takes 64 MiB and a thread, and a storm of logins must not take them all.
let last: Promise<unknown> = Promise.resolve()
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work)
  last = turn.catch(() => undefined)
  return turn
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** A new `password_hash` for the configuration: "$argon2id$v=19$m=65536,t=3,p=1$SALT$HASH". */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const key = await inTurn(() => derive(password, { ...COST, nonce, tagLength: 32 }))
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(nonce)}$${base64(key)}`
}

/** Whether `password` made `hash`. Throws PasswordHashError when that is no argon2id hash. */
export async function matchesHash(password: string, hash: string): Promise<boolean> {
  const parts = PHC.exec(hash.trim())
  const [memory = 0, passes = 0, parallelism = 0] = (parts ?? []).slice(1, 4).map(Number)
  // a hash that asks for more than 1 GiB or minutes of work would stop this machine at each login
  if (!parts || memory < 8 * parallelism || memory > 1_048_576 || passes < 1 || passes > 64 || parallelism < 1)
    throw new PasswordHashError(
      'server.auth.password_hash is no argon2id hash: write it as $argon2id$v=19$m=65536,t=3,p=1$SALT$HASH',
    )
  const nonce = Buffer.from(parts[4] ?? '', 'base64')
  const expected = Buffer.from(parts[5] ?? '', 'base64')
  const key = await inTurn(() => derive(password, { memory, passes, parallelism, nonce, tagLength: expected.length }))
  return timingSafeEqual(key, expected)
}

/** Equal, in a time that does not tell how much of it is: neither where it differs nor the length. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Throws SecretError and PasswordHashError when the configuration's own secret can't be used. */
export async function isPassword(given: string, auth: Auth): Promise<boolean> {
  if (auth.passwordHash) return matchesHash(given, auth.passwordHash.reveal())
  return auth.password !== null && sameSecret(given, auth.password.reveal())
}
