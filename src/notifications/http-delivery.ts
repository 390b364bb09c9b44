import { instant } from '../domain/instant.ts'
import type { DeliveryResult } from '../domain/notification.ts'
import { HttpError, type HttpRequest, type HttpResponse, request, retryAfter } from '../lib/http.ts'
import { redact } from '../lib/redact.ts'
import { SecretError } from '../lib/secret.ts'
import type { SendContext } from './notifier.ts'

/** Part of a SendContext that an attempt by HTTP needs. */
export type HttpContext = Pick<SendContext, 'now' | 'signal'>

/** The channel's own limit comes by the signal; this one only ends what nobody limits. */
const ATTEMPT_LIMIT_MS = 300_000

/**
 * One attempt by HTTP. `prepare` reveals the secrets; `rejects` says which answers will be the same next time, or even why.
 * Everything else but 2xx is tried again, not before its Retry-After.
 */
export async function deliverByHttp(
  prepare: () => Omit<HttpRequest, 'timeoutMs' | 'signal'>,
  context: HttpContext,
  rejects: (answer: HttpResponse) => boolean | string,
): Promise<DeliveryResult> {
  try {
    const options = prepare()
    const answer = await request({ ...options, timeoutMs: ATTEMPT_LIMIT_MS, signal: context.signal })
    const rejected = rejects(answer)
    if (!rejected && answer.status >= 200 && answer.status < 300) return { outcome: 'delivered' }
    const said = typeof rejected === 'string' ? `: ${rejected}` : excerpt(answer, options.url)
    const reason = redact(`${new URL(options.url).host} answered ${answer.status}${said}`)
    if (rejected) return { outcome: 'rejected', reason }
    const at = retryAfter(answer.headers, context.now)
    return at === null ? { outcome: 'retry', reason } : { outcome: 'retry', reason, notBefore: instant(at) }
  } catch (error) {
    if (error instanceof HttpError)
      // what can't be sent, or must not be, needs a person; everything else may mend itself
      return {
        outcome: error.kind === 'invalid' || error.kind === 'refused-address' ? 'rejected' : 'retry',
        reason: error.message,
      }
    // a secret's file or variable is gone: a person puts it back, and the alert must not be lost until then
    if (error instanceof SecretError) return { outcome: 'retry', reason: redact(error.message) }
    throw error
  }
}

/** What will not change by itself: every 4xx but "too early", "too slow" and "too many"; and 3xx, since redirects aren't followed. */
export function isPermanent({ status }: HttpResponse): boolean {
  return status >= 300 && status < 500 && ![408, 425, 429].includes(status)
}

/** The beginning of the answer's body, when it is short enough to be a reason. It may quote the request, with its secrets. */
function excerpt({ status, headers, body }: HttpResponse, url: string): string {
  if (status >= 300 && status < 400) return ': redirects are not followed, put the target in the configuration'
  if (!/^(text\/plain|application\/(problem\+)?json)/.test(headers['content-type'] ?? 'text/plain')) return ''
  const { pathname, search } = new URL(url)
  const tokens = `${pathname}${search}`.split(/[/?&=]/).filter((part) => part.length >= 8)
  const masked = tokens.reduce((text, token) => text.replaceAll(token, '[secret]'), redact(body))
  const line = masked
    .slice(0, 1000)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  return line === '' ? '' : `: ${line.length > 200 ? `${line.slice(0, 199)}…` : line}`
}
