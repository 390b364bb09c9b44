import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { openBucket } from '../src/lib/s3/index.ts'
import { readDump } from '../src/sources/parts/s3-dump/read-dump.ts'
import { dumpsOf, s3DumpsConfig } from '../src/sources/s3-dumps/config.ts'
import { type Benchmark, cpuMs, interleave, ratio } from './harness.ts'

export const NOW = Date.parse('2026-11-20T12:00:00Z')
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret/of/the/benchmark' }

/** Names without order, as a service gives them. */
export function keyOf(index: number): string {
  return `dumps/${((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}-appdb-nightly.dump.gz`
}

export const s3List: Benchmark = {
  about: "CPU of finding the newest of 200,000 dumps in a flat prefix, against the paginator of Amazon's SDK",
  async run({ brief }) {
    const count = brief ? 3_000 : 200_000
    const server = fork(join(import.meta.dirname, 'peers/s3-dumps.ts'), [String(count)])
    const [url]: string[] = await once(server, 'message')
    assert.ok(url)
    const sdk = new S3Client({ endpoint: url, forcePathStyle: true, region: 'us-east-1', credentials })
    const bucket = openBucket({ endpoint: url, bucket: 'bucket', credentials: async () => credentials })
    const [dump] = dumpsOf('s3', s3DumpsConfig.parse({ bucket: 'bucket', prefix: 'dumps/' }))
    assert.ok(dump)
    const wanted = dump

    async function bySdk(): Promise<void> {
      let newest: { key: string | undefined; at: number } = { key: undefined, at: 0 }
      for await (const page of paginateListObjectsV2({ client: sdk }, { Bucket: 'bucket', Prefix: 'dumps/' }))
        for (const { Key, LastModified } of page.Contents ?? [])
          if (LastModified && LastModified.getTime() > newest.at) newest = { key: Key, at: LastModified.getTime() }
      assert.equal(newest.key, keyOf(count))
    }
    let memory: unknown = null
    async function byUs(): Promise<void> {
      const read = await readDump(bucket, wanted, { now: NOW, memory, signal: new AbortController().signal })
      memory = read.memory
      assert.equal(read.tally.matching, count + 1)
      // the answer is planted: speed without it is worth nothing
      assert.equal(read.tally.newest()?.key, keyOf(count))
    }
    try {
      const { ours, base } = await interleave(brief ? 1 : 3, { ours: () => cpuMs(byUs), base: () => cpuMs(bySdk) })
      return [ratio(`CPU of listing ${count} keys`, ours, base, { against: "the SDK's paginator" })]
    } finally {
      sdk.destroy()
      server.kill()
    }
  },
}
