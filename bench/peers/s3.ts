/** A store for benchmarks, in a process of its own: REPOSITORIES, SNAPSHOTS of each, LATENCY in ms, the time of the newest. */
import { createHash } from 'node:crypto'
import { startS3 } from '../../test/fakes/s3-server.ts'

const [repositories = 0, snapshots = 0, latencyMs = 0, newestAt = 0] = process.argv.slice(2).map(Number)
const id = (text: string) => createHash('sha256').update(text).digest('hex')
const HOUR = 3_600_000

const objects = Array.from({ length: repositories }, (_, r) => [
  { key: `r${r}/config` },
  // the first is stale, the second has none
  ...Array.from({ length: r === 1 ? 0 : snapshots }, (__, n) => ({
    key: `r${r}/snapshots/${id(`${r} ${n}`)}`,
    lastModifiedAt: newestAt - (n + (r === 0 ? 100 : 0)) * HOUR,
  })),
]).flat()
const s3 = await startS3({ objects, latencyMs })
process.send?.(s3.url)
process.on('message', () => process.send?.(s3.requests.length))
