import { z } from 'zod'

/**
 * A message of SNS as it is posted to an HTTPS endpoint, or put on a queue without raw delivery.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
// of what is signed only Message has several lines: else text of one field could be passed off as the next one's
const line = z.string().regex(/^[^\r\n]*$/)
const common = {
  MessageId: line.min(1).max(200),
  TopicArn: line.min(1).max(400),
  Message: z.string(),
  Timestamp: line.max(64),
}
const signed = {
  SignatureVersion: z.string().max(8),
  Signature: z.string().min(1).max(4096),
  SigningCertURL: z.string().max(1024),
}
const attributes = z.record(
  z.string(),
  z.object({ Value: z.string() }).transform(({ Value }) => Value),
)
const confirmation = { Token: line.min(1).max(4096), SubscribeURL: line.min(1).max(8192) }

const notification = {
  ...common,
  Type: z.literal('Notification'),
  // no line breaks: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  Subject: line.nullish(),
  // they are not signed: only a hint
  MessageAttributes: attributes.optional().catch(undefined),
}

export const snsNotification = z.object(notification)

export const snsMessage = z.discriminatedUnion('Type', [
  z.object({ ...notification, ...signed }),
  z.object({ ...common, ...signed, ...confirmation, Type: z.literal('SubscriptionConfirmation') }),
  z.object({ ...common, ...signed, ...confirmation, Type: z.literal('UnsubscribeConfirmation') }),
])
export type SnsMessage = z.output<typeof snsMessage>

/**
 * What the signature is of: names and values of some fields, in this order, a line each.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
export function stringToSign(message: SnsMessage): string {
  const { Message, MessageId, Timestamp, TopicArn, Type } = message
  const fields: [string, string][] =
    message.Type === 'Notification'
      ? [
          ['Message', Message],
          ['MessageId', MessageId],
          // the SDKs' own check leaves it out where it is null
          ...(message.Subject == null ? [] : [['Subject', message.Subject] satisfies [string, string]]),
          ['Timestamp', Timestamp],
          ['TopicArn', TopicArn],
          ['Type', Type],
        ]
      : [
          ['Message', Message],
          ['MessageId', MessageId],
          ['SubscribeURL', message.SubscribeURL],
          ['Timestamp', Timestamp],
          ['Token', message.Token],
          ['TopicArn', TopicArn],
          ['Type', Type],
        ]
  return fields.map(([name, value]) => `${name}\n${value}\n`).join('')
}

/** A URL of SNS itself: by https, at its own host, no port or login. Null: it is none. */
export function snsUrl(text: string): URL | null {
  // before the parser makes anything look better than it is: unicode, tabs, backslashes, other notations
  if (!/^https:\/\/sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(?:\.cn)?\/[\x21-\x7e]*$/.test(text)) return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== 'https:' || url.username || url.password || url.port) return null
  return HOST.test(url.hostname) ? url : null
}
const HOST = /^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(?:\.cn)?$/

export interface TopicArn {
  account: string
  region: string
}

export const TOPIC_ARN = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):(\d{12}):[\w-]{1,256}(?:\.fifo)?$/

export function parseTopic(arn: string): TopicArn | null {
  const [, region, account] = TOPIC_ARN.exec(arn) ?? []
  return region && account ? { region, account } : null
}
