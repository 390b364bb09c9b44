import type { DeliveryResult } from '../domain/notification.ts'
import type { HttpResponse } from '../lib/http.ts'
import type { Secret } from '../lib/secret.ts'
import { deliverByHttp, type HttpContext, isPermanent } from './http-delivery.ts'
import { oneLine } from './message.ts'

/** Somebody else's dead-man's switch. */
export interface PingTarget {
  format: 'kuma' | 'healthchecks'
  url: Secret
}

export interface PingOutcome {
  status: 'up' | 'down'
  /** A sentence for people. */
  message: string
  /** How long the work took, in milliseconds. */
  tookMs?: number | undefined
}

const KUMA_MESSAGE_LENGTH = 250
const BODY_LENGTH = 5000

/** Tells a push monitor of Uptime Kuma, or a check of Healthchecks, how it went. One attempt; it is not tried again. */
export function sendOutgoingPing(
  target: PingTarget,
  outcome: PingOutcome,
  context: HttpContext,
): Promise<DeliveryResult> {
  return deliverByHttp(
    () => pingRequest(target, outcome),
    context,
    target.format === 'kuma' ? refusedByKuma : refusedByHealthchecks,
  )
}

/** Kuma answers every other address with its dashboard, and 200: a mistyped URL must not look like a heartbeat. */
function refusedByKuma(answer: HttpResponse): boolean | string {
  if (answer.status !== 200 || /"ok"\s*:\s*true/.test(answer.body)) return isPermanent(answer)
  return 'this is no push URL of Uptime Kuma (https://HOST/api/push/TOKEN)'
}

/** Older ones answer 200 "OK (not found)" for a check that is not there. */
function refusedByHealthchecks(answer: HttpResponse): boolean | string {
  return answer.body.startsWith('OK (not found)') ? 'there is no check of this URL' : isPermanent(answer)
}

function pingRequest({ format, url }: PingTarget, { status, message, tookMs }: PingOutcome) {
  const address = new URL(url.reveal())
  if (format === 'kuma') {
    // https://github.com/louislam/uptime-kuma/wiki/API-Documentation#push-url: what was copied from Kuma ends in ?status=up&msg=OK&ping=
    address.search = ''
    address.searchParams.set('status', status)
    address.searchParams.set('msg', oneLine(message, KUMA_MESSAGE_LENGTH))
    address.searchParams.set('ping', tookMs === undefined ? '' : String(Math.round(tookMs)))
    return { method: 'GET', url: address.href } as const
  }
  // https://healthchecks.io/docs/http_api/
  if (status === 'up') return { method: 'GET', url: address.href } as const
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/fail`
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  return { method: 'POST', url: address.href, headers, body: message.toWellFormed().slice(0, BODY_LENGTH) } as const
}
