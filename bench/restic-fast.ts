import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { checkReport } from '../src/app/check.ts'
import { load } from '../src/app/load.ts'
import { type Benchmark, type Figure, folder, interleave, ratio, wallMs } from './harness.ts'

const SNAPSHOTS = 200
const LATENCY_MS = 50
/** Scopes at the same time, here and in the floor. */
const AT_ONCE = 10

export const resticFast: Benchmark = {
  about: '`check` of restic repositories in fast mode: over S3 with 50 ms of latency, and local',
  async run({ brief }) {
    const count = brief ? 12 : 50
    return [...(await overS3(count, brief ? 1 : 7)), ...(await local(count, brief ? 1 : 9))]
  },
}

function configured(root: string, name: string, url: string, count: number, extra = ''): string {
  const path = join(root, `${name}.yaml`)
  const entries = Array.from({ length: count }, (_, n) => `      r${n}: {}`).join('\n')
  const text = `concurrency: ${AT_ONCE}\nsources:\n  fleet:\n    type: restic\n    mode: fast\n    max_age: 1d\n    url: "${url}"\n${extra}    repositories:\n${entries}\n`
  writeFileSync(path, text)
  return path
}

/** All repositories, judged; the first is stale and the second has no snapshot. */
async function look(path: string, count: number): Promise<void> {
  const config = await load({ config: path })
  const signal = new AbortController().signal
  const { report } = await checkReport(config, { selectors: [], push: false, signal, onProgress: () => undefined })
  assert.deepEqual(
    [report.summary.total, report.summary.ok, report.summary.stale, report.summary.missing],
    [count, count - 2, 1, 1],
  )
}

async function overS3(count: number, rounds: number): Promise<Figure[]> {
  using directory = folder()
  const args = [count, SNAPSHOTS, LATENCY_MS, Date.now()].map(String)
  const server = fork(join(import.meta.dirname, 'peers/s3.ts'), args)
  try {
    const [url]: string[] = await once(server, 'message')
    assert.ok(url)
    const asked = async (): Promise<number> => {
      server.send('requests')
      const [requests] = await once(server, 'message')
      return requests
    }
    const credentials = `    extra_env: { AWS_ACCESS_KEY_ID: AKIAEXAMPLE, AWS_SECRET_ACCESS_KEY: secret/of/the/benchmark }\n`
    const path = configured(directory.path, 's3', `s3:${url}/bucket/{{ .Name }}`, count, credentials)
    await look(path, count)
    const before = await asked()
    await look(path, count)
    const requests = (await asked()) - before
    const { ours, base } = await interleave(rounds, {
      ours: () => wallMs(() => look(path, count)),
      base: () => wallMs(() => floor(url, count)),
    })
    return [
      {
        name: 'requests of a repository over S3',
        against: null,
        value: requests / count,
        unit: 'requests',
        goal: { most: 2 },
        detail: `${requests} for ${count} repositories of ${SNAPSHOTS} snapshots`,
      },
      ratio(`check of ${count} repositories over S3`, ours, base, {
        against: `the latency floor (the bare lists, ${AT_ONCE} at a time, unread)`,
        goal: { most: 1.3 },
      }),
    ]
  } finally {
    server.kill()
  }
}

/** One list of each repository on as many kept connections: nothing is signed, read or judged. */
async function floor(url: string, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const one = (n: number) =>
    new Promise<void>((resolve, reject) => {
      const sent = request(`${url}/bucket?list-type=2&prefix=r${n}/snapshots/`, { agent }, (response) => {
        response.resume().on('end', resolve)
      })
      sent.on('error', reject).end()
    })
  await Promise.all(Array.from({ length: count }, (_, n) => one(n)))
  agent.destroy()
}

async function local(count: number, rounds: number): Promise<Figure[]> {
  using directory = folder()
  const root = directory.path
  const old = new Date(Date.now() - 100 * 3_600_000)
  for (let r = 0; r < count; r++) {
    const snapshots = join(root, `r${r}`, 'snapshots')
    mkdirSync(snapshots, { recursive: true })
    writeFileSync(join(root, `r${r}`, 'config'), 'x')
    for (let n = 0; n < (r === 1 ? 0 : SNAPSHOTS); n++) {
      const file = join(snapshots, (r * SNAPSHOTS + n).toString(16).padStart(64, '0'))
      writeFileSync(file, 'x')
      if (r === 0) utimesSync(file, old, old)
    }
  }
  const path = configured(root, 'local', join(root, '{{ .Name }}'), count)
  await look(path, count)
  const bare = () => {
    let newest = 0
    for (let r = 0; r < count; r++) {
      const snapshots = join(root, `r${r}`, 'snapshots')
      for (const name of readdirSync(snapshots)) newest = Math.max(newest, statSync(join(snapshots, name)).mtimeMs)
    }
    assert.ok(newest > 0)
  }
  const { ours, base } = await interleave(rounds, {
    ours: () => wallMs(() => look(path, count)),
    base: () => wallMs(bare),
  })
  return [
    ratio(`check of ${count} local repositories`, ours, base, { against: 'a bare readdir and stat of each file' }),
  ]
}
