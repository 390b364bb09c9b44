import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { dump, dumpWorkshop } from '../fakes/dump-folders.ts'
import { run } from '../fakes/program.ts'

const { workshop, receiver, dumps } = await dumpWorkshop()
const root = join(import.meta.dirname, '../..')

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
    await expect.poll(() => get('/summary')).toContain('"missing":1')
    writeFileSync(config, good.replace('max_age: 25h', 'max_age: soon'))
    await expect.poll(() => get('/summary')).toContain('not a duration')
    // what was in force still is
    expect(await get('/summary')).toContain('"missing":1')
    writeFileSync(config, good)
    served.program.child.kill('SIGHUP')
    await expect.poll(() => get('/summary')).toMatch(/"missing":0.*"configuration":\s*(null|"ok"|\{"ok":true)/)
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
    expect([plain.status, plain.stdout.replaceAll(cwd, '/here')]).toEqual([
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
    // whoever reads the words hears how to come by the policy; a pipe gets the words alone
    const words = await run(['permissions', 'dumps'], { cwd })
    expect([words.status, words.stderr]).toEqual([
      0,
      'As a policy: --format iam, trust, cloudformation or terraform.\n',
    ])
    expect(words.stdout).not.toContain('--format')
    expect(await run(['permissions', 'here'], { cwd })).toMatchObject({ status: 0, stderr: '' })
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
    for (const [format, begin] of [
      ['cloudformation', 'AWSTemplateFormatVersion: "2010-09-09"\n'],
      ['terraform', 'variable "backproof_principal" {\n'],
    ] as const) {
      const template = await run(['permissions', 'prod', '--format', format], { cwd: aws })
      expect(template.stdout.slice(0, begin.length)).toBe(begin)
      expect(template.stdout).toContain('ec2:DescribeSnapshots')
    }
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
    const below = async (command: string[]): Promise<string[][]> => {
      const { status, stdout } = await run([...command, '--help'])
      expect(status, command.join(' ')).toBe(0)
      if (command.length > 0) expect(stdout, command.join(' ')).toMatch(/Example:\n {2}backproof /)
      const [, list = ''] = stdout.split(/^Commands:$/m)
      const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)(?: |$)/gm)].flatMap(([, name = '']) =>
        name === 'help' || name === 'backproof' ? [] : name,
      )
      const deeper = await Promise.all(names.map((name) => below([...command, name])))
      return [command, ...deeper.flat()]
    }
    const found = (await below([])).map((command) => command.join(' '))
    expect(found).toEqual(expect.arrayContaining(['serve', 'hash-password', 'notify test', 'drill record']))
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
