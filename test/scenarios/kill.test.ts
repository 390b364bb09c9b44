import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import type { IncidentEvent } from '../../src/domain/incident.ts'
import type { Delivery } from '../../src/domain/notification.ts'
import { openSqliteStore } from '../../src/store/dialects/sqlite.ts'
import { backproof } from '../fakes/program.ts'
import { Receiver } from '../fakes/receiver.ts'

const KILLS = 200
const LONGEST_LIFE_MS = 450
const STAMPS = 12

const directory = mkdtempSync(join(tmpdir(), 'backproof-kill-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** The part of a webhook's body that is looked at. */
const told = z.object({ data: z.object({ items: z.array(z.object({ event: z.object({ id: z.string() }) })) }) })

/** A reproducible unrest: the seed is printed when the test fails, with all else. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function configure(url: string): string {
  const stamps = Array.from({ length: STAMPS }, (_, i) => `      s${i}: { stamp: stamps/s${i} }`).join('\n')
  const path = join(directory, 'backproof.yaml')
  mkdirSync(join(directory, 'stamps'))
  writeFileSync(
    path,
    `server: { listen: "127.0.0.1:0" }
sources:
  marks:
    type: files
    every: 50ms
    max_age: 1h
    files:
${stamps}
channels:
  hook: { type: webhook, url: "${url}/hook" }
`,
  )
  return path
}

/** What one read of the database holds: all of it was committed. */
async function readAll(path: string) {
  const store = await openSqliteStore({ path, readOnly: true })
  try {
    const { items: incidents } = await store.read.incidents({}, 100_000)
    const events: IncidentEvent[] = []
    for (const incident of incidents) events.push(...(await store.read.events(incident.id)))
    const deliveries: Delivery[] = await store.read.deliveries({}, 100_000)
    const changes = []
    for (let i = 0; i < STAMPS; i++) changes.push(...(await store.read.statusChanges(`marks/s${i}`, 100_000)))
    return { incidents, events, deliveries, changes, evidence: await store.read.evidence(0, 1_000_000) }
  } finally {
    await store.close()
  }
}

it(`loses and invents nothing when it is killed ${KILLS} times`, { timeout: 900_000 }, async () => {
  const random = mulberry(20_261_120)
  await using receiver = await Receiver.start()
  receiver.answer = (response) => {
    const luck = random()
    if (luck < 0.01) response.writeHead(503).end()
    else if (luck < 0.02) response.destroy()
    // most lives end while a message is on its way: it arrived, and its sender never heard so
    else if (luck < 0.5) setTimeout(() => response.end(), 150)
    else response.end()
  }
  const config = configure(receiver.url)
  const database = join(directory, 'data/backproof.db')
  const args = ['serve', '--config', config, '--data', join(directory, 'data')]
  const shake = () => {
    const stamp = join(directory, 'stamps', `s${Math.floor(random() * STAMPS)}`)
    if (random() < 0.5) rmSync(stamp, { force: true })
    else writeFileSync(stamp, 'x')
  }

  for (let kill = 0; kill < KILLS; kill++) {
    for (let i = 0; i < 4; i++) shake()
    const program = backproof(args)
    await program.said('ready')
    const unrest = setInterval(shake, 40)
    await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE_MS))
    program.child.kill('SIGKILL')
    clearInterval(unrest)
    expect(await program.ended).toBe('SIGKILL')
  }

  // one last life, until nothing is left to send
  receiver.answer = (response) => response.end()
  const program = backproof(args)
  await program.said('ready')
  await expect
    .poll(async () => (await readAll(database)).deliveries.filter(({ state }) => state === 'pending').length, {
      timeout: 180_000,
      interval: 500,
    })
    .toBe(0)
  program.child.kill('SIGTERM')
  expect(await program.ended).toBe(0)

  const { incidents, events, deliveries, changes, evidence } = await readAll(database)
  // the unrest was real
  expect(changes.length).toBeGreaterThan(KILLS)
  expect(receiver.requests.length).toBeGreaterThan(KILLS / 2)

  // no status change without its incident event
  const eventsOf = new Map<string, Set<number>>()
  for (const incident of incidents)
    for (const event of events.filter((one) => one.incident === incident.id)) {
      const times = eventsOf.get(incident.subject) ?? new Set()
      eventsOf.set(incident.subject, times.add(event.at))
    }
  const untold = changes.filter(
    ({ check, at, from, to }) => !(from === null && to === 'ok') && !eventsOf.get(check)?.has(at),
  )
  expect(untold).toEqual([])

  // no status change and no event without its evidence, and none of what never was
  const proven = (kind: string) =>
    evidence.filter((entry) => entry.kind === kind).map(({ at, body }) => ({ at, ...JSON.parse(body) }))
  const changed = changes.map(({ check, at, from, to, reason }) => JSON.stringify([at, check, from, to, reason]))
  const shown = proven('status').map(({ check, at, from, to, reason }) => JSON.stringify([at, check, from, to, reason]))
  expect(shown.toSorted()).toEqual(changed.toSorted())
  expect(
    proven('incident')
      .map(({ event_id }) => String(event_id))
      .toSorted(),
  ).toEqual(events.map(({ id }) => id).toSorted())
  // all of it is one chain, signed again and again
  const file = join(directory, 'evidence.jsonl')
  const instance = ['--config', config, '--data', join(directory, 'data')]
  expect(await backproof(['evidence', 'export', ...instance, '--output', file]).ended).toBe(0)
  const verifying = backproof(['evidence', 'verify', file])
  expect(await verifying.ended).toBe(0)

  // no incident without its delivery: each beginning and end is in the outbox
  const inOutbox = new Set(deliveries.flatMap(({ notification }) => notification.items.map(({ event }) => event)))
  expect(events.filter(({ id, kind }) => (kind === 'opened' || kind === 'resolved') && !inOutbox.has(id))).toEqual([])

  // nothing sent that was not committed, and each was sent
  const sent = new Set(receiver.requests.map(({ headers }) => String(headers['webhook-id'])))
  expect([...sent].filter((key) => !deliveries.some(({ id }) => id === key))).toEqual([])
  expect(deliveries.filter(({ id, state }) => state !== 'delivered' || !sent.has(id))).toEqual([])

  // repeats carry the same key: no event is told under two
  const keys = new Map<string, Set<string>>()
  for (const { body, headers } of receiver.requests)
    for (const { event } of told.parse(JSON.parse(body)).data.items)
      keys.set(event.id, (keys.get(event.id) ?? new Set()).add(String(headers['webhook-id'])))
  expect([...keys.values()].filter((own) => own.size > 1)).toEqual([])
  // and what happened is told in its order, repeats aside
  const order = [...new Set(receiver.requests.map(({ headers }) => String(headers['webhook-id'])))]
  expect(order).toEqual(order.toSorted())
})
