import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CERTIFICATE, type Envelope, FakeSns, TOPIC } from '../../../../test/fakes/sns.ts'
import { instant } from '../../../domain/instant.ts'
import { systemClock } from '../../../lib/clock.ts'
import { certificateUrl, readCertificate, SigningCertificates } from './certificates.ts'
import { confirmSubscription, verifySns } from './receive-sns.ts'
import { type SnsMessage, snsMessage } from './sns-message.ts'

let sns: FakeSns
let stranger: FakeSns
const certificates = new SigningCertificates(systemClock)
beforeAll(async () => {
  sns = await FakeSns.start()
  stranger = await FakeSns.start()
})
afterAll(async () => {
  await sns[Symbol.asyncDispose]()
  await stranger[Symbol.asyncDispose]()
})

const check = (message: object | string, now = Date.now(), by = sns, known = certificates) =>
  verifySns(typeof message === 'string' ? message : JSON.stringify(message), {
    topics: [TOPIC],
    certificates: known,
    endpoint: by.url,
    now: instant(now),
  })

describe('a message of SNS', () => {
  it.each(['1', '2'] as const)('is known by its signature, version %s, with or without a subject', async (version) => {
    for (const Subject of ['Notification from AWS Backup', undefined, 'with "quotes" \\ and ü']) {
      const message = sns.notification({ Subject }, version)
      expect(await check(message)).toMatchObject({ message: { MessageId: message.MessageId } })
    }
    const odd = sns.notification({ Message: '{"a":"\\u00e9\\n"}\r\n\t \u2028😀' }, version)
    expect(await check(odd)).toHaveProperty('message')
    // an SDK or a proxy may write it so
    expect(await check({ ...sns.notification({ Subject: undefined }, version), Subject: null })).toHaveProperty(
      'message',
    )
  })

  it('may be about a subscription', async () => {
    for (const type of ['SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const)
      expect(await check(sns.confirmation(type))).toMatchObject({ message: { Type: type } })
  })

  it('has its certificate fetched once', async () => {
    const known = new SigningCertificates(systemClock)
    const before = sns.asked(/pem$/)
    await Promise.all(Array.from({ length: 20 }, () => check(sns.notification(), Date.now(), sns, known)))
    expect(sns.asked(/pem$/) - before).toBe(1)
  })
})

describe('what is refused', () => {
  it('each change of a signed field', async () => {
    const names = {
      Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'Type'],
      Other: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'Type'],
    }
    const originals = [sns.notification(), sns.notification({}, '1'), sns.confirmation('SubscriptionConfirmation')]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals),
        fc.nat(5),
        fc.oneof(
          fc.string(),
          fc.constantFrom('', ' ', '\n', 'Notification', 'UnsubscribeConfirmation', new Date().toISOString()),
        ),
        async (original, at, text) => {
          const fields = original.Type === 'Notification' ? names.Notification : names.Other
          const name = fields[at % fields.length] ?? 'Message'
          const before = String(Object.entries(original).find(([key]) => key === name)?.[1])
          fc.pre(text !== before)
          expect(await check({ ...original, [name]: text })).toMatchObject({ outcome: 'refused' })
          expect(await check({ ...original, [name]: before + text || '?' })).toMatchObject(
            text === '' ? {} : { outcome: 'refused' },
          )
        },
      ),
      { numRuns: 150 },
    )
  })

  it('what is moved from one field to the next: the lines of the string would be the same', async () => {
    const whole = sns.notification({ Message: 'a\nMessageId\nb', Subject: undefined })
    const { MessageId } = whole
    expect(await check({ ...whole, Message: 'a', MessageId: `b\nMessageId\n${MessageId}` })).toMatchObject({
      outcome: 'refused',
      why: 'malformed',
    })
    const bare = sns.notification({ Subject: undefined })
    expect(await check({ ...bare, Subject: '' })).toMatchObject({ outcome: 'refused', why: 'forged' })
  })

  it('each change of the signature, and that of somebody else', async () => {
    const message = sns.notification()
    await fc.assert(
      fc.asyncProperty(
        fc.nat(message.Signature.length - 3),
        fc.constantFrom('A', 'B', 'x', 'y', '0', '9', '+', '/'),
        async (at, char) => {
          fc.pre(message.Signature[at] !== char)
          const Signature = message.Signature.slice(0, at) + char + message.Signature.slice(at + 1)
          expect(await check({ ...message, Signature })).toMatchObject({ outcome: 'refused', why: 'forged' })
        },
      ),
      { numRuns: 50 },
    )
    expect(await check(stranger.notification())).toMatchObject({ why: 'forged' })
    expect(await check({ ...message, SignatureVersion: '1' })).toMatchObject({ why: 'forged' })
    expect(await check({ ...message, Signature: '!' })).toMatchObject({ why: 'forged' })
    for (const version of ['0', '3', '', 'constructor', '__proto__'])
      expect(await check({ ...message, SignatureVersion: version })).toMatchObject({ why: 'malformed' })
  })

  it('another topic, before anything is fetched for it', async () => {
    const known = new SigningCertificates(systemClock)
    const before = sns.receiver.requests.length
    const others = [
      TOPIC.replace('backups', 'Backups'),
      `${TOPIC} `,
      TOPIC.replace('123456789012', '210987654321'),
      '*',
    ]
    for (const TopicArn of others)
      expect(await check(sns.notification({ TopicArn }), Date.now(), sns, known)).toMatchObject({ why: 'foreign' })
    expect(sns.receiver.requests.length).toBe(before)
  })

  it('what is older than SNS would try, or from the future', async () => {
    const at = (minutes: number) =>
      sns.notification({ Timestamp: new Date(Date.now() + minutes * 60_000).toISOString() })
    for (const minutes of [-60 * 24, -66, 6, 600]) expect(await check(at(minutes))).toMatchObject({ why: 'stale' })
    for (const minutes of [-59, -1, 4]) expect(await check(at(minutes))).toHaveProperty('message')
    for (const Timestamp of ['', 'now', '2026', '1', '2026-11-21 05:00:00', '+123456-01-01T00:00:00Z'])
      expect(await check(sns.notification({ Timestamp }))).toMatchObject({ why: 'malformed' })
  })

  it('what is no message at all, or one by raw delivery', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.constantFrom('An AWS Backup job failed.', '{"Type":"Notification"}', '[]', 'null'),
        ),
        async (body) => {
          expect(await check(body)).toMatchObject({ outcome: 'refused', why: 'malformed' })
        },
      ),
      { numRuns: 100 },
    )
    const { Signature: _, ...unsigned } = sns.notification()
    expect(await check(unsigned)).toMatchObject({ why: 'malformed' })
  })
})

