import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { FakeRegion } from '../fakes/aws-estate.ts'
import { type AwsFront, startFront } from '../fakes/aws-front.ts'
import { ACCOUNT } from '../fakes/aws-server.ts'
import { Receiver } from '../fakes/receiver.ts'
import { type Running, startRunning } from '../fakes/running.ts'
import { type Envelope, jobFailed, TOPIC } from '../fakes/sns.ts'

const SECRET = 'a-shared-secret-of-events'
const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/backproof'
const HOUR = 3_600_000
const TABLE = 'arn:aws:dynamodb:eu-central-1:123456789012:table/orders'

const incidents = z.object({
  items: z.array(
    z.object({ type: z.string(), failed_at: z.string().nullable(), detected_after_seconds: z.number().nullable() }),
  ),
})

let front: AwsFront
let region: FakeRegion
let channel: Receiver
let it_: Running

const configuration = (events: string) => `
server: { listen: "127.0.0.1:0" }
sources:
  prod:
    type: aws
    endpoint: ${front.url}
    access_key_id: AKID
    secret_access_key: not-a-secret-of-anybody
    regions: [eu-central-1]
    every: 6h
    checks: { ebs: { max_age: 2d }, rds: {}, backup: { notifications: off } }
    events: ${events}
channels:
  oncall: { type: webhook, url: ${channel.url} }
`
const ALL = `{ sns: { topics: ["${TOPIC}"] }, eventbridge: { secret: ${SECRET} } }`

const iso = (agoMs: number) => new Date(Date.now() - agoMs).toISOString()

beforeAll(async () => {
  channel = await Receiver.start()
})
afterAll(() => channel[Symbol.asyncDispose]())

/** `prepare`: what AWS is like before the instance first asks. */
async function start(events: string, prepare: (front: AwsFront) => void = () => undefined): Promise<void> {
  region = {
    volumes: [{ id: 'vol-1' }],
    snapshots: [{ id: 'snap-1', volume: 'vol-1', startedAt: iso(HOUR) }],
    databases: [{ name: 'appdb', latestRestorableAt: iso(60_000) }],
    dbSnapshots: [{ id: 'rds:appdb', of: 'appdb', at: iso(HOUR) }],
    backup: {
      vaults: [{ name: 'main' }],
      points: [{ id: 'p1', vault: 'main', of: TABLE, type: 'DynamoDB', at: iso(HOUR) }],
      jobs: [],
    },
  }
  front = await startFront({ accounts: { [ACCOUNT]: { 'eu-central-1': region } } })
  front.queues.createTopic('backups')
  front.queues.createQueue('backproof')
  prepare(front)
  channel.requests.length = 0
  it_ = await startRunning(configuration(events))
  await settled()
}
afterEach(async () => {
  await it_[Symbol.asyncDispose]()
  await front[Symbol.asyncDispose]()
})

/** All scopes but that of the events themselves were looked at. */
async function settled(): Promise<void> {
  await vi.waitFor(async () => {
    const scopes = await it_.instance.context.store.read.scopes('prod')
    expect(scopes.filter(({ name, status }) => name !== 'events' && status !== 'complete')).toEqual([])
  }, 10_000)
}

const aSnapshotFails = () =>
  region.snapshots?.push({
    id: `snap-${Date.now()}`,
    volume: 'vol-1',
    startedAt: iso(0),
    state: 'error',
    message: 'no',
  })
const looks = () => front.aws.requests.filter(({ action }) => action === 'DescribeSnapshots').length
const heard = () => channel.requests.map(({ body }) => body).join('\n')

