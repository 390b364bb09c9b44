import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { EC2Client, paginateDescribeSnapshots, paginateDescribeVolumes } from '@aws-sdk/client-ec2'
import { openAccount } from '../src/sources/aws/account.ts'
import { awsConfig } from '../src/sources/aws/config.ts'
import { openEbs } from '../src/sources/aws/ebs/fetch.ts'
import { readVolumes } from '../src/sources/aws/ebs/read.ts'
import type { NewestSnapshots } from '../src/sources/aws/ebs/snapshot.ts'
import { snapshotXml } from '../test/fakes/aws-ec2.ts'
import { type Benchmark, cpuMs, type Figure, interleave, ratio, settle, spread } from './harness.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const HOUR = 3_600_000
const WEEK_MS = 168 * HOUR
const ACCOUNT = '123456789012'
const REGION = 'eu-central-1'
const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret of the benchmark' }
/** Each volume has as many snapshots, days apart. */
const EACH = 10
const PAGE = 1000

interface Planted {
  volume: string
  snapshots: { id: string; volume: string; startedAt: string }[]
}

/** Every hundredth volume has nothing within the week, every thousandth nothing at all. */
function plant(index: number): Planted {
  const volume = `vol-${index.toString(16).padStart(17, '0')}`
  if (index % 1000 === 999) return { volume, snapshots: [] }
  const first = index % 100 === 50 ? 400 * HOUR : ((index * 7919) % 100) * 60_000
  // two days apart: of ten, three or four lie within the week
  const snapshots = Array.from({ length: EACH }, (_, n) => ({
    id: `snap-${(index * EACH + n).toString(16).padStart(17, '0')}`,
    volume,
    startedAt: new Date(NOW - first - n * 48 * HOUR - HOUR).toISOString(),
  }))
  return { volume, snapshots }
}

const newestOf = ({ snapshots }: Planted) => snapshots[0]?.id

