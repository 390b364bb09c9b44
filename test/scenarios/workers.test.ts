import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { NO_HASH } from '../../src/evidence/entry.ts'
import { LEASE_MS } from '../../src/jobs/look-loop.ts'
import { openPostgresStore } from '../../src/store/dialects/postgres.ts'
import { postgresBinaries, type RunningPostgres, startPostgres } from '../fakes/postgres.ts'
import { backproof, type Program, run } from '../fakes/program.ts'
import { Receiver } from '../fakes/receiver.ts'

const SCOPES = 12
const missing = (await postgresBinaries()) === null && !process.env.CI

const directory = mkdtempSync(join(tmpdir(), 'backproof-workers-'))
const journal = join(directory, 'journal')
/** A worker whose pid is a file in here is held in the middle of its looks. */
const holds = join(directory, 'holds')
/** A scope whose name is a file in here reports that its job has failed. */
const failing = join(directory, 'failing')

const message = z.object({
  data: z.object({
    items: z.array(z.object({ event: z.object({ kind: z.string() }), check: z.object({ id: z.string() }).nullable() })),
  }),
})

interface Look {
  scope: string
  /** The process of Backproof that has started it. */
  pid: number
  /** Of the recovery point that it reports. */
  id: string
  startedAt: number
  endedAt: number | null
}

const PROGRAM = `#!/bin/sh
at() { date +%s%3N; }
started=$(at); id=$PPID-$started-$$
echo "start $1 $PPID $id $started" >> "${journal}"
sleep 0.1
while [ -e "${holds}/$PPID" ]; do sleep 0.05; done
failure=null
[ -e "${failing}/$1" ] && failure="{\\"at\\":\\"$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)\\",\\"reason\\":\\"told to\\"}"
[ "$failure" = null ] && points="[{\\"id\\":\\"$id\\",\\"recoverable_to\\":\\"$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)\\"}]" || points='[]'
echo "end $1 $PPID $id $(at)" >> "${journal}"
echo "{\\"checks\\":[{\\"recovery_points\\":$points,\\"failure\\":$failure}],\\"complete\\":true}"
`

function looks(): Look[] {
  const byId = new Map<string, Look>()
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    const [what, scope = '', pid = '', id = '', at = ''] = line.split(' ')
    if (what === 'start') byId.set(id, { scope, pid: Number(pid), id, startedAt: Number(at), endedAt: null })
    const look = byId.get(id)
    if (what === 'end' && look) look.endedAt = Number(at)
  }
  return [...byId.values()]
}

const running = (program: Program) =>
  looks().filter(({ pid, endedAt }) => pid === program.child.pid && endedAt === null)

