import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { run } from '../fakes/program.ts'
import { Receiver } from '../fakes/receiver.ts'
import { Workshop } from '../fakes/workshop.ts'

const workshop = new Workshop()
const root = join(import.meta.dirname, '../..')
const golden = join(import.meta.dirname, '../golden/cli')
const HOUR = 3_600_000

let receiver: Receiver
beforeAll(async () => {
  receiver = await Receiver.start((response, { url }) =>
    response.end(url.startsWith('/api/push/') ? '{"ok":true}' : ''),
  )
})
afterAll(async () => {
  await workshop[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

/** Files of these ages in hours, and a configuration that watches each; "none" is a folder that is not there. */
function dumps(name: string, ages: Record<string, number | null>, extra = ''): string {
  const lines = Object.entries(ages).map(
    ([file]) =>
      `      ${file}: { path: ${file}, pattern: "*.dump", max_age: 25h, push_url: "${receiver.url}/api/push/${file}" }`,
  )
  const cwd = workshop.folder(name, `sources:\n  dumps:\n    type: files\n    files:\n${lines.join('\n')}\n${extra}`)
  for (const [file, hours] of Object.entries(ages)) {
    if (file === 'error') continue
    mkdirSync(join(cwd, file))
    if (hours !== null) dump(cwd, file, hours)
  }
  return cwd
}

function dump(cwd: string, file: string, hours: number): void {
  const path = join(cwd, file, 'a.dump')
  writeFileSync(path, 'x')
  const at = new Date(Date.now() - hours * HOUR)
  utimesSync(path, at, at)
}

/** Times, and the folder that it ran in, are of this run. */
const masked = (text: string, cwd: string): string =>
  text
    .replaceAll(cwd, '/here')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\b\d{10}(\.\d+)?\b/g, 'UNIX')
    .replace(/("age_seconds": ?|=|age=)(\d+)(?=s?[;,])/g, '$1AGE')

describe('check', () => {
  const ages = { fresh: 2, old: 49, empty: null, error: null }

  it.each(['table', 'json', 'ndjson', 'nagios', 'checkmk', 'prometheus'])(
    'prints as %s what is known of it',
    async (format) => {
      const cwd = dumps(`golden-${format}`, ages)
      const { stdout, stderr } = await run(['check', '--no-push', '--format', format], { cwd })
      expect(stderr).toBe('')
      expect(stdout).not.toContain('\u001b')
      await expect(masked(stdout, cwd)).toMatchFileSnapshot(join(golden, `check.${format}.txt`))
    },
  )

  const EXITS: [name: string, ages: Record<string, number | null>, tier: string, exit: number, nagios: number][] = [
    ['all is well', { a: 1, b: 2 }, '', 0, 0],
    ['one is stale', { a: 1, b: 30 }, '', 1, 1],
    [
      'one of the first tier is stale',
      { a: 1, b: 30 },
      'services: { shop: { tier: 1, owner: me, copies: [{ type: dump, check: dumps/b }] } }\n',
      1,
      2,
    ],
    ['one is missing', { a: 30, b: null }, '', 1, 2],
    ['one can not be read', { a: 1, error: null }, '', 3, 3],
    ['one can not be read and one is stale', { a: 30, error: null }, '', 1, 1],
  ]
  it.each(EXITS)('%s: its exit status', async (name, files, tier, exit, nagios) => {
    const cwd = dumps(`exit ${name}`, files, tier)
    const [plain, plugin, checkmk] = await Promise.all(
      [[], ['--format', 'nagios'], ['--format', 'checkmk']].map((format) =>
        run(['check', '--no-push', ...format], { cwd }),
      ),
    )
    expect([plain?.status, plugin?.status, checkmk?.status]).toEqual([exit, nagios, 0])
  })

  it('looks at what the selectors name, and says which names nothing', async () => {
    const cwd = dumps('selectors', { 'web-1': 1, 'web-2': 1, db: 1 })
    const seen = async (...selectors: string[]) => {
      const { stdout } = await run(['check', '--no-push', '--format', 'ndjson', ...selectors], { cwd })
      return stdout
        .trim()
        .split('\n')
        .map((line) => z.object({ id: z.string() }).parse(JSON.parse(line)).id)
    }
    expect(await seen('dumps/web-*')).toEqual(['dumps/web-1', 'dumps/web-2'])
    expect(await seen('dumps/db', 'dumps/web-1')).toEqual(['dumps/web-1', 'dumps/db'])
    expect(await seen('dumps')).toHaveLength(3)
    const wrong = await run(['check', 'dumps/dbb'], { cwd })
    expect(wrong.stderr).toContain('no source or scope matches dumps/dbb')
    expect([wrong.status, wrong.stdout]).toEqual([64, ''])
  })

  it('reports each outcome to its push URL, unless told not to', async () => {
    const cwd = dumps('push', { good: 1, late: 30 })
    const pushed = () =>
      receiver.requests.filter(({ url }) => /push\/(good|late)/.test(url)).map(({ url }) => url.replace(/&msg=.*/, ''))
    await run(['check', '--no-push'], { cwd })
    expect(pushed()).toEqual([])
    await run(['check'], { cwd })
    expect(pushed().sort()).toEqual(['/api/push/good?status=up', '/api/push/late?status=down'])
  })
})

const restic = spawnSync('restic', ['version']).status === 0
it.skipIf(!restic && !process.env.CI)("runs restic-monitor's own configuration, in both of its modes", async () => {
  const cwd = workshop.folder('monitor', '')
  const inIt = (args: string[], name: string) =>
    spawnSync('restic', ['--no-cache', ...args], {
      cwd,
      env: {
        PATH: process.env.PATH,
        HOME: cwd,
        RESTIC_REPOSITORY: join(cwd, name),
        RESTIC_PASSWORD: 'word of the day',
      },
    }).status
  for (const [name, hours] of [
    ['web', 1],
    ['db', 30],
  ] as const) {
    mkdirSync(join(cwd, name))
    const time = new Date(Date.now() - hours * HOUR)
    expect(inIt(['init'], name)).toBe(0)
    expect(
      inIt(['backup', '--quiet', '--time', time.toISOString().slice(0, 19).replace('T', ' '), 'backproof.yaml'], name),
    ).toBe(0)
    // fast mode goes by the times of the files
    const snapshots = spawnSync('find', [join(name, 'snapshots'), '-type', 'f'], {
      cwd,
      encoding: 'utf8',
    }).stdout.trim()
    utimesSync(join(cwd, snapshots), time, time)
  }
  writeFileSync(
    join(cwd, 'config.yaml'),
    `defaults:
  url: "${cwd}/{{ .Name }}"
  max_age: 1d
  push_url: ${receiver.url}/api/push/
  extra_env: { RESTIC_PASSWORD: word of the day }
repositories:
  web: { push_token: token-web }
  db: { push_token: token-db }
`,
  )
  for (const fast of ['false', 'true']) {
    receiver.requests.length = 0
    const { status, stdout, stderr } = await run(['check', '--restic-monitor', 'config.yaml', '--format', 'ndjson'], {
      cwd,
      env: { RESTIC_MONITOR_FAST: fast, TZ: 'UTC' },
    })
    expect(stderr).toBe('')
    expect(new Set([...stdout.matchAll(/"status":"(\w+)"/g)].map((match) => match[1]))).toEqual(
      new Set(['ok', 'stale']),
    )
    expect(status).toBe(1)
    expect(receiver.requests.map(({ url }) => url.replace(/&msg.*/, '')).sort()).toEqual([
      '/api/push/token-db?status=down',
      '/api/push/token-web?status=up',
    ])
  }
})

describe('serve', () => {
  const channel = () => `channels: { hook: { type: webhook, url: "${receiver.url}/hook" } }\n`
  const told = () => receiver.requests.filter(({ url }) => url === '/hook')

  it('--once opens incidents, tells of them, and has nothing new to say the next time', async () => {
    const cwd = dumps('once', { a: 30 }, channel())
    receiver.requests.length = 0
    const first = await run(['serve', '--once'], { cwd })
    expect([first.status, first.stdout]).toEqual([0, '1 check: 1 stale\n'])
    expect(told().map(({ body }) => /"kind":"(\w+)"/.exec(body)?.[1])).toEqual(['opened'])
    expect((await run(['serve', '--once'], { cwd })).status).toBe(0)
    expect(told()).toHaveLength(1)
    dump(cwd, 'a', 1)
    expect((await run(['serve', '--once'], { cwd })).stdout).toBe('1 check: 1 ok\n')
    expect(told().map(({ body }) => /"kind":"(\w+)"/.exec(body)?.[1])).toEqual(['opened', 'resolved'])
  })

  it('takes a changed file into force, refuses a bad one and says so, and is read by status beside it and after it', async () => {
    const cwd = dumps('reload', { a: 1 })
    const config = join(cwd, 'backproof.yaml')
    const good = readFileSync(config, 'utf8')
    const served = await workshop.serve(cwd)
    const get = async (path: string) => (await fetch(`${served.address}/api/v1${path}`)).text()
    await expect.poll(() => get('/summary')).toContain('"ok":1')
    const beside = await run(['status', '--all'], { cwd })
    expect(beside.stdout).toMatch(/^OK +dumps\/a/m)
    expect([beside.status, beside.stderr]).toEqual([0, ''])

    mkdirSync(join(cwd, 'b'))
    writeFileSync(config, `${good}      b: { path: b, pattern: "*" }\n`)
    await expect.poll(() => get('/summary'), { timeout: 10_000 }).toContain('"missing":1')
    writeFileSync(config, good.replace('max_age: 25h', 'max_age: soon'))
    await expect.poll(() => get('/summary'), { timeout: 10_000 }).toContain('not a duration')
    // what was in force still is
    expect(await get('/summary')).toContain('"missing":1')
    writeFileSync(config, good)
    served.program.child.kill('SIGHUP')
    await expect
      .poll(() => get('/summary'), { timeout: 10_000 })
      .toMatch(/"missing":0.*"configuration":\s*(null|"ok"|\{"ok":true)/)
    await workshop.stop(served)

    // what was fresh has grown old since, and nobody has looked
    const database = new DatabaseSync(join(cwd, 'data/backproof.db'))
    database.exec('update scope set next_look_at = next_look_at - 86400000')
    database.close()
    writeFileSync(config, good.replace('max_age: 25h', 'max_age: 1s'))
    const after = await run(['status', '--format', 'json'], { cwd })
    expect(JSON.parse(after.stdout)).toMatchObject({ summary: { total: 1, stale: 1 } })
    const shown = await run(['status'], { cwd })
    expect(shown.stderr).toMatch(/Nobody has looked for .+ judged as of now/)
    expect(shown.stdout).toMatch(/^STALE +dumps\/a/m)
  })
})

describe('the other commands', () => {
  it('validate: a schema for editors, and a try of each source and channel', async () => {
    const cwd = dumps(
      'validate',
      { a: 1, error: null },
      `channels:\n  hook: { type: webhook, url: "${receiver.url}/hook" }\n  dead: { type: webhook, url: "http://127.0.0.1:1/" }\n`,
    )
    const schema = await run(['validate', '--schema'], { cwd })
    expect(JSON.parse(schema.stdout)).toMatchObject({ type: 'object', properties: { sources: {} } })
    const plain = await run(['validate'], { cwd })
    expect([plain.status, masked(plain.stdout, cwd)]).toEqual([
      0,
      '/here/backproof.yaml is valid: 1 source, 0 services, 2 channels, 0 routes.\n',
    ])
    const tried = await run(['validate', '--connect'], { cwd })
    expect(tried.status).toBe(1)
    expect(tried.stdout).toMatch(/^ok +dumps\/a$/m)
    expect(tried.stdout).toMatch(/^failed dumps\/error: .+/m)
    expect(tried.stdout).toMatch(/^ok +hook/m)
    expect(tried.stdout).toMatch(/^failed dead .+127\.0\.0\.1/m)
  })

  it('notify test says who got it', async () => {
    const cwd = dumps(
      'notify',
      { a: 1 },
      `channels:\n  hook: { type: webhook, url: "${receiver.url}/hook" }\n  dead: { type: webhook, url: "http://127.0.0.1:1/" }\n`,
    )
    const one = await run(['notify', 'test', 'hook'], { cwd })
    expect(one.stdout).toMatch(/^delivered hook \(.+\) in \d+ ms\n$/)
    expect(one.status).toBe(0)
    const all = await run(['notify', 'test'], { cwd })
    expect(all.stdout).toMatch(/^failed +dead .+ after \d+ ms: .+/m)
    expect(all.status).toBe(1)
    const none = await run(['notify', 'test', 'nobody'], { cwd })
    expect([none.status, none.stderr]).toEqual([64, 'there is no channel nobody; there are: hook, dead\n'])
  })

  it('permissions in words, and as a policy', async () => {
    const cwd = workshop.folder(
      'permissions',
      'sources: { dumps: { type: s3-dumps, bucket: acme-dumps, prefix: pg/ }, here: { type: files, stamp: x } }\n',
    )
    const policy = await run(['permissions', 'dumps', '--format', 'iam'], { cwd })
    expect(JSON.parse(policy.stdout)).toMatchObject({ Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] })
    expect(policy.stdout).toContain('arn:aws:s3:::acme-dumps')
    expect(policy.stdout).not.toMatch(/Put|Delete|\*"/)
    expect((await run(['permissions', 'here'], { cwd })).status).toBe(0)
    const role = 'arn:aws:iam::123456789012:role/read'
    const aws = workshop.folder(
      'permissions-aws',
      `sources: { prod: { type: aws, role_arn: "${role}", checks: { ebs: {} } } }\n`,
    )
    const own = await run(['permissions', 'prod', '--format', 'iam'], { cwd: aws })
    expect(JSON.parse(own.stdout).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['ec2:DescribeRegions', 'ec2:DescribeSnapshots', 'ec2:DescribeVolumes'],
        Resource: '*',
      },
    ])
    const trust = await run(['permissions', 'prod', '--format', 'trust'], { cwd: aws })
    expect(JSON.parse(trust.stdout).Statement[0]).toMatchObject({
      Action: 'sts:AssumeRole',
      Condition: expect.anything(),
    })
    expect(trust.stderr).toContain(role)
    expect((await run(['permissions', 'here', '--format', 'trust'], { cwd })).status).toBe(64)
    const wrong = await run(['permissions', 'there'], { cwd })
    expect([wrong.status, wrong.stderr]).toEqual([64, 'there is no source there; there are: dumps, here\n'])
  })

  it('init writes what check can run, and never over a file', async () => {
    const cwd = workshop.folder('init', '')
    rmSync(join(cwd, 'backproof.yaml'))
    expect((await run(['init', '--yes'], { cwd })).status).toBe(0)
    expect((await run(['validate'], { cwd })).stderr).toBe('')
    expect([0, 1, 3]).toContain((await run(['check'], { cwd })).status)
    const again = await run(['init', '--yes'], { cwd })
    expect([again.status, again.stderr]).toEqual([
      64,
      'backproof.yaml is there already: --force writes over it, --output names another\n',
    ])
  })

  it('each has help with an example, and wrong usage ends with 64', async () => {
    const help = await run(['--help'])
    const names = [...help.stdout.matchAll(/^ {2}([a-z]+)(?: |$)/gm)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== 'help')
    expect(names).toContain('serve')
    for (const name of names) {
      const { status, stdout } = await run([...(name === 'notify' ? ['notify', 'test'] : [name]), '--help'])
      expect(status, name).toBe(0)
      expect(stdout, name).toMatch(/Example:\n {2}backproof /)
    }
    for (const wrong of [['chekc'], ['check', '--nope'], ['check', '--format', 'xml'], ['permissions']]) {
      const { status, stderr } = await run(wrong)
      expect([wrong, status]).toEqual([wrong, 64])
      expect(stderr).not.toMatch(/\n +at /)
    }
  })

  it('end quietly when their reader goes away, and are without colours in pipes', async () => {
    const cwd = workshop.folder(
      'pipe',
      `sources: { jobs: { type: files, files: {${Array.from({ length: 3000 }, (_, i) => `f${i}: { stamp: no/f${i} }`).join(', ')}} } }\n`,
    )
    const shell = (line: string) =>
      spawnSync('bash', ['-c', line], {
        cwd,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: cwd, B: join(root, 'bin/backproof') },
      })
    const head = shell(
      '"$B" check --no-push | head -1; "$B" validate --schema | head -1; "$B" check --no-push --format ndjson | head -c 10',
    )
    expect(head.stderr).toBe('')
    expect(head.stdout).toMatch(/^STATUS .*\n\{\n/)
    const terminal = (env: string) => shell(`${env} script -qec '"$B" check --no-push jobs/f1' /dev/null`).stdout
    expect(terminal('')).toContain('\u001b[1m')
    expect(
      terminal('NO_COLOR=1')
        .replaceAll('\r\u001b[2K', '')
        .replace(/\r?looked at[^\r]*/, ''),
    ).not.toContain('\u001b[1m')
  })
})
