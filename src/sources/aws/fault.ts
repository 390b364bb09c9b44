import type { FaultKind, SourceFault } from '../../domain/source-fault.ts'
import { printable } from '../../lib/printable.ts'
import { redact } from '../../lib/redact.ts'
import { SecretError } from '../../lib/secret.ts'

/** What AWS was asked, for messages. */
export interface Asked {
  /** The permission that the request takes: "ec2:DescribeVolumes". */
  action: string
  region: string
  /** Who asked: the role, or the profile, or "the credentials that were found here". */
  by: string
}

/** A request that AWS refused or that never got there: a fault in the words of a source. */
export class AwsError extends Error {
  override name = 'AwsError'
  readonly fault: SourceFault
  /** AWS's own code ("UnauthorizedOperation") or the system's ("ECONNREFUSED"); null: there was none. */
  readonly code: string | null

  constructor(kind: FaultKind, message: string, advice: string, more: { code?: string | null; cause?: unknown } = {}) {
    super(redact(message), more.cause === undefined ? undefined : { cause: more.cause })
    this.fault = { kind, message: this.message, advice: redact(advice) }
    this.code = more.code ?? null
  }
}

/** This machine's clock and AWS's differ by more than points may lie in the future. */
export class ClockSkewError extends Error {
  override name = 'ClockSkewError'
}

const set = (...codes: string[]): ReadonlySet<string> => new Set(codes)

// https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html
const DENIED = set(
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'NotAuthorized',
  'Client.UnauthorizedOperation',
)
const THROTTLED = set(
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestThrottled',
  'RequestThrottledException',
  'EC2ThrottledException',
  'BandwidthLimitExceeded',
  'SlowDown',
)
const EXPIRED = set('ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired')
/** What AWS says of credentials that are wrong everywhere, and of good ones in a region that is not enabled. */
const NOT_KNOWN = set(
  'AuthFailure',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'UnrecognizedClient',
  'InvalidAccessKeyId',
)
const DISABLED = set('OptInRequired', 'Blocked', 'PendingVerification')
const WRONG_KEY = set(
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'IncompleteSignature',
  'MissingAuthenticationToken',
)
const SKEWED = set('RequestTimeTooSkewed', 'RequestInTheFuture', 'RequestExpired', 'ClockSkewError')
const TIMEOUT = set('TimeoutError', 'AbortError', 'RequestTimeout', 'RequestTimeoutException', 'ETIMEDOUT')
const NETWORK: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'names can not be resolved now',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
}

/** Whether the credentials have come to their end: with new ones it may go well. */
export function isExpired(error: unknown): boolean {
  return EXPIRED.has(codeOf(error)) || (codeOf(error) === 'RequestExpired' && /token/i.test(textOf(error)))
}

/** Whether it is to be asked if the credentials are wrong, or the region is not enabled. */
export function maybeDisabledRegion(error: unknown): boolean {
  return NOT_KNOWN.has(codeOf(error))
}

