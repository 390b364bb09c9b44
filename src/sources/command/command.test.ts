import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scanContext, scanOf } from '../../../test/fakes/scan.ts'
import { instant } from '../../domain/instant.ts'
import { command } from './index.ts'

const NOW = instant(Date.UTC(2026, 10, 20, 12))
const SECRET = 'canary-hunter2-$-"quote"'
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'command-source-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

type More = Parameters<typeof scanOf>[2]
const scan = (settings: object, more: More = {}) =>
  scanOf(command, { commands: { job: settings } }, { now: NOW, directory: dir, ...more })
const prints = (value: unknown, settings: object = {}, more: More = {}) =>
  scan({ argv: ['printf', '%s', JSON.stringify(value)], ...settings }, more)
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    // a zombie waits for its parent alone
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('observations in JSON', () => {
  test('one check without a name is the command itself', async () => {
    const { said } = await prints({
      checks: [
        {
          recovery_points: [
            { id: 'b', recoverable_to: '2026-11-20T11:00:00Z', completed_at: '2026-11-20T11:05:00Z', size_bytes: 7 },
            { id: 'c', recoverable_to: '2026-11-20T11:30:00Z', size_bytes: 0 },
            { id: 'd', recoverable_to: '2026-11-20T11:40:00Z', state: 'pending', problem: 'still\u001b[31m\nrunning' },
          ],
        },
      ],
      complete: true,
    })
    const nothing = { completedAt: null, sizeBytes: null, problem: null }
    expect(said).toEqual([
      {
        kind: 'resource',
        check: 'src/job',
        type: 'command',
        resource: { id: 'src/job', name: 'job', provider: null, account: null, region: null, tags: {} },
      },
      {
        kind: 'recovery-point',
        point: {
          check: 'src/job',
          id: 'b',
          recoverableTo: NOW - 3_600_000,
          completedAt: NOW - 3_300_000,
          sizeBytes: 7,
          state: 'complete',
          problem: null,
        },
      },
      {
        kind: 'recovery-point',
        point: {
          ...nothing,
          check: 'src/job',
          id: 'c',
          recoverableTo: NOW - 1_800_000,
          sizeBytes: 0,
          state: 'implausible',
          problem: 'it is empty',
        },
      },
      {
        kind: 'recovery-point',
        point: {
          ...nothing,
          check: 'src/job',
          id: 'd',
          recoverableTo: NOW - 1_200_000,
          state: 'pending',
          problem: 'still [31m running',
        },
      },
      { kind: 'scope-complete', scope: 'src/job', points: 'newest' },
    ])
  })

  test('named checks, with what is known of their resources and failures, a line each', async () => {
    const web = {
      name: 'web/blog',
      recovery_points: [],
      resource: { id: 'vm-5', name: 'Blog', provider: 'hetzner', account: 'acme', region: 'fsn1' },
      tags: { team: 'web' },
      failure: { at: '2026-11-20T10:00:00Z', reason: 'disk full' },
      detail: 'by the nightly job',
    }
    const { checks, failures, fault } = await scan({ shell: `echo '${JSON.stringify(web)}'; echo '{"complete":true}'` })
    expect(fault).toBeNull()
    expect(checks).toEqual([
      {
        kind: 'resource',
        check: 'src/job/web/blog',
        type: 'command',
        resource: {
          id: 'vm-5',
          name: 'Blog',
          provider: 'hetzner',
          account: 'acme',
          region: 'fsn1',
          tags: { team: 'web' },
        },
        detail: 'by the nightly job',
      },
    ])
    expect(failures).toEqual([
      { kind: 'job-failure', check: 'src/job/web/blog', at: NOW - 7_200_000, reason: 'disk full' },
    ])
  })

  test.each([
    [
      'another status',
      { shell: 'echo "{}"; echo "no route to host" >&2; exit 4' },
      'tool',
      /status 4: no route to host/,
    ],
    ['silence', { shell: 'exit 1' }, 'tool', /status 1, and said nothing/],
    ['garbage', { shell: 'echo hello; echo "a hint" >&2' }, 'unreadable', /line 1 is not JSON.*a hint/],
    ['what is not complete', { shell: `echo '{"checks":[]}'` }, 'unreadable', /"complete": true/],
    ['too much', { shell: 'yes', max_output: '100kB' }, 'unreadable', /more than 97\.7 KiB/],
    ['no end', { shell: 'echo waiting >&2; sleep 30', timeout: '200ms' }, 'timeout', /longer than 200ms.*waiting/],
    ['no program', { argv: ['no-such-program-here'] }, 'tool', /not found on the PATH/],
    ['no such file', { argv: ['./gone.sh'] }, 'tool', /there is no such file/],
    ['no folder to run in', { argv: ['true'], cwd: 'gone' }, 'tool', /working directory/],
    ['a crash', { shell: 'kill -SEGV $$' }, 'tool', /ended by SIGSEGV/],
  ])('%s is a failure to look', async (_, settings, kind, message) => {
    const { fault, said } = await scan(settings)
    expect(said).toHaveLength(1)
    expect(fault).toEqual({ kind, message: expect.stringMatching(message), advice: expect.any(String) })
    expect(fault?.message).toContain('src/job')
  })

  test('a program that may not be executed says so', async () => {
    writeFileSync(join(dir, 'plain.txt'), 'x')
    chmodSync(join(dir, 'plain.txt'), 0o644)
    expect((await scan({ argv: ['./plain.txt'] })).fault).toMatchObject({
      kind: 'tool',
      message: expect.stringContaining('permission denied'),
    })
  })
})

