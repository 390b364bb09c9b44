import { beforeEach, describe, expect, it, vi } from 'vitest'
import { standOfEvents } from '../fakes/events.ts'

const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/backproof'

const stand = standOfEvents()
const { start, aSnapshotFails, heard, counted } = stand

const remaining = () => {
  const { ready = [], inflight = [] } = stand.front.queues.inspectQueue('backproof')?.messages ?? {}
  return ready.length + inflight.length
}
const backup = { EventType: { DataType: 'String', StringValue: 'BACKUP_JOB' } }
const prose =
  'An AWS Backup job failed. Resource ARN : arn:aws:ec2:eu-central-1:123456789012:volume/vol-1. BackupJob ID : 1'

describe('a queue', () => {
  beforeEach(() => start(`{ sqs: { queue_url: "${QUEUE}" } }`))

  it('is emptied by the real SDK: SNS wrapped, SNS raw and EventBridge', async () => {
    stand.front.queues.subscribe({ topic: 'backups', queue: 'backproof' })
    aSnapshotFails()
    stand.front.queues.publish('backups', prose, { messageAttributes: backup })
    await vi.waitFor(() => expect(heard()).toContain('BACKUP_FAILED'), 10_000)
    stand.front.queues.sendMessage('backproof', prose, { messageAttributes: backup })
    stand.front.queues.sendMessage(
      'backproof',
      JSON.stringify({ id: 'e1', source: 'aws.rds', 'detail-type': 'RDS DB Snapshot Event', region: 'eu-central-1' }),
    )
    const before = stand.front.aws.requests.filter(({ action }) => action === 'DescribeDBSnapshots').length
    await vi.waitFor(() => {
      expect(remaining()).toBe(0)
      expect(stand.front.aws.requests.filter(({ action }) => action === 'DescribeDBSnapshots').length).toBeGreaterThan(
        before,
      )
    }, 10_000)
    expect(await counted('sqs', 'accepted')).toBeGreaterThanOrEqual(3)
  })

  it('is let go within a second', async () => {
    expect(await stand.running.stop()).toBeLessThan(1000)
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
    await vi.waitFor(
      () => expect(stand.running.instance.news.trouble('prod')).toMatch(/may not sqs:receivemessage/i),
      5000,
    )
    stand.front.queues.sendMessage('backproof', prose, { messageAttributes: backup })
    const check = async () => (await stand.running.instance.context.store.read.check('prod/events'))?.judgement
    await vi.waitFor(async () => expect((await check())?.reason).toMatch(/may not sqs:/), 5000)
    stand.front.refuses = null
    await vi.waitFor(() => expect(remaining()).toBe(0), 15_000)
    const scope = async () =>
      (await stand.running.instance.context.store.read.scopes('prod')).find(({ name }) => name === 'events')
    await vi.waitFor(async () => expect((await scope())?.status).toBe('complete'), 5000)
    expect(stand.running.instance.news.trouble('prod')).toBeNull()
    expect(await counted('sqs', 'accepted')).toBeGreaterThan(0)
  }, 30_000)

  it('is let go within a second, though it does not answer', async () => {
    await start(`{ sqs: { queue_url: "${QUEUE}" } }`, (its) => {
      its.hangs = true
    })
    expect(await stand.running.stop()).toBeLessThan(1000)
  })

  it('keeps what can not be understood, for whoever else reads it; it is counted', async () => {
    await start(`{ sqs: { queue_url: "${QUEUE}" } }`)
    stand.front.queues.sendMessage('backproof', 'hello')
    await vi.waitFor(() =>
      expect(stand.running.instance.news.refused('prod')[0]).toMatchObject({ outcome: 'malformed', kind: 'sqs' }),
    )
    expect(await counted('sqs', 'malformed')).toBeGreaterThan(0)
    expect(remaining()).toBe(1)
  })
})
