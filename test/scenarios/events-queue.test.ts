import { beforeEach, describe, expect, it } from 'vitest'
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
    await expect.poll(() => heard()).toContain('BACKUP_FAILED')
    stand.front.queues.sendMessage('backproof', prose, { messageAttributes: backup })
    stand.front.queues.sendMessage(
      'backproof',
      JSON.stringify({ id: 'e1', source: 'aws.rds', 'detail-type': 'RDS DB Snapshot Event', region: 'eu-central-1' }),
    )
    const looks = () => stand.front.aws.requests.filter(({ action }) => action === 'DescribeDBSnapshots').length
    const before = looks()
    await expect.poll(remaining).toBe(0)
    await expect.poll(looks).toBeGreaterThan(before)
    expect(await counted('sqs', 'accepted')).toBeGreaterThanOrEqual(3)
  })

  it('is let go, though it would wait for more', async () => {
    expect(await stand.running.stop()).toBeLessThan(10_000)
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
    await expect.poll(() => stand.running.instance.news.trouble('prod')).toMatch(/may not sqs:receivemessage/i)
    stand.front.queues.sendMessage('backproof', prose, { messageAttributes: backup })
    const check = async () => (await stand.running.instance.context.store.read.check('prod/events'))?.judgement
    await expect.poll(async () => (await check())?.reason).toMatch(/may not sqs:/)
    stand.front.refuses = null
    await expect.poll(() => remaining()).toBe(0)
    const scope = async () =>
      (await stand.running.instance.context.store.read.scopes('prod')).find(({ name }) => name === 'events')
    await expect.poll(async () => (await scope())?.status).toBe('complete')
    expect(stand.running.instance.news.trouble('prod')).toBeNull()
    expect(await counted('sqs', 'accepted')).toBeGreaterThan(0)
  })

  it('is let go, though it does not answer', async () => {
    await start(`{ sqs: { queue_url: "${QUEUE}" } }`, (its) => {
      its.hangs = true
    })
    expect(await stand.running.stop()).toBeLessThan(10_000)
  })

  it('keeps what can not be understood, for whoever else reads it; it is counted', async () => {
    await start(`{ sqs: { queue_url: "${QUEUE}" } }`)
    stand.front.queues.sendMessage('backproof', 'hello')
    await expect
      .poll(() => stand.running.instance.news.refused('prod')[0])
      .toMatchObject({ outcome: 'malformed', kind: 'sqs' })
    expect(await counted('sqs', 'malformed')).toBeGreaterThan(0)
    expect(remaining()).toBe(1)
  })
})
