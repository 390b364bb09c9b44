import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../fakes/program.ts'
import { portOf } from '../fakes/receiver.ts'
import { Workshop } from '../fakes/workshop.ts'

const workshop = new Workshop()
const { directory } = workshop
afterAll(() => workshop[Symbol.asyncDispose]())

const BEAT = '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405060'
const BEATS = `sources: { beats: { type: heartbeat, heartbeats: { nightly: { uuid: ${BEAT} } } } }\n`

describe('what can not be run ends with what, where, why and what to do', () => {
  const tenfold = (name: string, of: string) =>
    `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(', ')}]\n`
  const letters = 'abcdefghi'.split('')
  const laughs = letters.map((name, i) => tenfold(name, i === 0 ? 'x' : `*${letters[i - 1]}`)).join('')
  const CONFIG: [name: string, yaml: string, says: RegExp][] = [
    ['broken YAML', 'sources: {\n', /backproof\.yaml:\d+:\d+: /],
    [
      'an unknown key',
      'sources: { a: { type: files, stamp: x, max_agee: 1d } }\n',
      /1:\d+: .*max_agee.*did you mean "max_age"/,
    ],
    ['a billion laughs', laughs, /aliases blow this file up/],
    ['a terminal escape', 'sources: { "\\e]0;owned\\a": { type: files, stamp: x } }\n', /not a name/],
  ]
  it.each(CONFIG)('%s', async (name, yaml, says) => {
    const cwd = workshop.folder(name, yaml)
    for (const command of [['validate'], ['check'], ['serve', '--once'], ['status']]) {
      const { status, stderr } = await run(command, { cwd })
      expect(status).toBe(78)
      expect(stderr).toMatch(says)
      expect(stderr).not.toMatch(/\n +at |This is a bug|[^\P{Cc}\n]/u)
    }
  })

  const cases: [name: string, status: number, says: RegExp, prepare: (cwd: string) => string[] | Promise<string[]>][] =
    [
      [
        'no configuration',
        78,
        /backproof\.yaml.* does not exist.*backproof init/,
        (cwd) => {
          rmSync(join(cwd, 'backproof.yaml'))
          return ['serve']
        },
      ],
      ['a configuration that is a folder', 78, /is a directory/, () => ['serve', '--config', '/tmp']],
      [
        'an address for all without a login',
        78,
        /0\.0\.0\.0:0.*server\.auth/,
        () => ['serve', '--listen', '0.0.0.0:0'],
      ],
      ['a port that there is not', 64, /99999.*8484/, () => ['serve', '--listen', '99999']],
      [
        'a data directory below a file',
        69,
        /backproof\.db can't be/,
        (cwd) => {
          writeFileSync(join(cwd, 'file'), '')
          return ['serve', '--data', join(cwd, 'file')]
        },
      ],
      ['no database', 69, /backproof\.db can't be opened.*/, () => ['status']],
      [
        'a file that is no database',
        69,
        /is not a database of Backproof: point --data/,
        (cwd) => {
          mkdirSync(join(cwd, 'data'))
          writeFileSync(join(cwd, 'data/backproof.db'), 'x'.repeat(9000))
          return ['serve']
        },
      ],
      ['an unknown log level', 64, /BACKPROOF_LOG_LEVEL=loud.*info/, () => ['serve']],
      [
        'no PostgreSQL',
        69,
        /127\.0\.0\.1/,
        (cwd) => {
          writeFileSync(join(cwd, 'backproof.yaml'), 'database: { url: "postgres://me:secret-word@127.0.0.1:1/x" }\n')
          return ['serve']
        },
      ],
      ['a worker without PostgreSQL', 78, /database\.url/, () => ['worker']],
    ]
  it.each(cases)('%s', async (name, expected, says, prepare) => {
    const cwd = workshop.folder(name, BEATS)
    const args = await prepare(cwd)
    const { status, stderr } = await run(args, {
      cwd,
      env: name.includes('log level') ? { BACKPROOF_LOG_LEVEL: 'loud' } : {},
    })
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/\n +at |This is a bug|secret-word/)
    expect(status).toBe(expected)
  })

  it('a port in use', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { status, stderr } = await run(['serve', '--listen', `127.0.0.1:${portOf(server)}`], {
      cwd: workshop.folder('port', BEATS),
    })
    server.close()
    expect(stderr).toMatch(/can't listen at 127\.0\.0\.1:\d+: another program/)
    expect(status).toBe(69)
  })

  it.skipIf(process.getuid?.() !== 0)('files that this user may not read or write', async () => {
    const cwd = workshop.folder('rights', BEATS)
    chmodSync(directory, 0o755)
    chmodSync(cwd, 0o755)
    const root = join(import.meta.dirname, '../..')
    const asNobody = (args: string[]) =>
      spawnSync(
        'setpriv',
        ['--reuid', '65534', '--regid', '65534', '--clear-groups', join(root, 'bin/backproof'), ...args],
        { cwd, encoding: 'utf8' },
      )
    const unwritable = asNobody(['serve', '--data', join(cwd, 'data')])
    expect(unwritable.stderr).toMatch(/can't be written \(EACCES\): give this user the right/)
    expect(unwritable.status).toBe(69)
    chmodSync(join(cwd, 'backproof.yaml'), 0o600)
    const unreadable = asNobody(['serve'])
    expect(unreadable.stderr).toMatch(/backproof\.yaml.* can not be read: permission denied/)
    expect(unreadable.status).toBe(78)
  })

  it('two on one data directory, a damaged database, and one that another program locks', async () => {
    const cwd = workshop.folder('two', BEATS)
    const first = await workshop.serve(cwd)
    const second = await run(['serve', '--listen', '127.0.0.1:0'], { cwd })
    expect(second.stderr).toMatch(/another Backproof uses .*--data/)
    expect(second.status).toBe(69)
    await workshop.stop(first)

    const path = join(cwd, 'data/backproof.db')
    const locker = new DatabaseSync(path)
    locker.exec('begin exclusive')
    const locked = await run(['serve', '--listen', '127.0.0.1:0'], { cwd })
    expect(locked.stderr).toMatch(/backproof\.db/)
    expect(locked.stderr).not.toMatch(/This is a bug/)
    expect(locked.status).toBe(69)
    locker.exec('rollback')
    locker.close()

    const bytes = readFileSync(path)
    bytes.fill(0x5a, 4096, 40_000)
    writeFileSync(path, bytes)
    for (const args of [['serve', '--listen', '127.0.0.1:0'], ['status']]) {
      const damaged = await run(args, { cwd })
      expect(damaged.stderr).toMatch(/backproof\.db is damaged .*move the file/)
      expect(damaged.status).toBe(69)
    }
  })
})
