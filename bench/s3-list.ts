/**
 * CPU of finding the newest of N dumps in a flat prefix, against the paginator of Amazon's SDK in the same run, and the
 * requests of the look after it. The store is a process of its own. Run: node bench/s3-list.ts [N]
 */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { openBucket } from '../src/lib/s3/index.ts'
import { dumpsOf, s3DumpsConfig } from '../src/sources/s3-dumps/config.ts'
import { readDump } from '../src/sources/s3-dumps/read-dump.ts'
import { startS3 } from '../test/fakes/s3-server.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const COUNT = Number(process.argv[2] ?? 200_000)
const ROUNDS = 3
const accessKeyId = 'AKIAEXAMPLE'
const secretAccessKey = 'secret/of/the/benchmark'

/** Names without order, as a service gives them; the newest lies somewhere in the middle. */
function keyOf(index: number): string {
  return `dumps/${((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}-appdb-nightly.dump.gz`
}

if (process.argv[2] === 'serve') {
  const count = Number(process.argv[3])
  const objects = Array.from({ length: count }, (_, index) => ({
    key: keyOf(index),
    lastModifiedAt: NOW - (((index * 7919) % count) + 1) * 60_000,
  }))
  objects.push({ key: keyOf(count), lastModifiedAt: NOW - 30_000 })
  const s3 = await startS3({ objects })
  process.send?.({ url: s3.url })
  process.on('message', () => process.send?.({ requests: s3.requests.length }))
} else await bench()

async function bench(): Promise<void> {
  const server = fork(import.meta.filename, ['serve', String(COUNT)])
  const ask = async (): Promise<{ url: string; requests: number }> => {
    const [message] = await once(server, 'message')
    return message
  }
  const { url } = await ask()
  const requests = async () => {
    server.send('requests')
    return (await ask()).requests
  }
  const credentials = { accessKeyId, secretAccessKey }
  const sdk = new S3Client({ endpoint: url, forcePathStyle: true, region: 'us-east-1', credentials })
  const bucket = openBucket({ endpoint: url, bucket: 'bucket', credentials: async () => credentials })
  const [dump] = dumpsOf('s3', s3DumpsConfig.parse({ bucket: 'bucket', prefix: 'dumps/' }))
  if (!dump) throw new Error('no dump is configured')
  const wanted = dump

  async function bySdk(): Promise<string | undefined> {
    let newest: { key: string | undefined; at: number } = { key: undefined, at: 0 }
    for await (const page of paginateListObjectsV2({ client: sdk }, { Bucket: 'bucket', Prefix: 'dumps/' }))
      for (const { Key, LastModified } of page.Contents ?? [])
        if (LastModified && LastModified.getTime() > newest.at) newest = { key: Key, at: LastModified.getTime() }
    return newest.key
  }
  let memory: unknown = null
  async function byUs(): Promise<string | undefined> {
    const read = await readDump(bucket, wanted, {
      now: NOW,
      memory,
      signal: new AbortController().signal,
    })
    memory = read.memory
    assert.equal(read.tally.matching, COUNT + 1)
    return read.tally.newest()?.key
  }

  const cpu = { sdk: [] as number[], us: [] as number[] }
  const wall = { sdk: [] as number[], us: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [who, work] of [
      ['us', byUs],
      ['sdk', bySdk],
    ] as const) {
      const before = await requests()
      const begun = process.cpuUsage()
      const at = performance.now()
      // the answer is planted: speed without it is worth nothing
      assert.equal(await work(), keyOf(COUNT))
      const { user, system } = process.cpuUsage(begun)
      wall[who].push(performance.now() - at)
      cpu[who].push((user + system) / 1000)
      console.log(
        `${who.padEnd(4)} ${cpu[who].at(-1)?.toFixed(0)} ms CPU, ${wall[who].at(-1)?.toFixed(0)} ms, ${(await requests()) - before} requests`,
      )
    }
  }
  const best = (times: number[]) => Math.min(...times)
  const ratio = best(cpu.sdk) / best(cpu.us)
  console.log(
    `${COUNT} keys: CPU 1/${ratio.toFixed(1)} of the SDK's (${best(cpu.us).toFixed(0)} against ${best(cpu.sdk).toFixed(0)} ms), wall 1/${(best(wall.sdk) / best(wall.us)).toFixed(1)}, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB with the SDK's garbage`,
  )
  sdk.destroy()
  server.kill()
}
