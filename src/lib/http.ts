import type { LookupFunction } from 'node:net'
import { refusedAddress, safeLookup } from './address-guard.ts'
import { codeOf } from './error-code.ts'
import { redact } from './redact.ts'

/** The one way out by HTTP: bounded in time and size, follows no redirect, never reaches a cloud's metadata service. */

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** http or https; a user and password in it are sent as basic authentication. */
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string
  /** Limit of the whole exchange, from the name's resolution to the end of the body, in milliseconds. */
  timeoutMs: number
  /** What is kept of the answer's body; the rest is not read, and the connection is cut. Default: 64 KiB. */
  maxResponseBytes?: number
  signal?: AbortSignal
  /** How names are resolved, by default as the system does. What it answers is guarded like everything else. */
  lookup?: LookupFunction
}

export interface HttpResponse {
  status: number
  /** Names in lower case; repeated ones are joined by ", ". */
  headers: Readonly<Record<string, string>>
  /** The first `maxResponseBytes` as UTF-8. */
  body: string
}

/**
 * timeout: the time limit passed, or the signal aborted. network: no (whole) answer. refused-address: see address-guard.ts.
 * too-large: the answer's head exceeds 16 KiB. invalid: this URL or header can't be sent at all.
 */
export type HttpErrorKind = 'timeout' | 'network' | 'refused-address' | 'too-large' | 'invalid'

/** No answer. The message names the host and never the path or query, where tokens live. */
export class HttpError extends Error {
  override name = 'HttpError'
  readonly kind: HttpErrorKind

  constructor(kind: HttpErrorKind, message: string, options?: ErrorOptions) {
    super(redact(message), options)
    this.kind = kind
  }
}

const DEFAULT_RESPONSE_BYTES = 65_536
const CONNECT_LIMIT_MS = 10_000

/** Sends one request and answers with whatever the server said, redirects and errors included. Throws HttpError. */
export async function request(options: HttpRequest): Promise<HttpResponse> {
  const url = parse(options.url)
  const refusal = refusedAddress(url.hostname)
  if (refusal) throw new HttpError('refused-address', `${url.host} is not called: it is ${refusal}`)

  // one connection a request: no idle sockets to go stale, and a body that is too long is ended by hanging up
  const { Client } = await import('undici')
  const client = new Client(url.origin, {
    connect: { lookup: safeLookup(options.lookup), timeout: Math.min(options.timeoutMs, CONNECT_LIMIT_MS) },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    allowH2: false,
  })
  const deadline = AbortSignal.timeout(options.timeoutMs)
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
  try {
    const answer = await client.request({
      method: options.method,
      path: url.pathname + url.search,
      headers: { ...authorization(url), 'user-agent': 'Backproof', ...lowerCased(options.headers ?? {}) },
      body: options.body ?? null,
      signal,
    })
    const body = await firstBytes(answer.body, options.maxResponseBytes ?? DEFAULT_RESPONSE_BYTES)
    return { status: answer.statusCode, headers: joined(answer.headers), body }
  } catch (cause) {
    throw asHttpError(cause, url, options, signal.aborted)
  } finally {
    // hangs up on what is left of the answer; it rejects only when it was destroyed already
    client.destroy().catch(() => {})
  }
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new HttpError('invalid', 'not an http(s) URL')
}

function authorization(url: URL): Record<string, string> {
  if (!url.username && !url.password) return {}
  const credentials = `${decode(url.username)}:${decode(url.password)}`
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) out[name] = Array.isArray(value) ? value.join(', ') : value
  return out
}

async function firstBytes(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const parts: Uint8Array[] = []
  let left = limit
  for await (const part of body) {
    parts.push(part.subarray(0, left))
    left -= part.length
    if (left <= 0) break
  }
  return Buffer.concat(parts).toString('utf8')
}

const NETWORK: Readonly<Record<string, string>> = {
  ENOTFOUND: "its name can't be resolved",
  EAI_AGAIN: "its name can't be resolved now",
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed (NODE_EXTRA_CA_CERTS can name your own authority)',
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate's authority isn't trusted (NODE_EXTRA_CA_CERTS can name your own)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate's authority isn't trusted (NODE_EXTRA_CA_CERTS can name your own)",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "its certificate's authority isn't trusted (NODE_EXTRA_CA_CERTS can name your own)",
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}
const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
  'UND_ERR_ABORTED',
])

function asHttpError(cause: unknown, url: URL, options: HttpRequest, aborted: boolean): HttpError {
  const code = networkCode(cause)
  if (aborted || TIMEOUTS.has(code)) {
    const stopped = options.signal?.aborted ? 'in time' : `within ${options.timeoutMs / 1000} s`
    return new HttpError('timeout', `${url.host} did not answer ${stopped}`, { cause })
  }
  if (code === 'REFUSED_ADDRESS')
    return new HttpError('refused-address', `${url.host} is not called: ${messageOf(cause)}`, { cause })
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new HttpError('too-large', `the head of ${url.host}'s answer is larger than 16 KiB`, { cause })
  if (code === 'UND_ERR_INVALID_ARG')
    return new HttpError('invalid', `the request to ${url.host} can't be sent: ${messageOf(cause)}`, { cause })
  return new HttpError('network', `${url.host} can't be reached: ${NETWORK[code] ?? (code || messageOf(cause))}`, {
    cause,
  })
}

function networkCode(error: unknown): string {
  // connecting to several addresses of a name fails with all their errors at once
  if (error instanceof AggregateError && error.errors.length > 0) return networkCode(error.errors[0])
  return codeOf(error) ?? ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * When the server asks to be called again (Retry-After, in seconds or as a date), in epoch milliseconds; null: it does not say.
 * https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | null {
  const value = headers['retry-after']?.trim()
  if (!value) return null
  if (/^\d{1,10}(\.\d+)?$/.test(value)) return now + Math.ceil(Number(value) * 1000)
  // Date.parse is lenient: "-5" would be a year
  const at = /^[A-Za-z]{3,9},? /.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(at, now)
}
