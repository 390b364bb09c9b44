import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'

/** A key that can't be used, in words; holds nothing of it. */
export class EvidenceKeyError extends Error {
  override name = 'EvidenceKeyError'
}

/** Whose signature it is. */
export interface PublicKey {
  /** SHA-256 of the key's DER form (SubjectPublicKeyInfo) in hex. */
  fingerprint: string
  /** That form in base64: the text between the lines of a PEM file. */
  base64: string
}

export interface Signer extends PublicKey {
  /** Ed25519 (RFC 8032) of `domain` and `text`, in base64. */
  sign(domain: string, text: string): string
}

const HOW = 'make one with: openssl genpkey -algorithm ed25519 -out evidence.pem'

/** A private key as PEM, or its DER form (PKCS #8) in base64. Throws EvidenceKeyError. */
export function signerOf(text: string, from: string): Signer {
  const key = parsed(text, from, (written) =>
    written.startsWith('-----')
      ? createPrivateKey(written)
      : createPrivateKey({ key: Buffer.from(written, 'base64'), format: 'der', type: 'pkcs8' }),
  )
  return {
    ...publicOf(createPublicKey(key)),
    sign: (domain, message) => sign(null, Buffer.from(domain + message), key).toString('base64'),
  }
}

/** A public key as PEM, or its DER form in base64. Throws EvidenceKeyError. */
export function publicKeyOf(text: string, from: string): PublicKey {
  return publicOf(parsed(text, from, readPublic))
}

/** In the form that openssl and people exchange. */
export function publicPem({ base64 }: PublicKey): string {
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`
}

/** Whether the signature is of `domain` and `text` by the key of that DER form; false where it is no key or no signature. */
export function isSignedBy(base64: string, domain: string, text: string, signature: string): boolean {
  try {
    const key = readPublic(base64)
    return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(domain + text), key, exactly(signature))
  } catch {
    return false
  }
}

/** Base64 has several writings of the same bytes: only the usual one counts, or a signature could be touched unseen. */
function exactly(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('base64') !== base64) throw new EvidenceKeyError('not in the usual base64')
  return bytes
}

function readPublic(text: string): KeyObject {
  const written = text.trim()
  return written.startsWith('-----')
    ? createPublicKey(written)
    : createPublicKey({ key: exactly(written), format: 'der', type: 'spki' })
}

function parsed(text: string, from: string, read: (written: string) => KeyObject): KeyObject {
  let key: KeyObject
  try {
    key = read(text.trim())
  } catch (cause) {
    throw new EvidenceKeyError(`${from} is no key: PEM is, or its DER form in base64; ${HOW}`, { cause })
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new EvidenceKeyError(`${from} is a key for ${key.asymmetricKeyType ?? 'something else'}, not Ed25519; ${HOW}`)
  return key
}

function publicOf(key: KeyObject): PublicKey {
  const der = key.export({ format: 'der', type: 'spki' })
  return { fingerprint: hash('sha256', der, 'hex'), base64: der.toString('base64') }
}
