import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetEnvironment, program, scan } from './fixtures/scan.ts'

const PASSWORD = 'correct horse $battery "staple"'
const HOSTILE_FOLDER = 'q"uo\'te\n<b>new<b> 🚀 ,~'
const HOSTILE_HOST = 'h<script>"\'\u001B[31m'

function version(): string | null {
  try {
    return execFileSync('restic', ['version'], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}

forgetEnvironment()
const installed = version()
if (!installed && process.env.CI) throw new Error('CI must have restic')

// the real program: each of its runs takes half a second of one core
describe.skipIf(!installed)(`with ${installed ?? 'no restic on this machine'}`, () => {
  let dir: string
  /** An empty repository, and one of two hosts. */
  let empty: string
  let repo: string
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'restic-source-'))
    empty = join(dir, 'empty')
    repo = join(dir, 'two-hosts')
    const run = (...args: string[]) =>
      execFileSync('restic', ['--no-cache', '-q', ...args], {
        cwd: dir,
        stdio: 'pipe',
        env: { PATH: process.env.PATH, HOME: dir, TZ: 'UTC', RESTIC_PASSWORD: PASSWORD },
      })
    run('-r', empty, 'init')
    cpSync(empty, repo, { recursive: true })
    mkdirSync(join(dir, HOSTILE_FOLDER))
    mkdirSync(join(dir, 'data'))
    for (const folder of [HOSTILE_FOLDER, 'data']) writeFileSync(join(dir, folder, 'file'), folder)
    run('-r', repo, 'backup', 'data', '--host', 'web', '--time', '2020-01-01 10:00:00')
    run('-r', repo, 'backup', HOSTILE_FOLDER, '--host', HOSTILE_HOST, '--tag', 'a,b')
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  const copyOf = (original: string, name: string): string => {
    const path = join(dir, name)
    cpSync(original, path, { recursive: true })
    return path
  }
  const read = (path: string, more: object = {}) => scan({ repository: path, password: PASSWORD, ...more })

  test('several hosts: the newest over all, and each on its own, with names as they are', async () => {
    const { checks, points, fault } = await read(repo)
    expect(fault).toBeNull()
    const [whole, web, hostile] = ['', `/web:${dir}/data`, '~'].map((end) =>
      checks.find(({ check }) => (end === '~' ? /~[0-9a-f]{12}$/.test(check) : check === `fleet/fleet${end}`)),
    )
    expect(checks).toHaveLength(3)
    expect(whole?.resource).toMatchObject({ id: repo, name: 'fleet', provider: null })
    expect(whole?.detail).toBe('the newest of 2 groups by host and paths, each with a check of its own')
    expect(points.filter(({ check }) => check === whole?.check)).toHaveLength(2)
    const old = points.filter(({ check }) => check === web?.check)
    expect(old).toEqual([expect.objectContaining({ recoverableTo: Date.UTC(2020, 0, 1, 10), state: 'complete' })])
    expect(hostile?.check).not.toMatch(/\p{C}/u)
    expect(hostile?.check).toContain('h<script>"\'\uFFFD[31m:')
    const [fresh] = points.filter(({ check }) => check === hostile?.check)
    expect(Math.abs((fresh?.recoverableTo ?? 0) - Date.now())).toBeLessThan(600_000)
    expect(fresh?.id).toMatch(/^[0-9a-f]{64}$/)
  })

  test('group_by [] and [host], and groups that are given up', async () => {
    expect((await read(repo, { group_by: [] })).checks.map(({ check }) => check)).toEqual(['fleet/fleet'])
    const { checks, points } = await read(repo, { group_by: ['host'], retire_groups_after: '30d' })
    expect(checks).toHaveLength(2)
    expect(checks.some(({ check }) => check === 'fleet/fleet/web')).toBe(false)
    expect(points.filter(({ check }) => check === 'fleet/fleet')).toHaveLength(2)
  })

  test('an empty repository was read whole, and has no point', async () => {
    expect(await read(empty)).toEqual({
      checks: [expect.objectContaining({ check: 'fleet/fleet' })],
      points: [],
      fault: null,
    })
  })

  test('a lock disturbs us not, and we take none', async () => {
    const locked = copyOf(repo, 'locked')
    const lock = join(locked, 'locks', 'f'.repeat(64))
    writeFileSync(lock, 'an exclusive lock')
    const program = watcher('lock-watch', `ls ${locked}/locks | wc -l`)
    const { points, fault } = await read(locked, { group_by: [], binary: program.path })
    expect(fault).toBeNull()
    expect(points).toHaveLength(2)
    expect(readdirSync(join(locked, 'locks'))).toHaveLength(1)
    expect(program.saw().trim()).toBe('1')
  })

  /** Runs restic, and `command` after it. */
  function watcher(name: string, command: string) {
    const log = join(dir, `${name}.log`)
    const path = program(join(dir, name), `restic "$@"; code=$?; ${command} > ${log}; exit $code`)
    return { path, saw: () => readFileSync(log, 'utf8') }
  }

  test('no secret is in the arguments, nothing is written but what was asked for', async () => {
    const args = join(dir, 'args.log')
    const binary = program(
      join(dir, 'spy'),
      `tr '\\0' '\\n' < /proc/$$/cmdline > ${args}; env > ${args}.env; exec restic "$@"`,
    )
    const { fault } = await read(empty, {
      binary,
      extra_env: { AWS_SECRET_ACCESS_KEY: 'extra-secret', HOME: join(dir, 'home') },
    })
    expect(fault).toBeNull()
    const given = readFileSync(args, 'utf8').trim().split('\n').slice(2)
    expect(given).toEqual(['snapshots', '--json', '--no-lock', '--no-cache'])
    expect(readFileSync(`${args}.env`, 'utf8')).toContain('AWS_SECRET_ACCESS_KEY=extra-secret\n')
    expect(readdirSync(dir)).not.toContain('home')
  })

  test('password_file is relative to the configuration, password_command is run, a cache is used where it is given', async () => {
    writeFileSync(join(dir, 'pw'), `${PASSWORD}\n`)
    const place = { directory: dir }
    const byFile = await scan({ repository: 'empty', password_file: 'pw', cache_dir: 'cache' }, 'fleet', place)
    expect(byFile.fault).toBeNull()
    expect(readdirSync(join(dir, 'cache'))).toContain('CACHEDIR.TAG')
    const repositories = { a: { password_command: 'cat pw' } }
    const byCommand = await scan({ url: './empty', password: 'of the source', repositories }, 'a', place)
    expect(byCommand.fault).toBeNull()
  })

  test('a wrong password', async () => {
    const { fault, checks } = await read(empty, { password: 'wrong-secret-password' })
    expect(fault?.kind).toBe('credentials')
    expect(fault?.message).toMatch(/^restic could not read fleet \(.*\): wrong password or no key found$/)
    expect(JSON.stringify(fault)).not.toContain('wrong-secret-password')
    expect(checks).toEqual([])
  })

  test('no password at all: restic is not even asked', async () => {
    const { fault } = await scan({ repository: empty, binary: '/no/such' })
    expect(fault).toMatchObject({ kind: 'credentials', message: `there is no password for fleet (${empty})` })
  })

  test('a deleted repository is not found, not missing', async () => {
    expect((await read(join(dir, 'gone'))).fault).toMatchObject({ kind: 'not-found' })
  })

  test('a snapshot that can not be read makes the answer worthless, though restic says 0', async () => {
    const cut = copyOf(repo, 'cut-snapshot')
    const [first = ''] = readdirSync(join(cut, 'snapshots'))
    execFileSync('chmod', ['-R', 'u+w', cut])
    truncateSync(join(cut, 'snapshots', first), 10)
    const { fault, points } = await read(cut)
    expect(fault).toMatchObject({ kind: 'unreadable' })
    expect(fault?.message).toContain(first.slice(0, 8))
    expect(points).toEqual([])
  })

  test('a config file that is cut', async () => {
    const cut = copyOf(empty, 'cut-config')
    execFileSync('chmod', ['-R', 'u+w', cut])
    truncateSync(join(cut, 'config'), 10)
    expect((await read(cut)).fault).toMatchObject({ kind: 'unreadable' })
  })

  test('more repositories than cores take turns', async () => {
    const log = join(dir, 'turns')
    mkdirSync(log)
    const binary = program(join(dir, 'turn'), `touch ${log}/$$; ls ${log} | wc -l; sleep 0.2; rm ${log}/$$`)
    const most = join(dir, 'most')
    const counted = program(join(dir, 'counted'), `${binary} >> ${most}; echo '[]'`)
    await Promise.all(Array.from({ length: 9 }, () => read(empty, { binary: counted })))
    const seen = readFileSync(most, 'utf8').trim().split(/\s+/).map(Number)
    expect(seen).toHaveLength(9)
    expect(Math.max(...seen)).toBeLessThanOrEqual((await import('node:os')).availableParallelism())
  })
})
