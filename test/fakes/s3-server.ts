import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/**
 * A stand-in for S3's ListObjectsV2 and GetObject, written from their documentation: pages in the order of UTF-8 bytes,
 * start-after, delimiter, opaque continuation tokens, encoding-type, verified signatures, errors as XML.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export interface FakeObject {
  key: string
  /** Default "bucket". */
  bucket?: string
  /** Default 1000, or the body's. */
  sizeBytes?: number
  /** Epoch milliseconds; default 2026-11-20T12:00:00Z. */
  lastModifiedAt?: number
  storageClass?: string
  body?: string | Uint8Array
  retention?: { mode: 'COMPLIANCE' | 'GOVERNANCE'; until: number }
}

export interface FakeRequest {
  bucket: string
  /** Null: a list. */
  key: string | null
  query: Record<string, string>
  headers: IncomingMessage['headers']
}

/** What goes wrong: an error of S3's, a raw answer, no answer, or an answer that is cut half-way. */
export type FakeFault = FakeRefusal | { raw: string; status?: number; type?: string } | 'hang' | 'cut'

export interface FakeRefusal {
  status: number
  code: string
  message?: string
  region?: string
  headers?: Record<string, string>
}

export interface FakeS3Options {
  objects?: readonly FakeObject[]
  /** Buckets that exist without objects; those of the objects do anyway. Default: "bucket". */
  buckets?: readonly string[]
  latencyMs?: number
  /** Access key id to secret: then each request must carry a right signature. */
  keys?: Record<string, string>
  /** Default us-east-1: another signing region is answered by a 301, as by Amazon. */
  region?: string
  /** The first argument is the request, the second how many came before it; undefined: all is well. */
  fault?: (request: FakeRequest, before: number) => FakeFault | undefined
  /** False: the store ignores encoding-type, as some do, and escapes keys as XML. */
  urlEncoding?: boolean
  pageSize?: number
  /** Whether the buckets have object lock. */
  objectLock?: boolean
}

export interface FakeS3 {
  url: string
  requests: FakeRequest[]
  put(...objects: FakeObject[]): void
  remove(key: string, bucket?: string): void
  stop(): Promise<void>
}

interface Entry {
  key: string
  bytes: Buffer
  object: FakeObject
}

interface Answer {
  status: number
  body: string | Uint8Array
  type: string
  headers?: Record<string, string>
}

const XML = 'application/xml'
const NOON = Date.parse('2026-11-20T12:00:00Z')

