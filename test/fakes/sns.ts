import { createSign } from 'node:crypto'
import { makeCertificate } from './certificate.ts'
import { Receiver } from './receiver.ts'

/**
 * SNS as an HTTPS endpoint sees it: it signs what it posts, offers its certificate, and waits for subscriptions to be confirmed. Its own
 * string to sign is made here once more, from AWS's documentation.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
export const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:backups'
export const CERTIFICATE = 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem'

export interface Envelope {
  Type: string
  MessageId: string
  TopicArn: string
  Message: string
  Timestamp: string
  SignatureVersion: string
  Signature: string
  SigningCertURL: string
  Subject?: string
  Token?: string
  SubscribeURL?: string
  UnsubscribeURL?: string
  MessageAttributes?: Record<string, { Type: string; Value: string }>
}

let messages = 0

export class FakeSns implements AsyncDisposable {
  readonly #key: string
  readonly certificate: string
  readonly receiver: Receiver
  /** Status of the answer to a confirmation. */
  confirms = 200

  private constructor(receiver: Receiver, { key, cert }: { key: string; cert: string }) {
    this.receiver = receiver
    this.#key = key
    this.certificate = cert
  }

  static async start(name = 'sns.amazonaws.com', kind: 'rsa' | 'weak' | 'ec' = 'rsa'): Promise<FakeSns> {
    const receiver = await Receiver.start()
    const sns = new FakeSns(receiver, makeCertificate(name, kind))
    receiver.answer = (response, { url }) => {
      if (url === new URL(CERTIFICATE).pathname) response.end(sns.certificate)
      else if (url.startsWith('/?Action=ConfirmSubscription')) response.writeHead(sns.confirms).end('<Confirm/>')
      else response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>')
    }
    return sns
  }

  get url(): string {
    return this.receiver.url
  }

  asked(path: RegExp): number {
    return this.receiver.requests.filter(({ url }) => path.test(url)).length
  }

  notification(given: Partial<Envelope> = {}, version: '1' | '2' = '2'): Envelope {
    messages += 1
    return this.sign({
      Type: 'Notification',
      MessageId: `22b80b92-fdea-4c2c-8f9d-${String(messages).padStart(12, '0')}`,
      TopicArn: TOPIC,
      Subject: 'Notification from AWS Backup',
      Message: jobFailed(),
      Timestamp: new Date().toISOString(),
      SignatureVersion: version,
      Signature: '',
      SigningCertURL: CERTIFICATE,
      UnsubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe',
      MessageAttributes: {
        EventType: { Type: 'String', Value: 'BACKUP_JOB' },
        State: { Type: 'String', Value: 'FAILED' },
        AccountId: { Type: 'String', Value: '123456789012' },
      },
      ...given,
    })
  }

  confirmation(Type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation', given: Partial<Envelope> = {}): Envelope {
    const topic = given.TopicArn ?? TOPIC
    const Token = '2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92'
    const { Subject: _, MessageAttributes: __, UnsubscribeURL: ___, ...base } = this.notification()
    return this.sign({
      ...base,
      Type,
      Message: `You have chosen to subscribe to the topic ${topic}.`,
      Token,
      SubscribeURL: `https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${Token}`,
      ...given,
    })
  }

  /** The same message with a signature that fits it. */
  sign(message: Envelope): Envelope {
    const names =
      message.Type === 'Notification'
        ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
        : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const)
    let text = ''
    for (const name of names) if (message[name] !== undefined) text += `${name}\n${message[name]}\n`
    const digest = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256'
    return { ...message, Signature: createSign(digest).update(text).sign(this.#key, 'base64') }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.receiver[Symbol.asyncDispose]()
  }
}

export function jobFailed(arn = 'arn:aws:ec2:eu-central-1:123456789012:volume/vol-012f345df6789012e'): string {
  return `An AWS Backup job failed. Resource ARN : ${arn}. BackupJob ID : 1b2345b2-f22c-4dab-5eb6-bbc7890ed123`
}