async function post(
  kind: string,
  message: unknown,
  headers: { 'x-api-key'?: string | undefined; [name: string]: string | undefined } = {},
  source = 'prod',
) {
  const response = await fetch(`${it_.url}/hooks/${kind}/${source}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  })
  return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') }
}
const sns = (message: Envelope | string) => post('sns', message, { 'x-amz-sns-message-type': 'Notification' })

async function counted(kind: string, outcome: string): Promise<number> {
  const text = await (await fetch(`${it_.url}/metrics`)).text()
  const line = text
    .split('\n')
    .find((one) => one.startsWith(`backproof_hook_messages_total{kind="${kind}",outcome="${outcome}"}`))
  return Number(line?.split(' ').at(-1) ?? 0)
}

const remaining = () => {
  const { ready = [], inflight = [] } = front.queues.inspectQueue('backproof')?.messages ?? {}
  return ready.length + inflight.length
}
const backup = { EventType: { DataType: 'String', StringValue: 'BACKUP_JOB' } }
const prose =
  'An AWS Backup job failed. Resource ARN : arn:aws:ec2:eu-central-1:123456789012:volume/vol-1. BackupJob ID : 1'

describe('a message that SNS posts', () => {
  beforeEach(() => start(ALL))

  it('has the scope looked at, and what that sees is told at once', async () => {
    aSnapshotFails()
    const before = await counted('sns', 'accepted')
    expect(await sns(front.sns.notification())).toMatchObject({ status: 200 })
    await vi.waitFor(() => expect(heard()).toContain('BACKUP_FAILED'), 5000)
    expect((await counted('sns', 'accepted')) - before).toBe(1)
  })

  it('of a job that failed is told with the time that it took to detect it', async () => {
    const [begun, ended] = [iso(20_000), iso(0)]
    const job = { id: 'j1', of: TABLE, type: 'DynamoDB', vault: 'main', state: 'FAILED', message: 'Access denied' }
    region.backup?.jobs?.push({ ...job, at: begun, endedAt: ended })
    await sns(front.sns.notification({ Message: jobFailed(TABLE) }))
    await vi.waitFor(() => expect(heard()).toContain('BACKUP_FAILED'), 5000)
    const answer = await fetch(`${it_.url}/api/v1/incidents`)
    const { items } = incidents.parse(await answer.json())
    const [incident] = items.filter(({ type }) => type === 'BACKUP_FAILED')
    expect(incident?.failed_at).toBe(ended)
    expect(incident?.detected_after_seconds).toBeGreaterThanOrEqual(0)
    expect(incident?.detected_after_seconds).toBeLessThan(5)
    const metrics = await (await fetch(`${it_.url}/metrics`)).text()
    expect(metrics).toMatch(/backproof_time_to_detect_seconds_count\{source="prod"\} [1-9]/)
  })

  it('changes nothing by itself: where nothing has failed nothing is told', async () => {
    const before = looks()
    await sns(front.sns.notification())
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(before), 5000)
    await settled()
    const { store } = it_.instance.context
    expect((await store.read.check('prod/ebs:eu-central-1/vol-1'))?.judgement.status).toBe('ok')
    expect((await store.read.incidents({}, 10)).items.filter(({ type }) => type.startsWith('BACKUP_'))).toEqual([])
  })

  it('is refused when it is forged, replayed, stale, of a foreign topic or no message; each is counted, and none is looked into', async () => {
    const good = front.sns.notification()
    const first = looks()
    expect(await sns(good)).toMatchObject({ status: 200 })
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(first), 5000)
    const before = looks()
    const foreign = TOPIC.replace(ACCOUNT, '210987654321')
    const cases: [string, number, string | Envelope][] = [
      ['repeated', 409, good],
      ['forged', 403, { ...front.sns.notification(), Message: 'An AWS Backup job failed.' }],
      ['stale', 410, front.sns.notification({ Timestamp: iso(2 * HOUR) })],
      ['foreign', 403, front.sns.notification({ TopicArn: foreign })],
      ['malformed', 400, 'An AWS Backup job failed.'],
    ]
    for (const [outcome, status, message] of cases) {
      const counts = await counted('sns', outcome)
      expect(await sns(message), outcome).toMatchObject({ status })
      expect((await counted('sns', outcome)) - counts, outcome).toBe(1)
    }
    expect(looks()).toBe(before)
    const refused = it_.instance.news.refused('prod').map(({ outcome }) => outcome)
    expect(refused).toEqual(['malformed', 'foreign', 'stale', 'forged', 'repeated'])
    expect(it_.logged.join('\n')).toContain('a message about backups was not taken')
  })

  it('is known again after a restart', async () => {
    const message = front.sns.notification()
    expect(await sns(message)).toMatchObject({ status: 200 })
    const { data } = it_
    await it_.stop()
    it_ = await startRunning(configuration(ALL), data)
    expect(await sns(message)).toMatchObject({ status: 409 })
    expect(await sns(front.sns.notification())).toMatchObject({ status: 200 })
  })

  it('many at once are few looks', async () => {
    const [before, at] = [looks(), performance.now()]
    const answers = await Promise.all(Array.from({ length: 100 }, () => sns(front.sns.notification())))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await settled()
    expect(looks()).toBeGreaterThan(before)
    // three at once, and one more every ten seconds
    expect(looks() - before).toBeLessThanOrEqual(4 + (performance.now() - at) / 10_000)
  })

  it('that asks for the subscription is answered for topics of the configuration alone', async () => {
    expect(await sns(front.sns.confirmation('SubscriptionConfirmation'))).toMatchObject({ status: 200 })
    expect(front.sns.asked(/^\/\?Action=ConfirmSubscription/)).toBe(1)
    const TopicArn = TOPIC.replace('backups', 'others')
    expect(await sns(front.sns.confirmation('SubscriptionConfirmation', { TopicArn }))).toMatchObject({ status: 403 })
    expect(front.sns.asked(/^\/\?Action=ConfirmSubscription/)).toBe(1)
    front.sns.confirms = 500
    expect(await sns(front.sns.confirmation('SubscriptionConfirmation'))).toMatchObject({
      status: 503,
      retryAfter: '10',
    })
  })

  it('that ends the subscription is told to people: AWS is asked, and the events are in error', async () => {
    await sns(front.sns.confirmation('UnsubscribeConfirmation'))
    expect(it_.logged.join('\n')).toContain('events will not come any more')
    await vi.waitFor(async () => {
      const check = await it_.instance.context.store.read.check('prod/events')
      expect(check?.judgement.reason).toContain(`No subscription to ${TOPIC} posts to /hooks/sns/prod`)
    }, 5000)
  })

  it('goes to a source that takes none, or is none: 404', async () => {
    expect(await post('sns', front.sns.notification(), {}, 'nobody')).toMatchObject({ status: 404 })
    expect(await post('sqs', '{}')).toMatchObject({ status: 404 })
    expect(await post('webhook', '{}')).toMatchObject({ status: 404 })
    expect((await fetch(`${it_.url}/hooks/sns/prod`)).status).toBe(404)
    expect(await post('sns', 'x'.repeat(300_000))).toMatchObject({ status: 413 })
  })

  it('is put off when too many from its address were refused lately', async () => {
    for (let n = 0; n < 20; n++) expect((await sns('rubbish')).status).toBe(400)
    expect(await sns(front.sns.notification())).toMatchObject({ status: 503 })
    expect(await counted('sns', 'limited')).toBeGreaterThan(0)
  })
})

describe('an event that EventBridge posts', () => {
  beforeEach(() => start(ALL))
  const event = (id: string, more: object = {}) => ({
    version: '0',
    id,
    'detail-type': 'EBS Snapshot Notification',
    source: 'aws.ec2',
    account: ACCOUNT,
    time: iso(0),
    region: 'eu-central-1',
    resources: ['arn:aws:ec2::eu-central-1:snapshot/snap-01234567'],
    detail: { event: 'createSnapshot', result: 'failed' },
    ...more,
  })
  const key = { 'x-api-key': SECRET, 'content-type': 'application/json; charset=utf-8' }

  it('has the scope looked at when it knows the secret', async () => {
    aSnapshotFails()
    expect(await post('eventbridge', event('1'), key)).toMatchObject({ status: 200 })
    await vi.waitFor(() => expect(heard()).toContain('BACKUP_FAILED'), 5000)
    // EventBridge repeats what it is told has come before
    expect(await post('eventbridge', event('1'), key)).toMatchObject({ status: 200 })
    expect(await counted('eventbridge', 'repeated')).toBeGreaterThan(0)
  })

  it('is refused without it', async () => {
    const before = looks()
    for (const headers of [
      {},
      { 'x-api-key': '' },
      { 'x-api-key': `${SECRET}x` },
      { 'x-api-key': SECRET.toUpperCase() },
    ])
      expect(await post('eventbridge', event('2'), headers)).toMatchObject({ status: 403 })
    expect(await post('eventbridge', '[1]', key)).toMatchObject({ status: 400 })
    expect(looks()).toBe(before)
    expect(it_.logged.join('\n')).not.toContain(SECRET)
  })

  it('of what is not watched is taken, and nothing is looked at', async () => {
    const before = looks()
    for (const more of [
      { region: 'us-east-1' },
      { source: 'aws.s3' },
      { region: null },
      { account: [], 'detail-type': 'x' },
    ])
      expect(await post('eventbridge', event(JSON.stringify(more), more), key)).toMatchObject({ status: 200 })
    expect(await counted('eventbridge', 'irrelevant')).toBeGreaterThanOrEqual(4)
    expect(looks()).toBe(before)
  })
})

describe('a queue', () => {
  beforeEach(() => start(`{ sqs: { queue_url: "${QUEUE}" } }`))

  it('is emptied by the real SDK: SNS wrapped, SNS raw and EventBridge', async () => {
    front.queues.subscribe({ topic: 'backups', queue: 'backproof' })
    aSnapshotFails()
    front.queues.publish('backups', prose, { messageAttributes: backup })
    await vi.waitFor(() => expect(heard()).toContain('BACKUP_FAILED'), 10_000)
    front.queues.sendMessage('backproof', prose, { messageAttributes: backup })
    front.queues.sendMessage(
      'backproof',
      JSON.stringify({ id: 'e1', source: 'aws.rds', 'detail-type': 'RDS DB Snapshot Event', region: 'eu-central-1' }),
    )
    const before = front.aws.requests.filter(({ action }) => action === 'DescribeDBSnapshots').length
    await vi.waitFor(() => {
      expect(remaining()).toBe(0)
      expect(front.aws.requests.filter(({ action }) => action === 'DescribeDBSnapshots').length).toBeGreaterThan(before)
    }, 10_000)
    expect(await counted('sqs', 'accepted')).toBeGreaterThanOrEqual(3)
  })

  it('is let go within a second', async () => {
    expect(await it_.stop()).toBeLessThan(1000)
  })
})

describe('a queue in trouble', () => {
  it('is shown, and is read again when it can be', async () => {
    const message = 'User is not authorized to perform: sqs:receivemessage'
    await start(`{ sqs: { queue_url: "${QUEUE}" } }`, (its) => {
      its.refuses = {
        action: 'ReceiveMessage',
        status: 403,
        type: 'com.amazon.coral.service#AccessDeniedException',
        message,
      }
    })
    await vi.waitFor(() => expect(it_.instance.news.trouble('prod')).toMatch(/may not sqs:receivemessage/i), 5000)
    front.queues.sendMessage('backproof', prose, { messageAttributes: backup })
    const check = async () => (await it_.instance.context.store.read.check('prod/events'))?.judgement
    await vi.waitFor(async () => expect((await check())?.reason).toMatch(/may not sqs:/), 5000)
    front.refuses = null
    await vi.waitFor(() => expect(remaining()).toBe(0), 15_000)
    const scope = async () =>
      (await it_.instance.context.store.read.scopes('prod')).find(({ name }) => name === 'events')
    await vi.waitFor(async () => expect((await scope())?.status).toBe('complete'), 5000)
    expect(it_.instance.news.trouble('prod')).toBeNull()
    expect(await counted('sqs', 'accepted')).toBeGreaterThan(0)
  }, 30_000)

  it('is let go within a second, though it does not answer', async () => {
    await start(`{ sqs: { queue_url: "${QUEUE}" } }`, (its) => {
      its.hangs = true
    })
    expect(await it_.stop()).toBeLessThan(1000)
  })

  it('keeps what can not be understood, for whoever else reads it; it is counted', async () => {
    await start(`{ sqs: { queue_url: "${QUEUE}" } }`)
    front.queues.sendMessage('backproof', 'hello')
    await vi.waitFor(() =>
      expect(it_.instance.news.refused('prod')[0]).toMatchObject({ outcome: 'malformed', kind: 'sqs' }),
    )
    expect(await counted('sqs', 'malformed')).toBeGreaterThan(0)
    expect(remaining()).toBe(1)
  })
})