describe('the address of the certificate', () => {
  const good = [
    CERTIFICATE,
    'https://sns.us-gov-west-1.amazonaws.com/SimpleNotificationService-1.pem',
    'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem',
  ]
  it.each(good)('may be %s', (url) => expect(certificateUrl(url)?.href).toBe(url))

  const bad = [
    'http://sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/a.pem',
    'https://sns.eu-central-1.amazonaws.com:443/a.pem',
    'https://sns.eu-central-1.amazonaws.com@evil.example/a.pem',
    'https://user@sns.eu-central-1.amazonaws.com/a.pem',
    'https://evil.example/sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com.evil.example/a.pem',
    'https://sns.eu-central-1.amazonaws.com.cn.evil.example/a.pem',
    'https://sns.evil.example/a.pem?.amazonaws.com/a.pem',
    'https://sns.evil.example#.amazonaws.com/a.pem',
    'https://sns.evil.example/\\.amazonaws.com/a.pem',
    'https://sns.evil.s3.amazonaws.com/a.pem',
    'https://evil-sns.eu-central-1.amazonaws.com/a.pem',
    'https://s3.eu-central-1.amazonaws.com/evil/a.pem',
    'https://snsxeu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com/a.pem?x=.pem',
    'https://sns.eu-central-1.amazonaws.com/a.pem#.pem',
    'https://sns.eu-central-1.amazonaws.com/?Action=x&.pem',
    'https://sns.eu-central-1.amazonaws.com/a.txt',
    'https://sns.eu-central-1.amazonaws.com\u2044a.pem',
    'https://sns.eu-central-1.amazonaws。com/a.pem',
    'https://sns.eu-central-1.аmazonaws.com/a.pem',
    'https://sns.eu\u00adcentral-1.amazonaws.com/a.pem',
    ' https://sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com/a.pem\n',
    'https://sns.\teu-central-1.amazonaws.com/a.pem',
    'https:\\\\sns.eu-central-1.amazonaws.com\\a.pem',
    'https:sns.eu-central-1.amazonaws.com/a.pem',
    'file:///etc/ssl/a.pem',
    'https://169.254.169.254/a.pem',
    'https://[::1]/a.pem',
    '',
  ]
  it.each(bad)('may not be %j', async (url) => {
    expect(certificateUrl(url)).toBeNull()
    const before = sns.receiver.requests.length
    expect(await check(sns.notification({ SigningCertURL: url }))).toMatchObject({ outcome: 'refused', why: 'forged' })
    expect(sns.receiver.requests.length).toBe(before)
  })

  it('leads to SNS, whatever else is written around it', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('@', ':443', '.', '/', '\\', '#', '?', '%2e', '\t', '\u3002', 'evil.example', '..'),
    )
    fc.assert(
      fc.property(part, part, part, (a, b, c) => {
        for (const text of [
          `https://${a}sns.eu-central-1.amazonaws.com${b}/x${c}.pem`,
          `${a}${CERTIFICATE}${b}`,
          `https://sns.${a}.amazonaws.com${b}/${c}.pem`,
        ]) {
          const url = certificateUrl(text)
          if (url === null) continue
          expect(url.origin).toMatch(/^https:\/\/sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?$/)
          expect([url.username, url.password, url.port, url.search, url.hash]).toEqual(['', '', '', '', ''])
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the certificate', () => {
  it('is of SNS, of now, and of RSA', async () => {
    const day = 86_400_000
    expect(readCertificate(sns.certificate, Date.now())).toHaveProperty('key')
    expect(readCertificate(sns.certificate, Date.now() + 3 * day)).toMatchObject({ refused: /not valid now/ })
    expect(readCertificate(sns.certificate, Date.now() - day)).toMatchObject({ refused: /not valid now/ })
    expect(readCertificate('-----BEGIN CERTIFICATE-----\nx', Date.now())).toMatchObject({ refused: /no certificate/ })
    await using regional = await FakeSns.start('sns-signing.af-south-1.amazonaws.com')
    expect(readCertificate(regional.certificate, Date.now())).toHaveProperty('key')
    await using other = await FakeSns.start('sns.amazonaws.com.evil.example')
    expect(readCertificate(other.certificate, Date.now())).toMatchObject({ refused: /not that of SNS/ })
    await using weak = await FakeSns.start('sns.amazonaws.com', 'weak')
    expect(readCertificate(weak.certificate, Date.now())).toMatchObject({ refused: /2048/ })
    await using curve = await FakeSns.start('sns.amazonaws.com', 'ec')
    expect(readCertificate(curve.certificate, Date.now())).toMatchObject({ refused: /2048/ })
  })

  it('that can not be had now is no forgery: the sender is to try again, and it is asked for again', async () => {
    const known = new SigningCertificates(systemClock)
    const { answer } = sns.receiver
    sns.receiver.answer = (response) => response.writeHead(500).end()
    expect(await check(sns.notification(), Date.now(), sns, known)).toMatchObject({ outcome: 'unavailable' })
    sns.receiver.answer = answer
    expect(await check(sns.notification(), Date.now(), sns, known)).toHaveProperty('message')
    const gone = sns.notification({ SigningCertURL: CERTIFICATE.replace('0123', '9999') })
    expect(await check(gone, Date.now(), sns, known)).toMatchObject({ outcome: 'refused', why: 'forged' })
  })
})

describe('a subscription', () => {
  const confirm = async (given: Partial<Envelope> = {}) => {
    const message: SnsMessage = snsMessage.parse(sns.confirmation('SubscriptionConfirmation', given))
    if (message.Type !== 'SubscriptionConfirmation') throw new Error('another type')
    return confirmSubscription(message, sns.url)
  }

  it('is confirmed at the address of the message', async () => {
    const before = sns.asked(/ConfirmSubscription/)
    expect(await confirm()).toBeNull()
    expect(sns.asked(/ConfirmSubscription/) - before).toBe(1)
  })

  it.each([
    'https://evil.example/?Action=ConfirmSubscription',
    'http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://sns.eu-central-1.amazonaws.com/?Action=Publish',
    `https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}x&Token=1`,
    `https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe&TopicArn=${TOPIC}`,
    `https://sns.eu-central-1.amazonaws.com/x?Action=ConfirmSubscription&TopicArn=${TOPIC}`,
  ])('is not confirmed at %s, though it is signed', async (SubscribeURL) => {
    const before = sns.receiver.requests.length
    expect(await confirm({ SubscribeURL })).toMatchObject({ outcome: 'refused', why: 'forged' })
    expect(sns.receiver.requests.length).toBe(before)
  })

  it('that SNS can not confirm now is sent again', async () => {
    sns.confirms = 503
    expect(await confirm()).toMatchObject({ outcome: 'unavailable' })
    sns.confirms = 400
    expect(await confirm()).toMatchObject({ outcome: 'refused', why: 'stale' })
    sns.confirms = 200
  })
})