describe.skipIf(missing)(`several workers${missing ? ' (PostgreSQL is not installed here)' : ''}`, () => {
  let postgres: RunningPostgres
  const programs: Program[] = []
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(async () => {
    rmSync(holds, { recursive: true, force: true })
    for (const { child } of programs) child.kill('SIGKILL')
    await Promise.all(programs.map(({ ended }) => ended))
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  function configure(receiver: Receiver): string {
    for (const folder of [holds, failing]) mkdirSync(folder)
    writeFileSync(journal, '')
    const program = join(directory, 'look')
    writeFileSync(program, PROGRAM)
    chmodSync(program, 0o755)
    const commands = Array.from({ length: SCOPES }, (_, i) => `      s${i}: { argv: [./look, s${i}] }`).join('\n')
    const path = join(directory, 'backproof.yaml')
    writeFileSync(
      path,
      `server: { listen: "127.0.0.1:0" }
database: { url: "${postgres.url}" }
concurrency: 3
sources:
  jobs:
    type: command
    every: 300ms
    max_age: 1h
    commands:
${commands}
channels:
  hook: { type: webhook, url: "${receiver.url}/hook" }
`,
    )
    return path
  }

  it('share the work, take over what a dead one held, and write nothing that they have lost', {
    timeout: 180_000,
  }, async () => {
    await using receiver = await Receiver.start((response) => void setTimeout(() => response.end(), 30))
    const config = configure(receiver)
    const start = async (args: string[], ready: string) => {
      const program = backproof([...args, '--config', config])
      programs.push(program)
      await program.said(ready)
      return program
    }
    const server = await start(['serve'], 'ready')
    // none of them may make a key for the others: what to do is told at the start, and by the export
    await server.said('evidence is kept, but not signed')
    await server.said('openssl genpkey -algorithm ed25519 -out /etc/backproof/evidence.pem')
    const exported = await run(['evidence', 'export', '--config', config])
    expect(exported).toMatchObject({ status: 78, stderr: expect.stringContaining('openssl genpkey') })
    const [killed, stopped] = await Promise.all([start(['worker'], 'working'), start(['worker'], 'working')])

    // all take part, and each scope is looked at again and again
    const pids = [server, killed, stopped].map(({ child }) => child.pid)
    await expect.poll(() => new Set(looks().map(({ pid }) => pid))).toEqual(new Set(pids))
    await expect.poll(() => Math.min(...counts(looks().filter(({ endedAt }) => endedAt !== null)))).toBeGreaterThan(2)

    // what goes to and fro is told once and in its order, whichever worker looks and whichever sends
    const told = () =>
      receiver.requests
        .flatMap(({ body }) => message.parse(JSON.parse(body)).data.items)
        // that all fail together is an incident of their source
        .flatMap(({ event, check }) => (check ? [`${check.id} ${event.kind}`] : []))
    const turns = 3
    for (let turn = 0; turn < turns; turn++) {
      for (let i = 0; i < SCOPES; i++) writeFileSync(join(failing, `s${i}`), '')
      await expect.poll(() => told().length).toBe(SCOPES * (2 * turn + 1))
      for (let i = 0; i < SCOPES; i++) rmSync(join(failing, `s${i}`))
      await expect.poll(() => told().length).toBe(SCOPES * (2 * turn + 2))
    }
    for (let i = 0; i < SCOPES; i++)
      expect(told().filter((line) => line.startsWith(`jobs/s${i} `))).toEqual(
        Array.from({ length: turns }, () => [`jobs/s${i} opened`, `jobs/s${i} resolved`]).flat(),
      )

    // one dies in the middle of its looks, another stands still
    const stalledAt = Date.now()
    for (const { child } of [killed, stopped]) writeFileSync(join(holds, String(child.pid)), '')
    await expect.poll(() => Math.min(running(killed).length, running(stopped).length)).toBeGreaterThan(0)
    killed.child.kill('SIGKILL')
    stopped.child.kill('SIGSTOP')
    await killed.ended
    const silentAt = Date.now()
    const cut = [...running(killed), ...running(stopped)]
    const takenOver = () =>
      cut.map(({ scope, startedAt }) =>
        looks().find(
          (look) =>
            look.scope === scope &&
            look.startedAt > startedAt &&
            look.pid === server.child.pid &&
            look.endedAt !== null,
        ),
      )
    await expect
      .poll(() => takenOver().every((look) => look !== undefined), { timeout: LEASE_MS + 15_000, interval: 200 })
      .toBe(true)
    for (const look of takenOver()) {
      // the last renewal was a third of a lease before the worker fell silent, at the most
      expect((look?.startedAt ?? 0) - stalledAt).toBeGreaterThan((LEASE_MS * 2) / 3 - 1000)
      expect((look?.startedAt ?? 0) - stalledAt).toBeLessThan(LEASE_MS + 10_000)
    }

    // the one that stood still comes back with news of before, which nobody believes any more
    rmSync(join(holds, String(stopped.child.pid)))
    stopped.child.kill('SIGCONT')
    await stopped.said('another worker has taken this scope over')

    // and goes on to work with the others
    const backAt = Date.now()
    await expect
      .poll(
        () =>
          looks().some(
            ({ pid, startedAt, endedAt }) => pid === stopped.child.pid && startedAt > backAt && endedAt !== null,
          ),
        { timeout: 15_000 },
      )
      .toBe(true)
    rmSync(holds, { recursive: true })

    // a channel that the dead one was just sending to is taken over after its lease, which is longer than an attempt
    const outbox = await openPostgresStore({ url: postgres.url, readOnly: true })
    try {
      await expect.poll(() => outbox.read.channelsWithPending(), { timeout: 60_000 }).toEqual([])
    } finally {
      await outbox.close()
    }
    for (const { child } of [server, stopped]) child.kill('SIGTERM')
    expect(await Promise.all([server.ended, stopped.ended])).toEqual([0, 0])

    // one look at a scope at a time, but for those whose worker had fallen silent
    // (one that was just beginning then may have said so after we had counted)
    const isSilent = ({ pid, startedAt, endedAt }: ReturnType<typeof looks>[number]) =>
      (pid === killed.child.pid || pid === stopped.child.pid) &&
      startedAt < backAt &&
      (endedAt === null || endedAt >= silentAt)
    for (const one of looks())
      for (const other of looks()) {
        if (one.scope !== other.scope || one.id === other.id || isSilent(one) || other.startedAt < one.startedAt)
          continue
        expect(other.startedAt, `${other.id} began while ${one.id} ran`).toBeGreaterThanOrEqual(one.endedAt ?? 0)
      }

    const store = await openPostgresStore({ url: postgres.url })
    try {
      const written = new Set<string>()
      for (let i = 0; i < SCOPES; i++)
        for (const { id } of await store.read.points(`jobs/s${i}`, 10_000)) written.add(id)
      // what was lost was not written; what was finished was
      expect(cut.filter(({ id }) => written.has(id))).toEqual([])
      expect(takenOver().filter((look) => look && !written.has(look.id))).toEqual([])
      expect(await store.read.summary()).toMatchObject({ total: SCOPES, ok: SCOPES })
      expect(await store.read.channelsWithPending()).toEqual([])

      // whoever wrote, it is one chain, and each turn is in it once
      const entries = await store.read.evidence(0, 100_000)
      for (const [i, { seq, prev }] of entries.entries())
        expect({ seq, prev }).toEqual({ seq: i + 1, prev: entries[i - 1]?.hash ?? NO_HASH })
      const proven = entries.filter(({ kind }) => kind === 'status').map(({ body }) => body)
      const turned: string[] = []
      for (let i = 0; i < SCOPES; i++)
        for (const { check, from, to, reason } of await store.read.statusChanges(`jobs/s${i}`, 10_000))
          turned.push(JSON.stringify({ check, from, to, reason }))
      expect(proven.toSorted()).toEqual(turned.toSorted())
    } finally {
      await store.close()
    }
    for (const { stderr } of [server, stopped]) expect(stderr()).not.toMatch(/"level":"error"/)
  })
})

function counts(finished: readonly Look[]): number[] {
  return Array.from({ length: SCOPES }, (_, i) => finished.filter(({ scope }) => scope === `s${i}`).length)
}