describe('the child', () => {
  test('gets PATH, HOME, LANG, TZ and its own environment, and nothing of ours', async () => {
    process.env.BACKPROOF_CANARY = 'do-not-inherit'
    try {
      writeFileSync(join(dir, 'token'), 'from-a-file\n')
      const env = { TOKEN: `\${file:${join(dir, 'token')}}`, TZ: 'Europe/Berlin', PORT: 5432 }
      await scan({ shell: 'env > env.txt', env })
      const inherited = readFileSync(join(dir, 'env.txt'), 'utf8')
        .split('\n')
        .map((line) => line.split('=', 2))
      const seen = new Map(inherited.map(([name = '', value]) => [name, value]))
      expect(seen.get('TOKEN')).toBe('from-a-file')
      expect(seen.get('TZ')).toBe('Europe/Berlin')
      expect(seen.get('PORT')).toBe('5432')
      expect(seen.has('PATH')).toBe(true)
      const own = ['PWD', 'OLDPWD', 'SHLVL', '_', '']
      const allowed = ['PATH', 'HOME', 'LANG', 'TZ', 'TOKEN', 'PORT', ...own]
      expect([...seen.keys()].filter((name) => !allowed.includes(name))).toEqual([])
    } finally {
      delete process.env.BACKPROOF_CANARY
    }
  })

  test('runs where the configuration file lies, or in cwd, without a shell unless one is asked for', async () => {
    writeFileSync(join(dir, 'here.sh'), '#!/bin/sh\npwd -P >&2; echo "$1" >&2; exit 1\n')
    chmodSync(join(dir, 'here.sh'), 0o755)
    const { fault } = await scan({ argv: ['./here.sh', '$(id) ; `id`'] })
    expect(fault?.message).toContain(`${dir.replace(/^\/private/, '')} $(id) ; \`id\``)
    expect((await scan({ shell: 'pwd >&2; exit 1', cwd: '/' })).fault?.message).toContain(': /.')
  })

  test('is gone after an abort, with all that it has started', async () => {
    const controller = new AbortController()
    const started = performance.now()
    const scanning = scan({ shell: 'sleep 60 & echo $! > pid; wait' }, { signal: controller.signal })
    await expect
      .poll(() => readFileSync(join(dir, 'pid'), { encoding: 'utf8', flag: 'a+' }), { interval: 10 })
      .toMatch(/\d\n/)
    controller.abort()
    const { fault, said } = await scanning
    expect(said).toHaveLength(1)
    expect(fault).toMatchObject({ kind: 'timeout', message: expect.stringContaining('cut off') })
    expect(performance.now() - started).toBeLessThan(5000)
    expect(isAlive(Number(readFileSync(join(dir, 'pid'), 'utf8')))).toBe(false)
  })

  test.each(['json', 'nagios'])('a secret that it repeats goes no further (%s)', async (format) => {
    const env = { TOKEN: SECRET }
    for (const end of ['exit 1', 'exit 2', 'exit 3', 'sleep 20']) {
      const shell = `echo "$TOKEN bad"; i=0; while [ $i -lt 40 ]; do echo "failed with $TOKEN" >&2; i=$((i+1)); done; ${end}`
      const { said } = await scan({ shell, format, env, timeout: '300ms' })
      expect(JSON.stringify(said)).not.toContain('hunter2')
      expect(JSON.stringify(said)).toContain('[secret]')
    }
  })

  test('nor does one in a name that it reports', async () => {
    const shell = `printf '{"complete":true,"checks":[{"recovery_points":[],"tags":{"a":"%s"},"resource":{"id":"%s"}}]}' $TOKEN $TOKEN`
    const { checks, fault } = await scan({ shell, env: { TOKEN: 'canary-plain-hunter2' } })
    expect(fault).toBeNull()
    expect(checks[0]?.resource).toMatchObject({ id: '[secret]', tags: { a: '[secret]' } })
  })

  test('an environment that can no longer be read is a failure to look', async () => {
    const path = join(dir, 'rotated')
    writeFileSync(path, 'x')
    const config = command.config.parse({ commands: { job: { argv: ['true'], env: { TOKEN: `\${file:${path}}` } } } })
    rmSync(path)
    const [scope] = command.scopes('src', config)
    if (!scope) throw new Error('no scope')
    const said = await Array.fromAsync(command.scan(scope, config, scanContext()))
    const fault = said.map((each) => (each.kind === 'scope-failed' ? each.fault : null)).at(-1)
    expect(fault).toMatchObject({ kind: 'credentials', message: expect.stringContaining(path) })
  })
})

