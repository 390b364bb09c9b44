import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { run } from '../fakes/program.ts'
import { Workshop } from '../fakes/workshop.ts'

const workshop = new Workshop()
const { directory } = workshop
afterAll(() => workshop[Symbol.asyncDispose]())

const BEAT = '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405060'
const BEATS = `sources: { beats: { type: heartbeat, heartbeats: { nightly: { uuid: ${BEAT} } } } }\n`

/** Control characters that are no line end, and what turns the direction of a text. */
const HARMFUL = /[^\P{Cc}\n]|\u202e/u

it('a report of a gigabyte is answered, cut, and costs no memory', async () => {
  const { program, address } = await workshop.serve(workshop.folder('gigabyte', BEATS))
  const peak = () =>
    Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${program.child.pid}/status`, 'utf8'))?.[1]) * 1024
  await (await fetch(`${address}/ping/${BEAT}`)).text()
  const before = peak()
  const answered = await new Promise<number>((resolve, reject) => {
    const posted = request(
      `${address}/ping/${BEAT}`,
      { method: 'POST', headers: { 'content-length': String(2 ** 30) } },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    const part = Buffer.alloc(1_048_576, 'x')
    let left = 1024
    const more = () => {
      while (left-- > 0 && !posted.destroyed) if (!posted.write(part)) return
      if (left < 0) posted.end()
    }
    posted.on('drain', more)
    // it is cut off in the end, after its answer
    posted.on('error', () => resolve(0))
    posted.on('close', () => reject(new Error('closed without an answer')))
    more()
  })
  expect(answered).toBe(200)
  expect(peak() - before).toBeLessThan(64 * 1_048_576)
  const pings = await (await fetch(`${address}/api/v1/checks/${encodeURIComponent('beats/nightly')}/pings`)).text()
  expect(pings.length).toBeLessThan(40_000)
  expect(pings).toContain('xxx')
  await workshop.stop({ program, address })
})

describe('names that mean harm', () => {
  const NASTY = `\u001b]0;owned\u0007 "q" 'a' <script>alert(1)</script> | a=b \u202eevil 💾`
  const cwd = () => join(directory, 'nasty')

  it('are shown as text, everywhere', async () => {
    workshop.folder(
      'nasty',
      `sources:
  dumps: { type: files, files: { "a 'q' <b> | é=1 💾": { path: dumps, pattern: "*.dump", min_size: 100 } } }
  jobs: { type: command, commands: { "c 'q' <b> | é=1 💾": { argv: [./report], max_age: 1h } } }
`,
    )
    mkdirSync(join(cwd(), 'dumps'))
    for (const name of ['evil\n# HELP x\n.dump', `${NASTY.replaceAll('/', '')}.dump`])
      writeFileSync(join(cwd(), 'dumps', name), 'x')
    const report = {
      complete: true,
      checks: [
        {
          name: 'x "q" <b>',
          resource: { id: NASTY, name: `${NASTY}\n# HELP` },
          tags: { [NASTY]: NASTY },
          detail: NASTY,
          recovery_points: [
            { id: NASTY, recoverable_to: '2020-01-01T00:00:00Z', state: 'failed', problem: `${NASTY}\nOK` },
          ],
          failure: { at: '2020-01-01T00:00:00Z', reason: `${NASTY}\nOK all is well | a=1` },
        },
      ],
    }
    writeFileSync(join(cwd(), 'report.json'), JSON.stringify(report))
    writeFileSync(join(cwd(), 'report'), '#!/bin/sh\ncat report.json\n', { mode: 0o755 })

    for (const format of ['table', 'nagios', 'checkmk', 'prometheus', 'json', 'ndjson']) {
      const { status, stdout, stderr } = await run(['check', '--format', format], { cwd: cwd() })
      expect(stderr).toBe('')
      expect([0, 1, 2]).toContain(status)
      if (format !== 'json' && format !== 'ndjson') expect(stdout, format).not.toMatch(HARMFUL)
      else
        for (const text of format === 'json' ? [stdout] : stdout.trim().split('\n'))
          expect(() => void JSON.parse(text)).not.toThrow()
      if (format === 'nagios') {
        // a line a check and one for all; what stands behind the one pipe are numbers
        expect(stdout.trim().split('\n')).toHaveLength(3)
        expect(stdout.match(/\|/g)?.length ?? 0).toBeLessThanOrEqual(1)
      }
      if (format === 'checkmk')
        expect(
          stdout
            .trim()
            .split('\n')
            .every((line) => /^[0-3] "[^"]+" \S+ /.test(line)),
        ).toBe(true)
      if (format === 'prometheus')
        expect(
          stdout
            .trim()
            .split('\n')
            .filter(
              (line) => !/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? \S+)$/u.test(line),
            ),
        ).toEqual([])
    }
  })

  it('come out of the API as JSON, and are no page', async () => {
    const served = await workshop.serve(cwd())
    await expect
      .poll(async () => (await (await fetch(`${served.address}/api/v1/sources`)).text()).includes('"never"'))
      .toBe(false)
    const answer = await fetch(`${served.address}/api/v1/checks`)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const { items } = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(await answer.json())
    expect(items.map(({ id }) => id).sort()).toEqual(["dumps/a 'q' <b> | é=1 💾", `jobs/c 'q' <b> | é=1 💾/x "q" <b>`])
    for (const { id } of items)
      expect((await fetch(`${served.address}/api/v1/checks/${encodeURIComponent(id)}`)).status).toBe(200)
    const metrics = await (await fetch(`${served.address}/metrics`)).text()
    expect(metrics).not.toMatch(HARMFUL)
    const status = await run(['status', '--all'], { cwd: cwd() })
    expect(status.stdout).not.toMatch(HARMFUL)
    await workshop.stop(served)
    expect(served.program.stderr()).not.toMatch(HARMFUL)
  })
})

