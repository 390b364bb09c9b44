/**
 * Heartbeats through the HTTP side alone (nothing is recorded), against a bare server of Node in the same run, each on
 * one core in a process of its own. Run: node bench/ping-path.ts [SECONDS]
 */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { JOB, startApi } from '../test/fakes/api.ts'

const SECONDS = Number(process.argv[2] ?? 2)
const ROUNDS = 3
const CONNECTIONS = 64
const GOAL = 12_000

if (process.argv[2] === 'bare') {
  const server = createServer((_, response) => response.end('OK'))
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.(typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '')
  })
  process.on('message', () => process.send?.(process.cpuUsage()))
} else if (process.argv[2] === 'ours') {
  const taken: string[] = []
  const api = await startApi()
  api.context.operations.ping = async (report) => {
    taken.push(report.kind)
    if (taken.length > 1000) taken.length = 0
    return { outcome: 'recorded' }
  }
  process.send?.(api.url)
  process.on('message', () => process.send?.(process.cpuUsage()))
} else await bench()

interface Measured {
  perSecond: number
  /** What one core could do, if it did nothing else. */
  perCpuSecond: number
}

/** One request at a time on each connection. */
function load(url: string, ms: number): Promise<number> {
  const { hostname, port } = new URL(url)
  const line = `POST /ping/${JOB} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 7\r\n\r\nexit: 0`
  const end = Date.now() + ms
  let answers = 0
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(line))
      socket.setNoDelay(true)
      socket.on('data', (chunk) => {
        assert.match(chunk.toString('latin1', 0, 16), /^HTTP\/1.1 200 OK/)
        answers += 1
        if (Date.now() < end) socket.write(line)
        else {
          socket.destroy()
          resolve()
        }
      })
      socket.on('error', reject)
    })
  return Promise.all(Array.from({ length: CONNECTIONS }, one)).then(() => answers)
}

async function measure(kind: string): Promise<Measured> {
  const child = fork(import.meta.filename, [kind])
  const [url] = await once(child, 'message')
  const cpu = async () => {
    child.send('cpu')
    const [{ user, system }] = await once(child, 'message')
    return (user + system) / 1e6
  }
  await load(url, 500)
  const before = await cpu()
  const answers = await load(url, SECONDS * 1000)
  const used = (await cpu()) - before
  child.kill()
  return { perSecond: answers / SECONDS, perCpuSecond: answers / used }
}

async function bench(): Promise<void> {
  const best: Record<string, Measured> = {}
  for (let round = 0; round < ROUNDS; round++)
    for (const kind of ['bare', 'ours']) {
      const now = await measure(kind)
      const known = best[kind]
      if (!known || now.perCpuSecond > known.perCpuSecond) best[kind] = now
    }
  const { bare, ours } = best
  assert.ok(bare && ours)
  console.log(
    `ours ${ours.perCpuSecond.toFixed(0)} pings per second of CPU (goal ${GOAL}), bare Node ${bare.perCpuSecond.toFixed(0)}: ${(ours.perCpuSecond / bare.perCpuSecond).toFixed(2)} x; on this machine now ${ours.perSecond.toFixed(0)} against ${bare.perSecond.toFixed(0)} a second`,
  )
}
