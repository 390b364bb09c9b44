import { codeOf } from '../error-code.ts'
import { redact } from '../redact.ts'

/** The same words as the faults of a source, so that a source can hand them on as they are. */
export type S3ErrorKind =
  | 'denied'
  | 'credentials'
  | 'not-found'
  | 'locked'
  | 'throttled'
  | 'timeout'
  | 'network'
  | 'unreadable'
  | 'tool'
  | 'clock'
  | 'internal'

/** A request that S3 refused or that never got there; the message holds no secret and says where it happened. */
export class S3Error extends Error {
  override name = 'S3Error'
  readonly kind: S3ErrorKind
  /** S3's own code ("AccessDenied") or the system's ("ECONNREFUSED"); null: there was none. */
  readonly code: string | null
  /** HTTP status; null: no answer. */
  readonly status: number | null
  /** What a person can do about it. */
  readonly advice: string | null

  constructor(
    kind: S3ErrorKind,
    message: string,
    more: { code?: string | null; status?: number | null; advice?: string | null; cause?: unknown } = {},
  ) {
    super(redact(message), more.cause === undefined ? undefined : { cause: more.cause })
    this.kind = kind
    this.code = more.code ?? null
    this.status = more.status ?? null
    this.advice = more.advice ?? null
  }
}

/** What was asked, for messages: `s3://bucket` at an endpoint, and the permission that the request takes. */
export interface Asked {
  what: string
  permission: string
  resource: string
  region: string
}

interface Verdict {
  kind: S3ErrorKind
  says: string
  advice: (asked: Asked) => string | null
}

const verdict = (kind: S3ErrorKind, says: string, advice: string | ((asked: Asked) => string)): Verdict => ({
  kind,
  says,
  advice: typeof advice === 'string' ? () => advice : advice,
})

const denied = verdict(
  'denied',
  'access was denied',
  ({ permission, resource }) =>
    `allow ${permission} on ${resource} in the policy of these credentials, and look for a bucket policy, an SCP or a VPC endpoint policy that denies it`,
)
const expired = verdict('credentials', 'the session token has expired', 'renew the temporary credentials')
const throttled = verdict(
  'throttled',
  'the store asks to be called less often',
  'it is tried again at the next look; look less often (every), or give this bucket more room',
)
const skewed = verdict(
  'clock',
  "this machine's clock and the store's differ by more than 15 minutes",
  'set the clock by NTP: ages would be wrong too',
)
const elsewhere = verdict(
  'unreadable',
  'the bucket is served from another region or address',
  ({ region }) => `set region (now ${region}) and endpoint to those of the bucket`,
)

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
const BY_CODE: Record<string, Verdict> = {
  AccessDenied: denied,
  AllAccessDisabled: denied,
  AccountProblem: verdict('denied', 'the account has a problem', 'ask the provider about the account'),
  InvalidObjectState: verdict('denied', 'the object is archived', 'restore it from its archive tier first'),
  NoSuchBucket: verdict('not-found', 'there is no such bucket', 'check bucket, region and endpoint'),
  InvalidBucketName: verdict('not-found', 'no bucket can be called that', 'check the name of the bucket'),
  NoSuchKey: verdict('not-found', 'there is no such object', 'check the key'),
  InvalidAccessKeyId: verdict(
    'credentials',
    'the access key is not known there',
    'check access_key_id: it may be deleted, disabled, or of another provider',
  ),
  SignatureDoesNotMatch: verdict(
    'credentials',
    'the signature is wrong',
    'check secret_access_key (a cut or mistyped secret), and that no proxy changes requests on the way',
  ),
  InvalidToken: verdict('credentials', 'the session token is not valid', 'check session_token'),
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  TokenRefreshRequired: expired,
  RequestTimeTooSkewed: skewed,
  SlowDown: throttled,
  ServiceUnavailable: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  RequestLimitExceeded: throttled,
  TooManyRequests: throttled,
  PermanentRedirect: elsewhere,
  TemporaryRedirect: elsewhere,
  AuthorizationHeaderMalformed: elsewhere,
  RequestTimeout: verdict('timeout', 'the store waited too long for the request', 'it is tried again at the next look'),
}

