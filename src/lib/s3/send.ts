import type { Dispatcher } from 'undici'
import { type Clock, systemClock } from '../clock.ts'
import { addressOf, encodeKey, encodeRfc3986, isRegion, type Place } from './address.ts'
import { type Asked, isPassing, refusal, S3Error, transportError } from './error.ts'
import { parseError } from './list-page.ts'
import { type CredentialProvider, signedHeaders } from './sign.ts'

export interface Retry {
  /** Whole tries of one request, the first included. */
  tries?: number | undefined
  /** Pause before the second try; doubles, with jitter. */
  pauseMs?: number | undefined
  clock?: Clock | undefined
}

/** GETs the bucket (or one key of it): the body of a success. Throws S3Error. */
export type Sender = (request: Get) => Promise<Buffer>

export interface Get {
  key?: string
  query: Record<string, string>
  maxBytes: number
  signal?: AbortSignal | undefined
  asked: Asked
}

/** Longer than this is not waited for: it is tried again at the next look. */
const LONGEST_WAIT_MS = 30_000
const ERROR_BYTES = 65_536

let sharedDispatcher: Promise<Dispatcher> | null = null

/** One pool for all buckets: connections are kept alive from look to look. Knows HTTPS_PROXY and NO_PROXY. */
function dispatcher(): Promise<Dispatcher> {
  sharedDispatcher ??= import('undici').then(
    ({ EnvHttpProxyAgent }) =>
      new EnvHttpProxyAgent({ connections: 32, keepAliveTimeout: 20_000, connect: { timeout: 10_000 } }),
  )
  return sharedDispatcher
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** Requests to one bucket: signed, retried, and followed once to the bucket's own region. */
export function createSender(
  place: Place,
  credentials: CredentialProvider,
  { tries = 3, pauseMs = 500, clock = systemClock }: Retry = {},
  timeoutMs = 30_000,
): Sender {
  let region = place.region
  let moved = false

  async function once({ key, query, maxBytes, signal, asked }: Get): Promise<Answer> {
    const address = addressOf({ ...place, region })
    const path = `${address.path}${key === undefined ? '' : `/${encodeKey(key)}`}` || '/'
    const who = await credentials()
    const protocol = address.origin.slice(0, address.origin.indexOf('//'))
    const unsigned = { host: address.host, protocol, path, query, at: clock.now(), region }
    const headers = who ? await signedHeaders(unsigned, who) : { host: address.host }
    const search = Object.entries(query)
      .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
      .join('&')
    try {
      const agent = await dispatcher()
      const {
        statusCode,
        headers: got,
        body,
      } = await agent.request({
        origin: address.origin,
        // not a URL: its parser would take "." and ".." out of a key
        path: search ? `${path}?${search}` : path,
        method: 'GET',
        headers: { ...headers, 'user-agent': 'backproof' },
        signal: signal ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      })
      const limit = statusCode === 200 ? maxBytes : ERROR_BYTES
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > limit && statusCode === 200)
          throw new S3Error('unreadable', `${asked.what}: the answer is larger than ${limit} bytes`, { status: 200 })
        if (size > limit) break
        chunks.push(chunk)
      }
      return { status: statusCode, headers: got, body: Buffer.concat(chunks) }
    } catch (cause) {
      if (signal?.aborted) throw stopped(asked, signal)
      throw cause instanceof S3Error ? cause : transportError(cause, asked)
    }
  }

  return async function send(get) {
    for (let attempt = 1; ; attempt++) {
      let error: S3Error
      let waitMs = pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random())
      try {
        if (get.signal?.aborted) throw stopped(get.asked, get.signal)
        const answer = await once(get)
        if (answer.status === 200) return answer.body
        const { code, message, region: named } = parseError(answer.body.toString('utf8'))
        const home = one(answer.headers['x-amz-bucket-region']) ?? named
        if (!moved && home && home !== region && isRegion(home) && isElsewhere(answer.status, code)) {
          // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html: the header names the bucket's region
          region = home
          moved = true
          attempt--
          continue
        }
        error = refusal(answer.status, code, message, { ...get.asked, region })
        const asks = retryAfterMs(one(answer.headers['retry-after']), clock.now())
        waitMs = Math.max(waitMs, asks ?? 0)
      } catch (cause) {
        if (!(cause instanceof S3Error)) throw cause
        error = cause
      }
      if (get.signal?.aborted || attempt >= tries || !isPassing(error) || waitMs > LONGEST_WAIT_MS) throw error
      await clock.sleep(waitMs, get.signal)
    }
  }
}

function isElsewhere(status: number, code: string | null): boolean {
  return status === 301 || status === 307 || code === 'AuthorizationHeaderMalformed' || code === 'PermanentRedirect'
}

function stopped(asked: Asked, signal: AbortSignal): S3Error {
  return new S3Error('timeout', `${asked.what}: stopped before it was read whole`, {
    advice: 'give it more time (timeout), or narrow the prefix',
    cause: signal.reason,
  })
}

function one(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null
}

function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
