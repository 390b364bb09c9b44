import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ACCOUNT } from '../fakes/aws-server.ts'
import { iso, standOfEvents, TABLE } from '../fakes/events.ts'
import { type Envelope, jobFailed, TOPIC } from '../fakes/sns.ts'

const SECRET = 'a-shared-secret-of-events'
const HOUR = 3_600_000
const ALL = `{ sns: { topics: ["${TOPIC}"] }, eventbridge: { secret: ${SECRET} } }`

const incidents = z.object({
  items: z.array(
    z.object({ type: z.string(), failed_at: z.string().nullable(), detected_after_seconds: z.number().nullable() }),
  ),
})

const stand = standOfEvents()
const { start, settled, aSnapshotFails, looks, heard, counted } = stand

async function post(
  kind: string,
  message: unknown,
  headers: { 'x-api-key'?: string | undefined; [name: string]: string | undefined } = {},
  source = 'prod',
) {
  const response = await fetch(`${stand.running.url}/hooks/${kind}/${source}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  })
  return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') }
}
const sns = (message: Envelope | string) => post('sns', message, { 'x-amz-sns-message-type': 'Notification' })

describe('a message that SNS posts', () => {
  beforeEach(() => start(ALL))

  it('has the scope looked at, and what that sees is told at once', async () => {
    aSnapshotFails()
    const before = await counted('sns', 'accepted')
    expect(await sns(stand.front.sns.notification())).toMatchObject({ status: 200 })
    await expect.poll(() => heard()).toContain('BACKUP_FAILED')
    expect((await counted('sns', 'accepted')) - before).toBe(1)
  })

  it('of a job that failed is told with the time that it took to detect it', async () => {
    const [begun, ended] = [iso(20_000), iso(0)]
    const job = { id: 'j1', of: TABLE, type: 'DynamoDB', vault: 'main', state: 'FAILED', message: 'Access denied' }
    stand.region.backup?.jobs?.push({ ...job, at: begun, endedAt: ended })
    await sns(stand.front.sns.notification({ Message: jobFailed(TABLE) }))
    await expect.poll(() => heard()).toContain('BACKUP_FAILED')
    const answer = await fetch(`${stand.running.url}/api/v1/incidents`)
    const { items } = incidents.parse(await answer.json())
    const [incident] = items.filter(({ type }) => type === 'BACKUP_FAILED')
    expect(incident?.failed_at).toBe(ended)
    expect(incident?.detected_after_seconds).toBeGreaterThanOrEqual(0)
    expect(incident?.detected_after_seconds).toBeLessThan(5)
    const metrics = await (await fetch(`${stand.running.url}/metrics`)).text()
    expect(metrics).toMatch(/backproof_time_to_detect_seconds_count\{source="prod"\} [1-9]/)
  })

  it('changes nothing by itself: where nothing has failed nothing is told', async () => {
    const before = looks()
    await sns(stand.front.sns.notification())
    await expect.poll(() => looks()).toBeGreaterThan(before)
    await settled()
    const { store } = stand.running.instance.context
    expect((await store.read.check('prod/ebs:eu-central-1/vol-1'))?.judgement.status).toBe('ok')
    expect((await store.read.incidents({}, 10)).items.filter(({ type }) => type.startsWith('BACKUP_'))).toEqual([])
  })

  it('is refused when it is forged, replayed, stale, of a foreign topic or no message; each is counted, and none is looked into', async () => {
    const good = stand.front.sns.notification()
    const first = looks()
    expect(await sns(good)).toMatchObject({ status: 200 })
    await expect.poll(() => looks()).toBeGreaterThan(first)
    const before = looks()
    const foreign = TOPIC.replace(ACCOUNT, '210987654321')
    const cases: [string, number, string | Envelope][] = [
      ['repeated', 409, good],
      ['forged', 403, { ...stand.front.sns.notification(), Message: 'An AWS Backup job failed.' }],
      ['stale', 410, stand.front.sns.notification({ Timestamp: iso(2 * HOUR) })],
      ['foreign', 403, stand.front.sns.notification({ TopicArn: foreign })],
      ['malformed', 400, 'An AWS Backup job failed.'],
    ]
    for (const [outcome, status, message] of cases) {
      const counts = await counted('sns', outcome)
      expect(await sns(message), outcome).toMatchObject({ status })
      expect((await counted('sns', outcome)) - counts, outcome).toBe(1)
    }
    expect(looks()).toBe(before)
    const refused = stand.running.instance.news.refused('prod').map(({ outcome }) => outcome)
    expect(refused).toEqual(['malformed', 'foreign', 'stale', 'forged', 'repeated'])
    expect(stand.running.logged.join('\n')).toContain('a message about backups was not taken')
  })

  it('is known again after a restart', async () => {
    const message = stand.front.sns.notification()
    expect(await sns(message)).toMatchObject({ status: 200 })
    await stand.restart()
    expect(await sns(message)).toMatchObject({ status: 409 })
    expect(await sns(stand.front.sns.notification())).toMatchObject({ status: 200 })
  })

  it('many at once are few looks', async () => {
    const [before, at] = [looks(), performance.now()]
    const answers = await Promise.all(Array.from({ length: 100 }, () => sns(stand.front.sns.notification())))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await settled()
    expect(looks()).toBeGreaterThan(before)
    // three at once, and one more every ten seconds
    expect(looks() - before).toBeLessThanOrEqual(4 + (performance.now() - at) / 10_000)
  })

  it('that asks for the subscription is answered for topics of the configuration alone', async () => {
    expect(await sns(stand.front.sns.confirmation('SubscriptionConfirmation'))).toMatchObject({ status: 200 })
    expect(stand.front.sns.asked(/^\/\?Action=ConfirmSubscription/)).toBe(1)
    const TopicArn = TOPIC.replace('backups', 'others')
    expect(await sns(stand.front.sns.confirmation('SubscriptionConfirmation', { TopicArn }))).toMatchObject({
      status: 403,
    })
    expect(stand.front.sns.asked(/^\/\?Action=ConfirmSubscription/)).toBe(1)
    stand.front.sns.confirms = 500
    expect(await sns(stand.front.sns.confirmation('SubscriptionConfirmation'))).toMatchObject({
      status: 503,
      retryAfter: '10',
    })
  })

  it('that ends the subscription is told to people: AWS is asked, and the events are in error', async () => {
    await sns(stand.front.sns.confirmation('UnsubscribeConfirmation'))
    expect(stand.running.logged.join('\n')).toContain('events will not come any more')
    await expect
      .poll(async () => (await stand.running.instance.context.store.read.check('prod/events'))?.judgement.reason)
      .toContain(`No subscription to ${TOPIC} posts to /hooks/sns/prod`)
  })

  it('goes to a source that takes none, or is none: 404', async () => {
    expect(await post('sns', stand.front.sns.notification(), {}, 'nobody')).toMatchObject({ status: 404 })
    expect(await post('sqs', '{}')).toMatchObject({ status: 404 })
    expect(await post('webhook', '{}')).toMatchObject({ status: 404 })
    expect((await fetch(`${stand.running.url}/hooks/sns/prod`)).status).toBe(404)
    expect(await post('sns', 'x'.repeat(300_000))).toMatchObject({ status: 413 })
  })

  it('is put off when too many from its address were refused lately', async () => {
    for (let n = 0; n < 20; n++) expect((await sns('rubbish')).status).toBe(400)
    expect(await sns(stand.front.sns.notification())).toMatchObject({ status: 503 })
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
    await expect.poll(() => heard()).toContain('BACKUP_FAILED')
    // EventBridge repeats what it is told has come before
    expect(await post('eventbridge', event('1'), key)).toMatchObject({ status: 200 })
    expect(await counted('eventbridge', 'repeated')).toBeGreaterThan(0)
  })

  it('of a recovery point that was deleted has the vaults read again, whatever AWS counts in them', async () => {
    const { backup } = stand.region
    if (!backup) throw new Error('there is no AWS Backup')
    backup.vaults = [{ name: 'main', count: 1 }]
    // AWS does not say whether this list forgets it as well
    backup.protected = { [TABLE]: { lastPoint: 'p1', lastVault: 'main', lastAt: iso(HOUR), type: 'DynamoDB' } }
    backup.points = []
    const deleted = {
      source: 'aws.backup',
      'detail-type': 'Recovery Point State Change',
      resources: [`arn:aws:backup:eu-central-1:${ACCOUNT}:recovery-point:p1`],
      detail: { backupVaultName: 'main', resourceArn: TABLE, resourceType: 'DynamoDB', status: 'DELETED' },
    }
    expect(await post('eventbridge', event('3', deleted), key)).toMatchObject({ status: 200 })
    await expect.poll(() => heard()).toContain('BACKUP_MISSING')
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
    expect(stand.running.logged.join('\n')).not.toContain(SECRET)
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