/** A server of its own process: pages are made beforehand, so that it is not what is measured. */
async function serve(volumes: number): Promise<void> {
  const byDay = new Map<string, string[]>()
  const byVolume = new Map<string, string[]>()
  const all: string[] = []
  const volumeItems: string[] = []
  for (let index = 0; index < volumes; index++) {
    const { volume, snapshots } = plant(index)
    volumeItems.push(
      `<item><volumeId>${volume}</volumeId><size>8</size><status>in-use</status><createTime>2024-01-01T00:00:00.000Z</createTime><attachmentSet><item><volumeId>${volume}</volumeId><instanceId>i-0123456789abcdef0</instanceId><device>/dev/xvda</device><status>attached</status><attachTime>2024-01-01T00:00:00.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></item></attachmentSet><tagSet><item><key>Name</key><value>data of shop ${index}</value></item><item><key>env</key><value>prod</value></item></tagSet><volumeType>gp3</volumeType><iops>3000</iops><encrypted>true</encrypted></item>`,
    )
    for (const snapshot of snapshots) {
      const text = snapshotXml({
        ...snapshot,
        description: 'Created by the policy',
        tags: { app: 'shop', owner: 'team-a' },
      })
      all.push(text)
      for (const [map, key] of [
        [byDay, `${snapshot.startedAt.slice(0, 10)}*`],
        [byVolume, volume],
      ] as const) {
        const list = map.get(key)
        if (list) list.push(text)
        else map.set(key, [text])
      }
    }
  }
  const wanted = (parameters: URLSearchParams): string[] => {
    if (parameters.get('Action') === 'DescribeVolumes') return volumeItems
    const map = { 'start-time': byDay, 'volume-id': byVolume }[parameters.get('Filter.1.Name') ?? '']
    if (!map) return all
    const items: string[] = []
    for (let n = 1; parameters.has(`Filter.1.Value.${n}`); n++)
      for (const item of map.get(parameters.get(`Filter.1.Value.${n}`) ?? '') ?? []) items.push(item)
    return items
  }
  let requests = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      requests += 1
      const parameters = new URLSearchParams(Buffer.concat(parts).toString())
      const action = parameters.get('Action')
      const [set, items] = [action === 'DescribeVolumes' ? 'volumeSet' : 'snapshotSet', wanted(parameters)]
      const from = Number(parameters.get('NextToken') ?? 0)
      const next = from + PAGE < items.length ? `<nextToken>${from + PAGE}</nextToken>` : ''
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><${set}>${items.slice(from, from + PAGE).join('')}</${set}>${next}</${action}Response>`
      response.writeHead(200, { 'content-type': 'text/xml;charset=UTF-8' }).end(body)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.(typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '')
  })
  process.on('message', () => process.send?.(requests))
}

if (process.argv[2] === 'serve') await serve(Number(process.argv[3]))

/** The newest completed snapshot of each volume, as one would write it with the SDK. */
async function bySdk(url: string): Promise<Map<string, string>> {
  const client = new EC2Client({ endpoint: url, region: REGION, credentials: KEYS })
  const newest = new Map<string, { id: string; at: number }>()
  const volumes = new Set<string>()
  const pages = paginateDescribeSnapshots({ client, pageSize: PAGE }, { OwnerIds: ['self'] })
  for await (const { Snapshots = [] } of pages)
    for (const { SnapshotId = '', VolumeId = '', StartTime, State } of Snapshots) {
      const at = StartTime?.getTime() ?? 0
      const known = newest.get(VolumeId)
      if (State === 'completed' && (!known || known.at < at)) newest.set(VolumeId, { id: SnapshotId, at })
    }
  for await (const { Volumes = [] } of paginateDescribeVolumes({ client, pageSize: PAGE }, {}))
    for (const { VolumeId = '' } of Volumes) volumes.add(VolumeId)
  client.destroy()
  return new Map([...newest].flatMap(([volume, { id }]) => (volumes.has(volume) ? [[volume, id]] : [])))
}

async function byUs(url: string, fullAt: number | null): Promise<Map<string, string>> {
  const { byVolume } = await readNewest(url, fullAt)
  return new Map([...byVolume].flatMap(([volume, { completed }]) => (completed ? [[volume, completed.id]] : [])))
}

async function readNewest(url: string, fullAt: number | null): Promise<NewestSnapshots> {
  const config = awsConfig.parse({
    endpoint: url,
    access_key_id: KEYS.accessKeyId,
    secret_access_key: KEYS.secretAccessKey,
  })
  const own = { id: ACCOUNT, roleArn: null, externalId: undefined, profile: undefined, regions: [REGION] }
  const account = openAccount(config, own)
  const signal = AbortSignal.timeout(600_000)
  // without the limit of requests a second: what is measured is what is done for each
  const reader = await openEbs({ account, region: REGION, signal, limited: false })
  const memory = { since: NOW - 48 * HOUR, fullAt, hasWindow: true, waste: null }
  const { newest } = await readVolumes(reader, {
    now: NOW,
    maxAgeMs: WEEK_MS,
    staleAfterMs: 90 * 24 * HOUR,
    withBackup: true,
    memory,
    isWanted: () => true,
  })
  reader.close()
  return newest
}

/** The most that a process of its own, bundled and set as the program is that is shipped, takes while it reads everything; MiB. */
async function peakMiB(url: string): Promise<number> {
  const { build } = await import('esbuild')
  const outfile = join(import.meta.dirname, '../dist/bench/aws-ebs.mjs')
  await build({
    entryPoints: [import.meta.filename],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node24',
  })
  const reader = fork(outfile, ['read', url], { execArgv: ['--max-semi-space-size=4'] })
  const [kib] = await once(reader, 'message')
  return Number(kib) / 1024
}

if (process.argv[2] === 'read') {
  const { byVolume } = await readNewest(process.argv[3] ?? '', NOW - 48 * HOUR)
  assert.ok(byVolume.size > 0)
  process.send?.(process.resourceUsage().maxRSS)
  process.disconnect()
}

export const awsEbs: Benchmark = {
  about: 'finding the newest snapshot of each EBS volume, against the paginator of the SDK',
  async run({ brief }) {
    const volumes = brief ? 10_000 : 100_000
    const planted = new Map<string, string>()
    for (let index = 0; index < volumes; index++) {
      const each = plant(index)
      const id = newestOf(each)
      if (id !== undefined) planted.set(each.volume, id)
    }
    const server = fork(import.meta.filename, ['serve', String(volumes)])
    const [url] = await once(server, 'message')
    const requests = async (): Promise<number> => {
      server.send('requests')
      const [count] = await once(server, 'message')
      return count
    }
    const calls: Record<string, number> = {}
    const measured = async (name: string, work: () => Promise<Map<string, string>>) => {
      const before = await requests()
      let found = new Map<string, string>()
      settle()
      const cpu = await cpuMs(async () => {
        found = await work()
      })
      calls[name] = (await requests()) - before
      // speed that skips what is stale or missing is worth nothing
      assert.deepEqual(found, planted)
      return cpu
    }
    // what is loaded once is not of a look
    await byUs(url, NOW)
    const full: number[] = []
    const { ours, base } = await interleave(brief ? 1 : 3, {
      ours: async () => {
        full.push(await measured('full', () => byUs(url, NOW - 48 * HOUR)))
        return measured('look', () => byUs(url, NOW))
      },
      base: () => measured('sdk', () => bySdk(url)),
    })
    const peak = await peakMiB(String(url))
    server.kill()
    const against = `the SDK's paginators (${volumes} volumes, ${planted.size * EACH} snapshots)`
    const figures: Figure[] = [
      ratio('CPU of a look', ours, base, { against, goal: { most: 0.1 } }),
      ratio("CPU of a day's full read", spread(full), base, { against }),
    ]
    figures.push({
      name: 'memory of a full read',
      against: null,
      value: peak,
      unit: 'MiB',
      goal: { most: 250 },
      detail: 'the most that was resident, of a process that does nothing else',
    })
    const detail = `a full read: ${calls.full}, the SDK: ${calls.sdk}`
    figures.push({ name: 'requests of a look', against: null, value: calls.look ?? 0, unit: '', goal: null, detail })
    return figures
  },
}
