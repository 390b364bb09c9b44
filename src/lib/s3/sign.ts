import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'

export interface S3Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string | undefined
}

/** Null: nobody in particular (a public bucket). Called for each request: keep what is slow to find. */
export type CredentialProvider = () => Promise<S3Credentials | null>

export interface Unsigned {
  host: string
  protocol: string
  path: string
  query: Record<string, string>
  at: number
  region: string
}

/** SHA-256 and its HMAC by node:crypto, in the shape that the signer wants. */
class Sha256 {
  readonly #secret: string | ArrayBuffer | ArrayBufferView | undefined
  #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret
    this.#hash = this.#start()
  }

  #start(): Hash | Hmac {
    const secret = this.#secret
    if (secret === undefined) return createHash('sha256')
    if (typeof secret === 'string') return createHmac('sha256', secret)
    const bytes = ArrayBuffer.isView(secret)
      ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
      : new Uint8Array(secret)
    return createHmac('sha256', bytes)
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }

  reset(): void {
    this.#hash = this.#start()
  }
}

/** The headers of a signed GET. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
export async function signedHeaders(request: Unsigned, credentials: S3Credentials): Promise<Record<string, string>> {
  const { SignatureV4 } = await import('@smithy/signature-v4')
  const signer = new SignatureV4({
    service: 's3',
    region: request.region,
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      ...(credentials.sessionToken ? { sessionToken: credentials.sessionToken } : {}),
    },
    sha256: Sha256,
    // S3 signs the path as it is sent, encoded once
    uriEscapePath: false,
  })
  const signed = await signer.sign(
    {
      method: 'GET',
      protocol: request.protocol,
      hostname: request.host,
      path: request.path || '/',
      query: request.query,
      headers: { host: request.host },
    },
    { signingDate: new Date(request.at) },
  )
  return signed.headers
}