function byStatus(status: number): Verdict {
  if (status === 401 || status === 403) return denied
  if (status === 404) return verdict('not-found', 'it is not there', 'check bucket, prefix and endpoint')
  if (status === 429 || status === 503) return throttled
  if (status >= 500) return verdict('network', 'the store is in trouble', 'it is tried again at the next look')
  if (status >= 300 && status < 400) return elsewhere
  return verdict('unreadable', 'the store refused the request', 'check that the endpoint is an S3 API')
}

/** Text of a stranger, fit for a message: one line, no control characters, not long. */
export function quoted(text: string, limit = 200): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit)}...` : line
}

/** The error that an answer other than success stands for. */
export function refusal(status: number, code: string | null, said: string | null, asked: Asked): S3Error {
  const known = code === null ? undefined : Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined
  const { kind, says, advice } = known ?? byStatus(status)
  const words = [`HTTP ${status}`, code && quoted(code, 60), said && quoted(said)].filter(Boolean).join(', ')
  return new S3Error(kind, `${asked.what}: ${says} (${words})`, { code, status, advice: advice(asked) })
}

const TRANSPORT: Record<string, [S3ErrorKind, string, string]> = {
  ENOTFOUND: ['network', 'the name of the host is not known', 'check endpoint and region; try path_style: true'],
  EAI_AGAIN: ['network', 'names can not be resolved now', "check this machine's DNS"],
  ECONNREFUSED: ['network', 'the connection was refused', 'check that the store runs, and the port of the endpoint'],
  ECONNRESET: ['network', 'the connection was cut', 'it is tried again at the next look'],
  UND_ERR_SOCKET: ['network', 'the connection was cut', 'it is tried again at the next look'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['network', 'the answer was cut short', 'it is tried again at the next look'],
  UND_ERR_CONNECT_TIMEOUT: ['timeout', 'no connection within the time limit', 'check firewalls and the endpoint'],
  UND_ERR_HEADERS_TIMEOUT: ['timeout', 'no answer within the time limit', 'it is tried again at the next look'],
  UND_ERR_BODY_TIMEOUT: ['timeout', 'the answer stopped half-way', 'it is tried again at the next look'],
  CERT_HAS_EXPIRED: ['network', "the store's certificate has expired", 'renew the certificate'],
  CERT_NOT_YET_VALID: ['clock', "the store's certificate is not valid yet", "check this machine's clock"],
}
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/

/** The error that a failed connection stands for. */
export function transportError(cause: unknown, asked: Asked): S3Error {
  const code = networkCode(cause)
  const [kind, says, advice] = TRANSPORT[code ?? ''] ?? [
    'network' as const,
    code && CERTIFICATE.test(code) ? "the store's certificate is not trusted" : 'the store can not be reached',
    code && CERTIFICATE.test(code)
      ? "have it signed by an authority that this machine trusts, or name the authority's file in NODE_EXTRA_CA_CERTS"
      : 'check the network and the endpoint',
  ]
  const detail = code ?? (cause instanceof Error ? quoted(cause.message) : null)
  return new S3Error(kind, `${asked.what}: ${says}${detail ? ` (${detail})` : ''}`, { code, advice, cause })
}

function networkCode(error: unknown): string | null {
  const own = codeOf(error)
  if (own !== null || !(error instanceof Error)) return own
  // happy eyeballs: one error for each address that was tried
  return networkCode(error instanceof AggregateError ? error.errors[0] : error.cause)
}

/** Trouble that may be over in a moment. A certificate that is not trusted stays so. */
export function isPassing(error: S3Error): boolean {
  if (error.kind === 'throttled' || error.kind === 'timeout') return true
  return error.kind === 'network' && !(error.code && CERTIFICATE.test(error.code)) && error.code !== 'ENOTFOUND'
}
