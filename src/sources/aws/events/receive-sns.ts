import { verify } from 'node:crypto'
import { type Instant, parseInstant, toIso } from '../../../domain/instant.ts'
import type { Reception, Refusal } from '../../../domain/news.ts'
import { HttpError, request } from '../../../lib/http.ts'
import { parseJson } from '../../../lib/json.ts'
import { printable } from '../../../lib/printable.ts'
import type { SigningCertificates } from './certificates.ts'
import { parseTopic, type SnsMessage, snsMessage, snsUrl, stringToSign } from './sns-message.ts'

/**
 * SNS tries for an hour at most: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html ("cannot be greater than
 * 3,600 seconds"). The stamp is that of the first try, so this is all that may come late, and some for clocks that differ.
 */
const OLDEST_MS = 3_600_000 + 5 * 60_000
const AHEAD_MS = 5 * 60_000
const TIMEOUT_MS = 8000

export interface SnsReceiver {
  topics: readonly string[]
  certificates: SigningCertificates
  /** A stand-in that is asked in AWS's place. */
  endpoint: string | undefined
  now: Instant
}

export type Verified =
  | { message: SnsMessage; sentAt: Instant }
  | Extract<Reception, { outcome: 'refused' | 'unavailable' }>

const refused = (why: Refusal, detail: string) => ({ outcome: 'refused', why, detail }) as const

/**
 * Whether a posted message is of SNS, of a topic that is wanted, and of now. What costs nothing is asked first, so that a forged
 * one has us call nobody.
 */
export async function verifySns(body: string, { topics, certificates, endpoint, now }: SnsReceiver): Promise<Verified> {
  // a field that stands twice is read as its last one, here and in the signature alike
  const message = snsMessage.safeParse(parseJson(body)).data
  if (!message)
    return refused(
      'malformed',
      'it is no message of SNS with its signature (raw message delivery has none: turn it off for this subscription)',
    )
  const { TopicArn, Timestamp, SignatureVersion, SigningCertURL, Signature } = message
  if (!topics.includes(TopicArn)) return refused('foreign', `the topic ${shown(TopicArn)} is not in events.sns.topics`)
  const sentAt = STAMP.test(Timestamp) ? parseInstant(Timestamp) : null
  if (sentAt === null) return refused('malformed', `its Timestamp is none: ${shown(Timestamp)}`)
  if (sentAt < now - OLDEST_MS) return refused('stale', `it was sent at ${toIso(sentAt)}: SNS gives up after an hour`)
  if (sentAt > now + AHEAD_MS) return refused('stale', `it was sent at ${toIso(sentAt)}, which is in the future`)
  const digest = DIGESTS[SignatureVersion]
  if (!digest) return refused('malformed', `its SignatureVersion is ${shown(SignatureVersion)}, neither 1 nor 2`)
  const signature = Buffer.from(Signature, 'base64')
  // one way to write it: a copy that differs in what base64 leaves out is none of SNS
  if (signature.toString('base64') !== Signature) return refused('forged', 'its signature is not base64')
  const found = await certificates.keyAt(SigningCertURL, endpoint)
  if ('unavailable' in found) return { outcome: 'unavailable', detail: found.unavailable }
  if ('refused' in found) return refused('forged', found.refused)
  // RSASSA-PKCS1-v1_5: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
  const good = verify(digest, Buffer.from(stringToSign(message)), found.key, signature)
  return good ? { message, sentAt } : refused('forged', 'its signature does not fit what it says')
}

const DIGESTS: Readonly<Record<string, string>> = Object.assign(Object.create(null), { 1: 'sha1', 2: 'sha256' })
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/
const shown = (text: string) => `"${printable(text).slice(0, 300)}"`

/**
 * Says yes to a subscription: a GET of the address that stands in the (verified) message, which must be of SNS and of this very topic.
 * https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
 */
export async function confirmSubscription(
  message: Extract<SnsMessage, { Type: 'SubscriptionConfirmation' }>,
  endpoint: string | undefined,
): Promise<Extract<Reception, { outcome: 'refused' | 'unavailable' }> | null> {
  const url = snsUrl(message.SubscribeURL)
  const asked = url?.searchParams
  const isOfTopic =
    asked?.get('Action') === 'ConfirmSubscription' &&
    asked.getAll('TopicArn').join() === message.TopicArn &&
    asked.getAll('Token').join() === message.Token
  if (url?.pathname !== '/' || !isOfTopic)
    return refused('forged', 'its SubscribeURL is not the one that SNS confirms this topic by')
  try {
    const address = endpoint === undefined ? url.href : new URL(`/${url.search}`, endpoint).href
    const { status } = await request({ method: 'GET', url: address, timeoutMs: TIMEOUT_MS })
    if (status === 200) return null
    const detail = `SNS answered ${status} when its subscription to ${parseTopic(message.TopicArn) ? message.TopicArn : 'the topic'} was confirmed`
    return status >= 400 && status < 500 && status !== 429
      ? refused('stale', `${detail}: it was confirmed before, or has expired`)
      : { outcome: 'unavailable', detail }
  } catch (error) {
    if (error instanceof HttpError) return { outcome: 'unavailable', detail: error.message }
    throw error
  }
}
