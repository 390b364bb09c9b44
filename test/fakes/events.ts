import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { FakeRegion } from './aws-estate.ts'
import { type AwsFront, startFront } from './aws-front.ts'
import { ACCOUNT } from './aws-server.ts'
import { Receiver } from './receiver.ts'
import { type Running, startRunning } from './running.ts'

const HOUR = 3_600_000
export const TABLE = 'arn:aws:dynamodb:eu-central-1:123456789012:table/orders'

export const iso = (agoMs: number) => new Date(Date.now() - agoMs).toISOString()

const configuration = (front: AwsFront, channel: Receiver, events: string) => `
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

const aRegion = (): FakeRegion => ({
  volumes: [{ id: 'vol-1' }],
  snapshots: [{ id: 'snap-1', volume: 'vol-1', startedAt: iso(HOUR) }],
  databases: [{ name: 'appdb', latestRestorableAt: iso(60_000) }],
  dbSnapshots: [{ id: 'rds:appdb', of: 'appdb', at: iso(HOUR) }],
  backup: {
    vaults: [{ name: 'main' }],
    points: [{ id: 'p1', vault: 'main', of: TABLE, type: 'DynamoDB', at: iso(HOUR) }],
    jobs: [],
  },
})

/** A whole instance that AWS tells of what happens, and the one channel it tells people by. */
export function standOfEvents() {
  let front: AwsFront
  let region: FakeRegion
  let channel: Receiver
  let running: Running
  let told = ''

  beforeAll(async () => {
    channel = await Receiver.start()
  })
  afterAll(() => channel[Symbol.asyncDispose]())
  afterEach(async () => {
    await running[Symbol.asyncDispose]()
    await front[Symbol.asyncDispose]()
  })

  /** `prepare`: what AWS is like before the instance first asks. */
  async function start(events: string, prepare: (front: AwsFront) => void = () => undefined): Promise<void> {
    told = events
    region = aRegion()
    front = await startFront({ accounts: { [ACCOUNT]: { 'eu-central-1': region } } })
    front.queues.createTopic('backups')
    front.queues.createQueue('backproof')
    prepare(front)
    channel.requests.length = 0
    running = await startRunning(configuration(front, channel, told))
    await settled()
  }

  /** Ends the instance, and begins it anew on the same database. */
  async function restart(): Promise<void> {
    const { data } = running
    await running.stop()
    running = await startRunning(configuration(front, channel, told), data)
  }

  /** All scopes but that of the events themselves were looked at. */
  async function settled(): Promise<void> {
    const unsettled = async () => {
      const scopes = await running.instance.context.store.read.scopes('prod')
      return scopes.filter(({ name, status }) => name !== 'events' && status !== 'complete')
    }
    await expect.poll(unsettled).toEqual([])
  }

  async function counted(kind: string, outcome: string): Promise<number> {
    const text = await (await fetch(`${running.url}/metrics`)).text()
    const line = text
      .split('\n')
      .find((one) => one.startsWith(`backproof_hook_messages_total{kind="${kind}",outcome="${outcome}"}`))
    return Number(line?.split(' ').at(-1) ?? 0)
  }

  return {
    get front() {
      return front
    },
    get region() {
      return region
    },
    get running() {
      return running
    },
    start,
    restart,
    settled,
    counted,
    aSnapshotFails: () =>
      region.snapshots?.push({
        id: `snap-${Date.now()}`,
        volume: 'vol-1',
        startedAt: iso(0),
        state: 'error',
        message: 'no',
      }),
    looks: () => front.aws.requests.filter(({ action }) => action === 'DescribeSnapshots').length,
    heard: () => channel.requests.map(({ body }) => body).join('\n'),
  }
}