describe('a Nagios plugin', () => {
  const plugin = (text: string, code: number, more: More = {}) =>
    scan({ shell: `printf '%s\\n' '${text}'; exit ${code}`, format: 'nagios' }, more)

  test('that is OK is a backup of now, or of the age that it tells', async () => {
    const ok = await plugin('OK: all is well', 0)
    expect(ok.points).toEqual([
      expect.objectContaining({ check: 'src/job', id: '2026-11-20T12:00:00Z', recoverableTo: NOW, state: 'complete' }),
    ])
    expect((await plugin('OK | age=7200s;90000', 0)).points[0]?.recoverableTo).toBe(NOW - 7_200_000)
  })

  test('whose age wavers by its rounding tells of one backup', async () => {
    const first = await plugin('OK | age=7200s', 0)
    const later = { now: instant(NOW + 901_400), memory: first.memory }
    expect((await plugin('OK | age=8101s', 0, later)).points).toEqual(first.points)
    expect((await plugin('OK | age=60s', 0, later)).points[0]?.recoverableTo).toBe(NOW + 841_400)
  })

  test.each([1, 2])('with status %i has failed, and what was good before still is', async (code) => {
    const fresh = await plugin('DISK CRITICAL: full | age=U', code)
    expect(fresh.points).toEqual([])
    expect(fresh.failures).toEqual([{ kind: 'job-failure', check: 'src/job', at: NOW, reason: 'DISK CRITICAL: full' }])

    const ok = await plugin('OK', 0)
    const at = instant(NOW + 3_600_000)
    const broken = await plugin('CRITICAL', code, { now: at, memory: ok.memory })
    expect(broken.points).toEqual(ok.points)
    expect(broken.failures[0]?.at).toBe(at)
    const still = await plugin('CRITICAL', code, { now: instant(at + 900_000), memory: broken.memory })
    expect(still.failures).toEqual(broken.failures)
    const recovered = await plugin('OK', 0, { now: instant(at + 1_800_000), memory: still.memory })
    expect(recovered.failures).toEqual([])
  })

  test('that still fails after a newer backup fails for that one too', async () => {
    const first = await plugin('CRITICAL | age=3600s', 2)
    const now = instant(NOW + 3_600_000)
    const second = await plugin('CRITICAL | age=0s', 2, { now, memory: first.memory })
    expect(second.failures[0]?.at).toBeGreaterThan(second.points[0]?.recoverableTo ?? Number.POSITIVE_INFINITY)
  })

  test.each([
    [3, 'UNKNOWN: timeout', 'unreadable', /status 3\): UNKNOWN: timeout/],
    [7, '', 'unreadable', /status 7\)\./],
    [127, '', 'tool', /status 127/],
  ])('with status %i does not know', async (code, text, kind, message) => {
    const { fault, memory } = await plugin(text, code)
    expect(fault).toMatchObject({ kind, message: expect.stringMatching(message) })
    expect(memory).toBeUndefined()
  })

  test('is not put off by a memory that is none', async () => {
    expect((await plugin('OK', 0, { memory: { goodAt: 'yesterday' } })).points).toHaveLength(1)
  })
})

describe('the configuration', () => {
  test('says which setting won, and whom to tell', () => {
    const config = command.config.parse({
      commands: {
        job: { argv: ['a', 5], max_age: '2h', push_url: 'https://hc.example.com/ping/x' },
        plain: { shell: 'x' },
      },
    })
    expect(command.threshold?.('src', config, 'src/job/child/deep')).toMatchObject({
      from: 'sources.src.commands.job.max_age',
    })
    expect(command.threshold?.('src', config, 'src/plain')).toBeNull()
    expect(command.push?.('src', config, 'src/job')?.format).toBe('healthchecks')
    expect(command.push?.('src', config, 'src/job/child')).toBeNull()
    expect(command.permissions(config).map(({ resource }) => resource)).toEqual(['a', "/bin/sh -c 'x'"])
  })

  test.each([
    [{}, /what is to be run/],
    [{ argv: ['a'], shell: 'b' }, /keep one/],
    [{ argv: [] }, /argv/],
    [{ argv: [''] }, /names no program/],
    [{ argv: ['curl', '${env:TOKEN}'] }, /every user of this machine sees/],
    [{ shell: 'curl ${file:/etc/token}' }, /every user of this machine sees/],
    [{ argv: ['a\0b'] }, /NUL/],
    [{ argv: ['a'], env: { 'A=B': 'x' } }, /environment variable/],
    [{ argv: ['a'], timeout: 30 }, /duration/],
  ])('%j is refused', (settings, expected) => {
    expect(command.config.safeParse({ commands: { job: settings } }).error?.message).toMatch(expected)
  })

  test('a shell keeps its own variables', () => {
    expect(command.config.safeParse({ commands: { job: { shell: 'echo ${HOME} $HOME "${A:-b}"' } } }).success).toBe(
      true,
    )
  })
})
