import { describe, expect, it } from 'vitest'
import { awsConfig } from '../config.ts'
import { aws } from '../index.ts'
import { placesOf } from '../places.ts'
import { parseQueue } from './queue-name.ts'

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:backups'
const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/backproof'

const problems = (events: unknown) =>
  awsConfig.safeParse({ events }).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

it.each([
  [{}, 'events: by which way? give sns, eventbridge, sqs'],
  [
    { sns: { topics: ['backups'] } },
    'events.sns.topics.0: not the ARN of a topic: write it as in arn:aws:sns:eu-central-1:123456789012:backups',
  ],
  [{ eventbridge: { secret: 'short' } }, 'events.eventbridge.secret: too short: at least 16 characters'],
  [
    { sqs: { queue_url: 'https://evil.example/123456789012/backproof' } },
    'events.sqs.queue_url: not the URL of a queue: write it as in https://sqs.eu-central-1.amazonaws.com/123456789012/backproof',
  ],
])('%j is told: %s', (events, message) => {
  expect(problems(events)).toContain(message)
})

it('the wildcard of a topic is none: each is named', () => {
  for (const topic of [`${TOPIC}*`, 'arn:aws:sns:*:123456789012:backups', `${TOPIC}\n`, TOPIC.replace('sns', 'sqs')])
    expect(problems({ sns: { topics: [topic] } })).toHaveLength(1)
  expect(problems({ sns: { topics: [TOPIC, `${TOPIC}.fifo`, TOPIC.replace('aws', 'aws-cn')] } })).toEqual([])
})

describe('a queue', () => {
  it('is known by its URL alone, of AWS alone', () => {
    expect(parseQueue(QUEUE)).toEqual({
      url: QUEUE,
      region: 'eu-central-1',
      account: '123456789012',
      arn: 'arn:aws:sqs:eu-central-1:123456789012:backproof',
    })
    expect(parseQueue('https://sqs.cn-north-1.amazonaws.com.cn/123456789012/a.fifo')?.arn).toBe(
      'arn:aws-cn:sqs:cn-north-1:123456789012:a.fifo',
    )
    for (const url of [
      QUEUE.replace('https', 'http'),
      QUEUE.replace('.com', '.com.evil.example'),
      QUEUE.replace('sqs.', 'sqs.evil.example/sqs.'),
      QUEUE.replace('//', '//user@'),
      QUEUE.replace('.com', '.com:8443'),
      `${QUEUE}/x`,
      `${QUEUE}?x`,
      '',
    ])
      expect(parseQueue(url), url).toBeNull()
  })
})

const permissions = (events: object) =>
  aws
    .permissions(awsConfig.parse({ regions: ['eu-central-1'], checks: { ebs: {} }, events }))
    .map(({ action, resource }) => `${action} ${resource}`)
    .filter((one) => /^s[qn]s:/.test(one))

it('the permissions are those of the ways in use, each on its own', () => {
  expect(permissions({ sqs: { queue_url: QUEUE } })).toEqual([
    'sqs:ReceiveMessage arn:aws:sqs:eu-central-1:123456789012:backproof',
    'sqs:DeleteMessage arn:aws:sqs:eu-central-1:123456789012:backproof',
    'sqs:GetQueueAttributes arn:aws:sqs:eu-central-1:123456789012:backproof',
  ])
  expect(permissions({ sns: { topics: [TOPIC] } })).toEqual([`sns:ListSubscriptionsByTopic ${TOPIC}`])
  expect(permissions({ eventbridge: { secret: 'a-shared-secret-of-events' } })).toEqual([])
})

it('whether events get here is a scope of its own, where that can be asked', () => {
  const names = (events?: object) =>
    placesOf('prod', awsConfig.parse({ regions: ['eu-central-1'], checks: { ebs: {} }, events })).map(
      ({ name }) => name,
    )
  expect(names({ sqs: { queue_url: QUEUE } })).toEqual(['events', 'ebs:eu-central-1'])
  expect(names({ eventbridge: { secret: 'a-shared-secret-of-events' } })).toEqual(['ebs:eu-central-1'])
  expect(names()).toEqual(['ebs:eu-central-1'])
})
