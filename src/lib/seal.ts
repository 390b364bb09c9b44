import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** Sealed text that can't be opened: another key, another place, or changed. The message says which, and no secret. */
export class SealError extends Error {
  override name = 'SealError'
}

export interface Sealer {
  /** AES-256-GCM with a nonce of its own. It opens only with the same `context`: moved elsewhere it is worth nothing. */
  seal(text: string, context: string): string
  /** Throws SealError. */
  open(sealed: string, context: string): string
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** 32 bytes from base64 or hex; null: it is no such key. */
export function parseKey(text: string): Buffer | null {
  const written = text.trim()
  const hex = /^[0-9a-f]{64}$/i.test(written)
  if (!hex && !/^[A-Za-z0-9+/_-]{43}=?$/.test(written)) return null
  const key = Buffer.from(written, hex ? 'hex' : 'base64')
  return key.length === KEY_BYTES ? key : null
}

export function createSealer(key: Buffer): Sealer {
  if (key.length !== KEY_BYTES) throw new SealError(`a key has ${KEY_BYTES} bytes, not ${key.length}`)
  // tells another key from damage; of a digest, so that it tells nothing of the key
  const id = createHash('sha256').update('backproof key id\0').update(key).digest('hex').slice(0, 8)
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `v1.${id}.${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`
    },
    open(sealed, context) {
      const [version, keyId, data = ''] = sealed.split('.')
      const bytes = Buffer.from(data, 'base64url')
      if (version !== 'v1' || bytes.length < NONCE_BYTES + TAG_BYTES)
        throw new SealError('it is not in a form that this version knows')
      if (keyId !== id) throw new SealError(`it was sealed with another key (${keyId}; this one is ${id})`)
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString()
      } catch (cause) {
        throw new SealError('it was changed, or belongs elsewhere', { cause })
      }
    },
  }
}
