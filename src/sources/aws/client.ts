import type { MiddlewareStack } from '@smithy/types'
import { ClockSkewError } from './fault.ts'
import type { RateLimit } from './rate-limit.ts'

/** What is so for each client of AWS's SDK. */
export interface ClientOptions {
  region: string
  endpoint: string | undefined
  credentials: () => Promise<Credentials>
}

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  expiration?: Date
}

/** Each request is tried three times at most, by the SDK's adaptive mode: it slows down when AWS asks for it. */
const MAX_ATTEMPTS = 3
const CONNECTION_TIMEOUT_MS = 5000
const REQUEST_TIMEOUT_MS = 30_000
/** As the skew that recovery points are allowed. */
const MAX_SKEW_MS = 5 * 60_000

export function clientConfig({ region, endpoint, credentials }: ClientOptions) {
  return {
    region,
    credentials,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'adaptive',
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  } as const
}

/**
 * Has each try of a client's requests wait for its turn, and each answer checked against our clock: the SDK would sign
 * by AWS's clock and go on, but every age would be wrong.
 */
export function watchRequests<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  { limit, signal }: { limit?: RateLimit; signal: AbortSignal },
): void {
  stack.add(
    (next) => async (args) => {
      await limit?.take(signal)
      const result = await next(args)
      const skewMs = skewOf(result.response)
      if (Math.abs(skewMs) > MAX_SKEW_MS)
        throw new ClockSkewError(
          `this machine's clock is ${Math.round(Math.abs(skewMs) / 60_000)} minutes ${skewMs > 0 ? 'ahead' : 'behind'}`,
        )
      return result
    },
    // innermost: around each try on its own, before the SDK reads the answer
    { step: 'deserialize', priority: 'low', name: 'backproofWatch' },
  )
}

/** How far our clock is ahead of the server's, by its Date; 0: it does not say. */
function skewOf(response: unknown): number {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return 0
  const { headers } = response
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return 0
  const at = Date.parse(String(headers.date))
  return Number.isNaN(at) ? 0 : Date.now() - at
}
