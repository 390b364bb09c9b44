import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FakeRegion } from '../test/fakes/aws-estate.ts'
import { type AwsFront, startFront } from '../test/fakes/aws-front.ts'
import { ACCOUNT } from '../test/fakes/aws-server.ts'
import { backproof } from '../test/fakes/program.ts'
import { Receiver } from '../test/fakes/receiver.ts'
import { jobFailed } from '../test/fakes/sns.ts'
import { type Benchmark, type Figure, folder, percentile, round } from './harness.ts'

/** Looks that news may ask for at once in one scope; further ones come by and by. */
const BURST = 3
const VOLUMES = Array.from({ length: BURST }, (_, n) => `vol-${n}`)
const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/backproof'

const regionOf = (n: number) => `eu-central-${n + 1}`
const topicOf = (region: string) => `arn:aws:sns:${region}:${ACCOUNT}:backups`
const iso = (agoMs: number) => new Date(Date.now() - agoMs).toISOString()

/** From the moment that a snapshot fails and AWS tells of it to the moment that the channel has the message. */
export const events: Benchmark = {
  about: 'from a failure that AWS tells of to the message that the channel has',
  async run({ brief }) {
    using directory = folder()
    const count = brief ? 2 : 30
    const regions = Object.fromEntries(Array.from({ length: 2 * count }, (_, n) => [regionOf(n), aRegion(regionOf(n))]))
    await using front = await startFront({ accounts: { [ACCOUNT]: regions } })
    front.queues.createQueue('backproof')
    await using channel = await Receiver.start()
    const arrivals = arrivalsOf(channel)
    const config = join(directory.path, 'backproof.yaml')
    writeFileSync(config, configured(front, channel, Object.keys(regions)))
    const program = backproof(['serve', '--config', config, '--data', directory.path])
    try {
      const [, url = ''] = await program.said(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/)
      await untilSeen(url, 2 * count)
      const names = Object.keys(regions)
      const bySns = await measure(names.slice(0, count), regions, arrivals, (region, volume) =>
        postSns(url, front, region, volume),
      )
      const bySqs = await measure(names.slice(count), regions, arrivals, async (region) => {
        front.queues.sendMessage('backproof', bridgeEvent(region))
      })
      return [figure('an SNS message', bySns), figure('an event on a queue', bySqs)]
    } finally {
      program.child.kill('SIGTERM')
      await program.ended
    }
  },
}

function aRegion(name: string): FakeRegion {
  return {
    volumes: VOLUMES.map((id) => ({ id: `${id}-${name}` })),
    snapshots: VOLUMES.map((id) => ({ id: `snap-${id}-${name}`, volume: `${id}-${name}`, startedAt: iso(3_600_000) })),
  }
}

function configured({ url }: AwsFront, channel: Receiver, regions: readonly string[]): string {
  return `server: { listen: "127.0.0.1:0" }
sources:
  prod:
    type: aws
    endpoint: ${url}
    access_key_id: AKID
    secret_access_key: not-a-secret-of-anybody
    regions: [${regions.join(', ')}]
    every: 6h
    checks: { ebs: { max_age: 2d } }
    events:
      sns: { topics: [${regions.map((region) => `"${topicOf(region)}"`).join(', ')}] }
      sqs: { queue_url: "${QUEUE}" }
channels:
  oncall: { type: webhook, url: ${channel.url} }
`
}

async function untilSeen(url: string, count: number): Promise<void> {
  for (const until = Date.now() + 120_000; Date.now() < until; await new Promise((go) => setTimeout(go, 200))) {
    const summary: unknown = await (await fetch(`${url}/api/v1/summary`)).json()
    if (JSON.stringify(summary).includes(`"ok":${count * BURST}`)) return
  }
  assert.fail('the estate was not read in time')
}

/** Resolves with the time at which the channel was told of a volume. */
function arrivalsOf(channel: Receiver): (volume: string) => Promise<number> {
  const waiting = new Map<string, (at: number) => void>()
  channel.answer = (response, { body }) => {
    const at = performance.now()
    for (const [volume, resolve] of waiting)
      if (body.includes('BACKUP_FAILED') && body.includes(`/${volume}"`)) resolve(at)
    response.end()
  }
  return (volume) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nobody was told of ${volume}`)), 30_000)
      waiting.set(volume, (at) => {
        clearTimeout(timer)
        waiting.delete(volume)
        resolve(at)
      })
    })
}

async function measure(
  names: readonly string[],
  regions: Readonly<Record<string, FakeRegion>>,
  arrival: (volume: string) => Promise<number>,
  tell: (region: string, volume: string) => Promise<void>,
): Promise<number[]> {
  const took: number[] = []
  for (const base of VOLUMES)
    for (const region of names) {
      const volume = `${base}-${region}`
      const told = arrival(volume)
      const at = performance.now()
      regions[region]?.snapshots?.push({
        id: `bad-${volume}`,
        volume,
        startedAt: iso(0),
        state: 'error',
        message: 'no',
      })
      await tell(region, volume)
      took.push((await told) - at)
    }
  return took
}

async function postSns(url: string, { sns }: AwsFront, region: string, volume: string): Promise<void> {
  const Message = jobFailed(`arn:aws:ec2:${region}:${ACCOUNT}:volume/${volume}`)
  const body = JSON.stringify(sns.notification({ TopicArn: topicOf(region), Message }))
  const headers = { 'content-type': 'text/plain; charset=UTF-8' }
  const answer = await fetch(`${url}/hooks/sns/prod`, { method: 'POST', headers, body })
  assert.equal(answer.status, 200, await answer.text())
}

function bridgeEvent(region: string): string {
  const detail = { event: 'createSnapshot', result: 'failed' }
  const id = crypto.randomUUID()
  return JSON.stringify({
    id,
    source: 'aws.ec2',
    'detail-type': 'EBS Snapshot Notification',
    region,
    account: ACCOUNT,
    detail,
  })
}

function figure(way: string, took: readonly number[]): Figure {
  const detail = `${took.length} failures: median ${round(percentile(took, 0.5))}, slowest ${round(Math.max(...took))} ms`
  const name = `from a failure to the message by ${way}, the slowest of a hundred`
  return { name, against: null, value: percentile(took, 0.99), unit: 'ms', goal: { most: 2000 }, detail }
}
