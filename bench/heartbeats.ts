import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteStore } from '../src/store/dialects/sqlite.ts'
import { backproof } from '../test/fakes/program.ts'
import { type Benchmark, type Figure, folder, ratio, spread } from './harness.ts'
import type { Answered, Order } from './peers/load.ts'

/** Pings come to so many heartbeats, on so many kept connections. */
const HEARTBEATS = 200
const CONNECTIONS = 64

const uuidOf = (n: number) => `5bf66975-d4c7-4bf5-bcc8-${n.toString(16).padStart(12, '0')}`
const PATHS = Array.from({ length: HEARTBEATS }, (_, n) => `/ping/${uuidOf(n)}`)

interface Server {
  port: number
  child: ChildProcess
}

export const heartbeats: Benchmark = {
  about: 'pings a second that are durable before they are answered, and none of them lost at kill -9',
  async run({ brief }) {
    using directory = folder()
    const [rounds, forMs] = brief ? [1, 300] : [5, 3000]
    const config = join(directory.path, 'backproof.yaml')
    writeFileSync(config, configured())
    const figures = await compare(directory.path, config, rounds, forMs)
    return [...figures, await kill(directory.path, config, brief ? 2 : 8, brief ? 400 : 1500)]
  },
}

function configured(): string {
  const entries = Array.from({ length: HEARTBEATS }, (_, n) => `      job-${n}: { uuid: ${uuidOf(n)} }`)
  return `server: { listen: "127.0.0.1:0" }\nsources:\n  jobs:\n    type: heartbeat\n    heartbeats:\n${entries.join('\n')}\n`
}

async function startOurs(config: string, data: string): Promise<Server> {
  const program = backproof(['serve', '--config', config, '--data', data])
  const [, port] = await program.said(/"address":"http:\/\/127\.0\.0\.1:(\d+)"/)
  return { port: Number(port), child: program.child }
}

async function startPeer(database: string | null): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'peers/http.ts'), database === null ? [] : [database])
  const [port] = await once(child, 'message')
  return { port, child }
}

/** `onBegun`: a first ping has been acknowledged. */
async function load(server: Server, forMs: number, onBegun = () => {}): Promise<Answered> {
  const child = fork(join(import.meta.dirname, 'peers/load.ts'))
  const order: Order = { port: server.port, paths: PATHS, connections: CONNECTIONS, forMs }
  child.send(order)
  await once(child, 'message')
  const answering = once(child, 'message')
  onBegun()
  const [answered] = await answering
  child.kill()
  return answered
}

async function stop({ child }: Server, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

async function compare(directory: string, config: string, rounds: number, forMs: number): Promise<Figure[]> {
  const data = join(directory, 'data')
  const servers = {
    ours: await startOurs(config, data),
    bare: await startPeer(null),
    each: await startPeer(join(directory, 'each.db')),
  }
  const perSecond = { ours: [] as number[], bare: [] as number[], each: [] as number[] }
  const waits: number[] = []
  let acknowledged = 0
  try {
    for (let round = -1; round < rounds; round++)
      for (const name of ['ours', 'bare', 'each'] as const) {
        const answered = await load(servers[name], forMs)
        assert.equal(answered.broken, 0)
        const total = sum(answered.acknowledged)
        assert.ok(total >= CONNECTIONS, `${total} answers on ${CONNECTIONS} connections`)
        if (name === 'ours') acknowledged += total
        // the first round warms them up
        if (round < 0) continue
        perSecond[name].push((total * 1000) / answered.tookMs)
        if (name === 'ours') waits.push(answered.p99Ms)
      }
  } finally {
    await stop(servers.ours, 'SIGTERM')
    await stop(servers.bare, 'SIGTERM')
    await stop(servers.each, 'SIGTERM')
  }
  const { bodies, checks } = await recorded(data)
  assert.equal(sum([...bodies.values()]), acknowledged)
  assert.equal(checks, Math.min(CONNECTIONS, HEARTBEATS))
  const [ours, bare, each] = [spread(perSecond.ours), spread(perSecond.bare), spread(perSecond.each)]
  const unit = 'pings/s'
  const p99 = { name: 'the slowest of a hundred pings waits', against: null, value: spread(waits).median, unit: 'ms' }
  return [
    ratio('durable pings', ours, bare, { against: "bare Node's answers", unit, goal: { least: 0.3 } }),
    ratio('durable pings', ours, each, { against: 'one commit a ping', unit }),
    { ...p99, goal: null, detail: `${CONNECTIONS} connections, each with one ping under way` },
  ]
}

/** How often each body was recorded, and how many heartbeats are ok. */
async function recorded(data: string): Promise<{ bodies: Map<string, number>; checks: number }> {
  const store = await openSqliteStore({ path: join(data, 'backproof.db'), readOnly: true })
  const bodies = new Map<string, number>()
  try {
    for (let n = 0; n < HEARTBEATS; n++)
      for (const { body } of await store.read.pings(`jobs/job-${n}`, 10_000_000))
        bodies.set(body ?? '', (bodies.get(body ?? '') ?? 0) + 1)
    const { ok } = await store.read.summary()
    return { bodies, checks: ok }
  } finally {
    await store.close()
  }
}

/** Ends the server in the middle of the load, and starts it again: whatever it has acknowledged is there. */
async function kill(directory: string, config: string, times: number, forMs: number): Promise<Figure> {
  let [lost, total] = [0, 0]
  for (let time = 0; time < times; time++) {
    const data = join(directory, `killed-${time}`)
    const server = await startOurs(config, data)
    const { acknowledged, broken } = await load(server, forMs * 4, () => {
      setTimeout(() => server.child.kill('SIGKILL'), forMs * (0.3 + 0.7 * (time / times)))
    })
    assert.equal(broken, CONNECTIONS, 'the server was killed before the load was over')
    assert.ok(sum(acknowledged) > 0, 'nothing was acknowledged before the kill')
    await stop(await startOurs(config, data), 'SIGTERM')
    const { bodies } = await recorded(data)
    for (const [connection, count] of acknowledged.entries())
      for (let n = 0; n < count; n++) if (!bodies.has(`${connection}-${n}`)) lost += 1
    total += sum(acknowledged)
  }
  assert.equal(lost, 0, `${lost} of ${total} acknowledged pings are lost`)
  const detail = `${total} acknowledged before ${times} kills`
  return {
    name: 'acknowledged pings lost by kill -9',
    against: null,
    value: lost,
    unit: 'pings',
    goal: { most: 0 },
    detail,
  }
}