/** The fault that an error of AWS's SDK stands for. `credentialsAreGood`: they were just accepted in another region. */
export function awsError(cause: unknown, asked: Asked, credentialsAreGood = false): AwsError {
  if (cause instanceof AwsError) return cause
  if (cause instanceof SecretError)
    return new AwsError('credentials', cause.message, 'Make it readable again.', { cause })
  const code = codeOf(cause)
  const said = printable(textOf(cause)).slice(0, 300)
  const words = [code, said].filter(Boolean).join(': ')
  const where = `${asked.action} in ${asked.region}`
  const fail = (kind: FaultKind, message: string, advice: string) =>
    new AwsError(kind, message, advice, { code, cause })

  if (DENIED.has(code)) return denied(said, words, asked, cause)
  if (THROTTLED.has(code) || statusOf(cause) === 429)
    return fail(
      'throttled',
      `AWS asks to be called less often: ${where} was refused in each of its tries (${words}).`,
      'It is tried again at the next look. Something else in this account calls a lot; look less often (every) if it stays.',
    )
  if (DISABLED.has(code) || (NOT_KNOWN.has(code) && credentialsAreGood))
    return fail(
      'not-found',
      `The region ${asked.region} is not enabled for this account: it accepts no credentials that are good elsewhere (${words}).`,
      `Leave it out (regions: [...]), or enable it in the account's settings.`,
    )
  if (EXPIRED.has(code))
    return fail(
      'credentials',
      `The credentials of ${asked.by} have expired, and new ones were refused too (${words}).`,
      'Renew the temporary credentials (aws sso login, or the session that they come from).',
    )
  if (SKEWED.has(code) || (WRONG_KEY.has(code) && /signature (?:not yet current|expired)/i.test(said)))
    return fail(
      'clock',
      `This machine's clock and that of AWS differ: ${where} can't be trusted (${words}).`,
      'Set the clock by NTP: ages would be wrong too.',
    )
  if (NOT_KNOWN.has(code) || WRONG_KEY.has(code))
    return fail(
      'credentials',
      `AWS does not accept the credentials of ${asked.by} for ${where} (${words}).`,
      'Check access key and secret (deleted, disabled, mistyped), or the profile that they come from.',
    )
  if (code === 'CredentialsProviderError')
    return fail('credentials', `No AWS credentials were found for ${asked.by}: ${said}`, LOG_IN)
  if (TIMEOUT.has(code) || /timed? ?out/i.test(said))
    return fail(
      'timeout',
      `AWS did not answer ${where} in time.`,
      'It is tried again. If only this region hangs, look for a proxy or firewall in the way, or leave the region out.',
    )
  const network = NETWORK[code] ?? (statusOf(cause) >= 500 ? 'AWS is in trouble' : null)
  if (network !== null || /socket hang up|\baborted\b/i.test(said))
    return fail('network', `${where} can't be reached: ${network ?? 'the connection was cut'} (${words}).`, TRY_AGAIN)
  return fail(
    'unreadable',
    `${where} was answered by what Backproof does not understand (${words || 'without a word'}).`,
    'Check the endpoint, if there is one; else please report it.',
  )
}

export const LOG_IN =
  'Set role_arn, profile, or access_key_id and secret_access_key; or let AWS_ACCESS_KEY_ID, AWS_PROFILE or the instance give them.'
const TRY_AGAIN = 'It is tried again at the next look; check network, DNS and proxy if it stays.'

/** Where the denial comes from, as AWS says it. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denied(said: string, words: string, { action, region, by }: Asked, cause: unknown): AwsError {
  const missing = /not authorized to perform:? ([a-z0-9-]+:\w+)/.exec(said)?.[1] ?? action
  const explicit = /explicit deny in an? ([a-z -]+? policy|permissions boundary)/i.exec(said)?.[1]?.toLowerCase()
  const fail = (message: string, advice: string) =>
    new AwsError('denied', message, advice, { code: codeOf(cause), cause })
  if (missing === 'sts:AssumeRole')
    return fail(
      `${by} can't be taken on: sts:AssumeRole was denied (${words}).`,
      'The role must trust these credentials (its trust policy), with the same external_id, and they must be allowed sts:AssumeRole on it.',
    )
  if (explicit === 'service control policy' || explicit === 'resource control policy')
    return fail(
      `${missing} is denied in ${region} by a ${explicit} of the organization (${words}).`,
      `Leave the region out (regions: [...]), or have the organization except ${by}.`,
    )
  if (explicit)
    return fail(
      `${missing} is denied in ${region} by the ${explicit} (${words}).`,
      `An explicit deny beats every allow: except ${by} in that ${explicit}.`,
    )
  return fail(
    `${by} may not ${missing} in ${region} (${words}).`,
    `Allow ${missing} in the policy of ${by}: backproof permissions prints it.`,
  )
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  // a connection's errors, of one or of all addresses
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if ('code' in error && typeof error.code === 'string' && /^(?:E[A-Z_]+|UND_ERR)/.test(error.code)) return error.code
  if (error.name !== 'Error') return error.name
  const own = 'Code' in error && typeof error.Code === 'string' ? error.Code : ''
  return own || codeOf(error.cause)
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.message === error.name ? '' : error.message) : String(error)
}

function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !('$metadata' in error)) return 0
  const metadata: unknown = error.$metadata
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return 0
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0
}