export async function startS3(options: FakeS3Options = {}): Promise<FakeS3> {
  const { latencyMs = 0, keys, region = 'us-east-1', pageSize = 1000, urlEncoding = true } = options
  const buckets = new Map<string, Map<string, FakeObject>>()
  const sorted = new Map<string, Entry[]>()
  for (const bucket of options.buckets ?? ['bucket']) buckets.set(bucket, new Map())
  const requests: FakeRequest[] = []

  function add(objects: readonly FakeObject[]): void {
    for (const object of objects) {
      const bucket = object.bucket ?? 'bucket'
      const held = buckets.get(bucket) ?? new Map<string, FakeObject>()
      buckets.set(bucket, held.set(object.key, object))
      sorted.delete(bucket)
    }
  }
  add(options.objects ?? [])

  function entriesOf(bucket: string): Entry[] | null {
    const held = buckets.get(bucket)
    if (!held) return null
    const known = sorted.get(bucket)
    if (known) return known
    const entries = [...held].map(([key, object]) => ({ key, bytes: Buffer.from(key), object }))
    entries.sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    sorted.set(bucket, entries)
    return entries
  }

  function answer(request: IncomingMessage): Answer | 'hang' | 'cut' {
    const address = request.url ?? '/'
    const mark = address.indexOf('?')
    const path = mark < 0 ? address : address.slice(0, mark)
    const search = mark < 0 ? '' : address.slice(mark + 1)
    const [, bucket = '', ...rest] = path.split('/').map(decodeURIComponent)
    const key = rest.join('/') || null
    const asked = { bucket, key, query: Object.fromEntries(new URLSearchParams(search)), headers: request.headers }
    const fault = options.fault?.(asked, requests.length)
    requests.push(asked)
    if (fault === 'hang' || fault === 'cut') return fault
    if (fault && 'raw' in fault)
      return { status: fault.status ?? 200, body: fault.raw, type: fault.type ?? 'text/html' }
    const wrong = fault ?? (keys ? checkSignature(request, path, search, keys, region) : undefined)
    if (wrong) return refusal(wrong)
    const entries = entriesOf(bucket)
    if (!entries) return refusal({ status: 404, code: 'NoSuchBucket' })
    if (key === null) return { status: 200, body: listing(entries, asked, pageSize, urlEncoding), type: XML }
    const object = buckets.get(bucket)?.get(key)
    if (!object) return refusal({ status: 404, code: 'NoSuchKey' })
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html
    if ('retention' in asked.query) {
      const { retention } = object
      if (!options.objectLock)
        return refusal({ status: 400, code: 'InvalidRequest', message: 'Bucket is missing Object Lock Configuration' })
      if (!retention)
        return refusal({
          status: 404,
          code: 'NoSuchObjectLockConfiguration',
          message: 'The specified object does not have a ObjectLock configuration',
        })
      const until = new Date(retention.until).toISOString()
      return {
        status: 200,
        body: `<?xml version="1.0" encoding="UTF-8"?><Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>${retention.mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`,
        type: XML,
      }
    }
    return {
      status: 200,
      body: object.body ?? Buffer.alloc(object.sizeBytes ?? 1000),
      type: 'application/octet-stream',
    }
  }

  function respond(request: IncomingMessage, response: ServerResponse): void {
    const given = answer(request)
    if (given === 'hang') return
    const body = given === 'cut' ? '<ListBucketResult><IsTruncated>false</IsTruncated>' : given.body
    const { status, type, headers } = given === 'cut' ? { status: 200, type: XML, headers: undefined } : given
    const length = Buffer.byteLength(body) + (given === 'cut' ? 1000 : 0)
    response.writeHead(status, { 'content-type': type, 'content-length': length, ...headers })
    if (given === 'cut') response.write(body, () => response.destroy())
    else response.end(body)
  }

  const server = createServer((request, response) => {
    if (latencyMs > 0) setTimeout(() => respond(request, response), latencyMs)
    else respond(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    put: (...objects) => add(objects),
    remove(key, bucket = 'bucket') {
      buckets.get(bucket)?.delete(key)
      sorted.delete(bucket)
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function refusal({ status, code, message = code, region, headers }: FakeRefusal): Answer {
  const where = region ? `<Region>${region}</Region>` : ''
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${xml(message)}</Message>${where}<RequestId>1</RequestId></Error>`
  return { status, body, type: XML, ...(headers ? { headers } : {}) }
}

function xml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (c) => `&#${c.charCodeAt(0)};`)
}

/** As Amazon does it: "/" stands, a space is "+". */
function urlEncoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Index of the first entry that `past` holds for. */
function first(entries: readonly Entry[], past: (bytes: Buffer) => boolean): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = entries[middle]
    if (entry && past(entry.bytes)) high = middle
    else low = middle + 1
  }
  return low
}

const startsWith = (bytes: Buffer, prefix: Buffer) => bytes.subarray(0, prefix.length).equals(prefix)

function listing(
  entries: readonly Entry[],
  { bucket, query }: FakeRequest,
  pageSize: number,
  urlEncoding: boolean,
): string {
  const { prefix = '', delimiter = '' } = query
  const token = query['continuation-token']
  const after = token === undefined ? query['start-after'] : Buffer.from(token, 'base64url').toString()
  const maxKeys = Math.min(Number(query['max-keys'] ?? 1000), pageSize)
  const encode = urlEncoding && query['encoding-type'] === 'url' ? urlEncoded : xml
  const wanted = Buffer.from(prefix)
  let at = first(entries, (bytes) => Buffer.compare(bytes, wanted) >= 0)
  if (after !== undefined) {
    const mark = Buffer.from(after)
    const rolledUp = token !== undefined && delimiter !== '' && after.endsWith(delimiter)
    at = Math.max(
      at,
      first(entries, (bytes) => Buffer.compare(bytes, mark) > 0 && !(rolledUp && startsWith(bytes, mark))),
    )
  }
  const contents: string[] = []
  const prefixes: string[] = []
  let last = ''
  let entry = entries[at]
  while (entry && startsWith(entry.bytes, wanted) && contents.length + prefixes.length < maxKeys) {
    const cut = delimiter === '' ? -1 : entry.key.indexOf(delimiter, prefix.length)
    if (cut >= 0) {
      last = entry.key.slice(0, cut + delimiter.length)
      prefixes.push(`<CommonPrefixes><Prefix>${encode(last)}</Prefix></CommonPrefixes>`)
      const group = Buffer.from(last)
      at = first(entries, (bytes) => Buffer.compare(bytes, group) > 0 && !startsWith(bytes, group))
    } else {
      last = entry.key
      const { lastModifiedAt = NOON, sizeBytes, body = '', storageClass = 'STANDARD' } = entry.object
      const size = sizeBytes ?? (entry.object.body === undefined ? 1000 : Buffer.byteLength(body))
      contents.push(
        `<Contents><Key>${encode(last)}</Key><LastModified>${new Date(lastModifiedAt).toISOString()}</LastModified><ETag>&quot;599bab3ed2c697f1d26842727561fd94&quot;</ETag><Size>${size}</Size><StorageClass>${storageClass}</StorageClass></Contents>`,
      )
      at++
    }
    entry = entries[at]
  }
  const more = entry !== undefined && startsWith(entry.bytes, wanted)
  const next = more ? `<NextContinuationToken>${Buffer.from(last).toString('base64url')}</NextContinuationToken>` : ''
  const count = contents.length + prefixes.length
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${encode(prefix)}</Prefix>${next}<KeyCount>${count}</KeyCount><MaxKeys>${maxKeys}</MaxKeys>${encode === xml ? '' : '<EncodingType>url</EncodingType>'}<IsTruncated>${more}</IsTruncated>${contents.join('')}${prefixes.join('')}</ListBucketResult>`
}

/** Works the signature out from what was received, as Amazon does; undefined: it is right. */
function checkSignature(
  request: IncomingMessage,
  path: string,
  search: string,
  keys: Record<string, string>,
  region: string,
): FakeRefusal | undefined {
  const header = request.headers.authorization ?? ''
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header,
    )
  if (!parts) return { status: 403, code: 'AccessDenied', message: 'Access Denied' }
  const [, id = '', date = '', signedFor = '', names = '', signature] = parts
  const secret = keys[id]
  if (!secret)
    return {
      status: 403,
      code: 'InvalidAccessKeyId',
      message: 'The AWS Access Key Id you provided does not exist in our records.',
    }
  if (signedFor !== region) {
    const message = 'The bucket you are attempting to access must be addressed using the specified endpoint.'
    return { status: 301, code: 'PermanentRedirect', message, headers: { 'x-amz-bucket-region': region } }
  }
  const lines = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
  const payload = String(request.headers['x-amz-content-sha256'])
  const canonical = [
    'GET',
    path,
    search.split('&').filter(Boolean).sort().join('&'),
    lines.join(''),
    names,
    payload,
  ].join('\n')
  const longDate = String(request.headers['x-amz-date'])
  const toSign = [
    'AWS4-HMAC-SHA256',
    longDate,
    `${date}/${region}/s3/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n')
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const key = [region, 's3', 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, date))
  if (hmac(key, toSign).toString('hex') === signature) return undefined
  return {
    status: 403,
    code: 'SignatureDoesNotMatch',
    message: 'The request signature we calculated does not match the signature you provided.',
  }
}
