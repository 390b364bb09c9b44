import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FaultKind } from '../../domain/source-fault.ts'
import { repositoryOf } from './config.ts'
import { faultOf } from './fault.ts'
import { type InstalledRestic, installedRestics } from './fixtures/installed.ts'
import { serveRepository } from './fixtures/rest-server.ts'
import { forgetEnvironment, program, scan } from './fixtures/scan.ts'
import { restic as source } from './index.ts'

const PASSWORD = 'a password'
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

forgetEnvironment()
const versions = installedRestics()

let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'restic-versions-'))
  chmodSync(dir, 0o755)
  mkdirSync(join(dir, 'data'))
  mkdirSync(join(dir, 'nothing'))
  // more than a restic that is held back reads before the test is over
  writeFileSync(join(dir, 'data/file'), Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i * 31) >> 7)))
  await Promise.all(versions.map(write))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const env = () => ({ PATH: process.env.PATH, HOME: dir, TZ: 'UTC', RESTIC_PASSWORD: PASSWORD })

/** Runs a restic beside the source. Nothing here may block: the stand-ins for storage answer from this process. */
function run(binary: string, ...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(binary, ['--no-cache', ...args], { cwd: dir, env: env() }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

/** What one version writes: an empty repository, and one of three snapshots. */
async function write({ version, binary }: InstalledRestic): Promise<void> {
  const repo = join(dir, version)
  const exits = async (code: number, ...args: string[]) => expect(await run(binary, ...args)).toMatchObject({ code })
  const backup = ['-r', repo, '--compression', 'max', 'backup', '--host']
  await exits(0, '-r', `${repo}-empty`, 'init', '--repository-version', '1')
  await exits(0, '-r', repo, 'init', '--repository-version', '2')
  await exits(0, ...backup, 'web', 'data', '--tag', 'b,a', '--time', '2020-01-01 10:00:00')
  await exits(0, ...backup, 'unmounted', 'nothing')
  // a file that nobody can read: a partial backup, which leaves a snapshot
  await exits(3, ...backup, 'db', 'data', '/proc/self/mem')
}

describe.concurrent.each(versions)('restic $version', ({ version, binary, since017 }) => {
  let repo: string
  beforeAll(() => {
    repo = join(dir, version)
  })

  let copies = 0
  const copied = (): string => {
    const path = join(dir, `${version}-copy-${++copies}`)
    cpSync(repo, path, { recursive: true })
    execFileSync('chmod', ['-R', 'u+w,a+rX', path])
    return path
  }
  const read = (repository: string, more: object = {}) => scan({ repository, password: PASSWORD, binary, ...more })

  /** This restic, and the exit status that it had. */
  function recorded(): { binary: string; status: () => number } {
    const path = join(dir, `${version}-recorded-${++copies}`)
    const source = `"${binary}" "$@"; code=$?; echo $code > ${path}.status; exit $code`
    return { binary: program(path, source), status: () => Number(readFileSync(`${path}.status`, 'utf8')) }
  }

  test('several hosts with tags, old and fresh ones, a partial one, and one that found no files', async () => {
    const { points, checks, fault } = await read(repo, { group_by: ['host', 'paths', 'tags'] })
    expect(fault).toBeNull()
    expect(checks.map(({ check }) => check).sort()).toEqual([
      'fleet/fleet',
      `fleet/fleet/db:/proc/self/mem,${dir}/data:`,
      `fleet/fleet/unmounted:${dir}/nothing:`,
      `fleet/fleet/web:${dir}/data:a,b`,
    ])
    expect(points).toHaveLength(6)
    const point = (host: string) => points.find(({ check }) => check.startsWith(`fleet/fleet/${host}:`))
    expect(point('web')).toMatchObject({ recoverableTo: Date.UTC(2020, 0, 1, 10), state: 'complete' })
    expect(point('web')?.sizeBytes).toBe(since017 ? 200_000 : null)
    for (const host of ['db', 'unmounted'])
      expect(Math.abs((point(host)?.recoverableTo ?? 0) - Date.now())).toBeLessThan(600_000)
    for (const host of ['web', 'db', 'unmounted'])
      expect(Math.abs((point(host)?.completedAt ?? 0) - Date.now())).toBeLessThan(since017 ? 600_000 : Infinity)
    expect(point('db')).toMatchObject({ state: 'complete', problem: null })
    expect(point('unmounted')?.state).toBe(since017 ? 'implausible' : 'complete')
  })

  test('an empty repository of format 1 was read whole', async () => {
    expect(await read(`${repo}-empty`)).toMatchObject({ checks: [{ check: 'fleet/fleet' }], points: [], fault: null })
  })

  const nothing = () => {}
  /** title, fault, what it says, exit status before 0.17 and since, how the repository is spoilt, settings */
  type Case = [string, FaultKind, string, number, number, (path: string) => void, object?]
  const first = (path: string, folder: string) => join(path, folder, readdirSync(join(path, folder))[0] ?? '')
  test.each<Case>([
    ['a wrong password', 'credentials', 'wrong password or no key', 1, 12, nothing, { password: 'not the password' }],
    [
      'an empty password',
      'credentials',
      'an empty password is not',
      1,
      1,
      nothing,
      { password: undefined, password_file: '/dev/null' },
    ],
    [
      'a password command that fails',
      'credentials',
      'Resolving password failed',
      1,
      1,
      nothing,
      { password: undefined, password_command: 'false' },
    ],
    ['no repository', 'not-found', 'unable to open config file', 1, 10, (path) => rmSync(path, { recursive: true })],
    ['no keys', 'credentials', 'no key found', 1, 12, (path) => rmSync(first(path, 'keys'))],
    ['a config that is cut', 'unreadable', 'panic', 2, 2, (path) => truncateSync(join(path, 'config'), 10)],
    ['a key that is cut', 'unreadable', '', 1, 1, (path) => truncateSync(first(path, 'keys'), 10)],
    ['a snapshot that is cut', 'unreadable', 'it left out', 0, 0, (path) => truncateSync(first(path, 'snapshots'), 10)],
  ])('%s', async (_title, kind, says, before, since, spoil, more = {}) => {
    const copy = copied()
    spoil(copy)
    const program = recorded()
    const { fault, checks, points } = await read(copy, { binary: program.binary, ...more })
    expect(fault).toMatchObject({ kind, message: expect.stringContaining(says) })
    expect(fault?.message).not.toMatch(/\{|\n/)
    expect([checks, points]).toEqual([[], []])
    expect(program.status()).toBe(since017 ? since : before)
  })

  describe('as a user who may not read', () => {
    let limited: string
    beforeAll(() => {
      const reachable = join(dir, `restic-${version}`)
      copyFileSync(binary, reachable)
      chmodSync(reachable, 0o755)
      const as = isRoot ? `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups ` : ''
      limited = program(join(dir, `limited-${version}`), `exec ${as}${reachable} "$@"`)
    })

    test.each(['', 'config', 'keys', 'snapshots', 'snapshots/*'])('"%s" of the repository', async (part) => {
      const copy = copied()
      const path = part.endsWith('*') ? first(copy, part.slice(0, -2)) : join(copy, part)
      chmodSync(path, 0)
      try {
        // 0.14 tries again for a quarter of an hour
        const { fault, points } = await read(copy, { binary: limited, timeout: '2s' })
        expect(fault).toMatchObject({ kind: 'denied', message: expect.stringContaining('permission denied') })
        expect(points).toEqual([])
      } finally {
        chmodSync(path, 0o755)
      }
    })
  })

  test('an exclusive lock, which a restic at work holds', async () => {
    const copy = copied()
    const args = ['-r', copy, '--no-cache', '--limit-download', '1', 'check', '--read-data']
    const watcher = watch(join(copy, 'locks'))
    const holder = spawn(binary, args, { env: env(), stdio: 'ignore' })
    try {
      while (!readdirSync(join(copy, 'locks')).some((name) => /^[0-9a-f]{64}$/.test(name)))
        await once(watcher, 'change')
      const { points, fault } = await read(copy, { group_by: [] })
      expect(fault).toBeNull()
      expect(points).toHaveLength(3)
      // it was locked indeed: a restic that wants a lock gets none
      const refused = await run(binary, '-r', copy, '--json', 'snapshots')
      expect(refused.code).toBe(since017 ? 11 : 1)
      const repository = repositoryOf('fleet', source.config.parse({ repository: copy }), 'fleet')
      if (!repository) throw new Error('there is a repository')
      const said = faultOf({ ...refused, signal: null, killed: null }, repository, null)
      expect(said).toMatchObject({ kind: 'locked', message: expect.stringContaining('already locked exclusively') })
      expect(holder.exitCode).toBeNull()
    } finally {
      watcher.close()
      holder.kill('SIGKILL')
    }
  })

  describe('from a storage', () => {
    test('that never answers about the keys: the time limit', async () => {
      const server = await serveRepository(repo, (path) => path === '/keys/')
      try {
        // newer ones call it a wrong password when they are ended then
        const { fault } = await read(server.url, { timeout: '1s' })
        expect(fault).toMatchObject({ kind: 'timeout', message: expect.stringMatching(/did not answer within 1s$/) })
      } finally {
        server.close()
      }
    })

    test.each(['/config', '/keys/', '/snapshots/'])(
      'that never answers about %s: stopped by a signal',
      async (part) => {
        const path = join(dir, `${version}-stopped-${++copies}`)
        const stopped = program(path, `echo $$ > ${path}.pid; exec "${binary}" "$@"`)
        const server = await serveRepository(repo, (asked) => {
          if (asked === part) process.kill(Number(readFileSync(`${path}.pid`, 'utf8')), 'SIGTERM')
          return asked === part
        })
        try {
          const { fault, points } = await read(server.url, { binary: stopped })
          // neither a wrong password nor a lost repository, which newer ones claim then
          expect(fault).toMatchObject({
            kind: 'tool',
            message: expect.stringMatching(/interrupted|ended from outside/),
          })
          expect(points).toEqual([])
        } finally {
          server.close()
        }
      },
    )

    test.each<[number, FaultKind, string]>([
      [401, 'credentials', '401'],
      [403, 'denied', '403'],
      [404, 'not-found', 'config'],
      [429, 'throttled', '429'],
      [500, 'network', '500'],
    ])('that answers %i', async (status, kind, says) => {
      const server = await serveRepository(repo, (_, response) => response.writeHead(status).end() === response)
      try {
        // newer ones try again what may pass
        const { fault } = await read(server.url, { timeout: '2s' })
        expect(fault).toMatchObject({ kind, message: expect.stringContaining(says) })
      } finally {
        server.close()
      }
    })

    test.each<[string, string, FaultKind]>([
      ['AccessDenied', 'Access Denied', 'denied'],
      ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 'credentials'],
      ['NoSuchBucket', 'The specified bucket does not exist', 'not-found'],
    ])('S3 that says %s', async (code, says, kind) => {
      const server = await serveRepository(repo, (_, response) => {
        const status = kind === 'not-found' ? 404 : 403
        response.writeHead(status, { 'content-type': 'application/xml' })
        return response.end(`<Error><Code>${code}</Code><Message>${says}</Message></Error>`) === response
      })
      try {
        const repository = `${server.url.replace('rest:', 's3:')}bucket/repository`
        const extra_env = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' }
        const { fault } = await read(repository, { extra_env, timeout: '2s' })
        expect(fault).toMatchObject({ kind, message: expect.stringContaining(says) })
      } finally {
        server.close()
      }
    })

    test('that has lost a snapshot which it lists: somebody removes them', async () => {
      const [id = ''] = readdirSync(join(repo, 'snapshots'))
      const server = await serveRepository(repo, (path, response) => {
        return path === `/snapshots/${id}` && response.writeHead(404).end() === response
      })
      try {
        const { fault } = await read(server.url, { timeout: '3s' })
        expect(fault).toMatchObject({ kind: 'locked', message: expect.stringContaining('does not exist') })
      } finally {
        server.close()
      }
    })

    test('that has trouble once: it is tried again, and the answer counts', async () => {
      let trouble = 0
      const server = await serveRepository(repo, (path, response) => {
        if (!/^\/snapshots\/./.test(path) || trouble++ > 0) return false
        return response.writeHead(500).end() === response
      })
      try {
        const { points, fault } = await read(server.url, { group_by: [] })
        expect(fault).toBeNull()
        expect(points).toHaveLength(3)
        expect(trouble).toBeGreaterThan(1)
      } finally {
        server.close()
      }
    })
  })
})

const [newest] = versions.slice(-1)
const others = versions.slice(0, -1)
describe.skipIf(!newest || others.length === 0)(`what restic ${newest?.version} wrote`, () => {
  test.each(others)('is read alike by $version', async ({ binary }) => {
    const repository = join(dir, newest?.version ?? '')
    const [ours, theirs] = await Promise.all(
      [newest?.binary ?? '', binary].map((program) => scan({ repository, password: PASSWORD, binary: program })),
    )
    // summaries aside, which those before 0.17 don't show
    const times = (scanned: typeof ours) => ({
      ...scanned,
      points: scanned?.points.map(({ id, check, recoverableTo }) => ({ id, check, recoverableTo })),
    })
    expect(times(theirs)).toEqual(times(ours))
  })
})

if (others.length === 0) test.skip('with newer versions: none are here, node scripts/newer-restic.mjs fetches them')