/** A disk of its own, which only root can have. */
const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0

it.skipIf(!canMount)('a full disk is told, and nothing is lost when there is room again', async (test) => {
  const cwd = workshop.folder('full', BEATS)
  const disk = join(cwd, 'disk')
  mkdirSync(disk)
  // in some containers not even root may
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status !== 0)
    return test.skip('no tmpfs can be mounted here')
  try {
    const { program, address } = await workshop.serve(cwd, ['--data', join(disk, 'data')])
    const ping = async (body: string) => (await fetch(`${address}/ping/${BEAT}`, { method: 'POST', body })).status
    const ready = async () => (await fetch(`${address}/readyz`)).status
    expect([await ping('first'), await ready()]).toEqual([200, 200])
    const dd = spawn('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=4096'], { stdio: 'ignore' })
    await once(dd, 'exit')

    let taken = 1
    for (let status = 200; status === 200 && taken < 500; ) {
      status = await ping(`${taken}${'x'.repeat(9000)}`)
      if (status === 200) taken += 1
      else expect(status).toBe(503)
    }
    await expect.poll(ready).toBe(503)
    const problem = await fetch(`${address}/api/v1/summary`)
    expect(await problem.text()).toContain('full')
    expect(await ping('while it is full')).toBe(503)

    rmSync(join(disk, 'filler'))
    await expect.poll(() => ping('there is room')).toBe(200)
    await expect.poll(ready).toBe(200)
    await workshop.stop({ program, address })
    const database = new DatabaseSync(join(disk, 'data/backproof.db'), { readOnly: true })
    const kept = z.object({ n: z.number() }).parse(database.prepare('select count(*) as n from ping').get()).n
    database.close()
    // all that was answered with 200, and nothing that was not
    expect(kept).toBe(taken + 1)
  } finally {
    await workshop.killAll()
    spawnSync('umount', [disk])
  }
})
