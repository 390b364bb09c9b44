import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { backproof, type Program, run } from '../fakes/program.ts'
import { portOf, Receiver } from '../fakes/receiver.ts'

const directory = mkdtempSync(join(tmpdir(), 'backproof-secrets-'))
const data = join(directory, 'data')

/** Each secret has a core of its own, which survives quoting of every kind, between characters that are quoted. */
const cores = new Map<string, string>()
function canary(name: string, around: 'hostile' | 'url-safe' = 'hostile'): string {
  const core = cores.get(name) ?? `cnry${name}${Math.random().toString(36).slice(2, 12)}`
  cores.set(name, core)
  return around === 'hostile' ? `p"%/+ \\ü${core}&'=?` : core
}

/** What of `text` stays as it is in base64, wherever in a text it begins. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).toString('base64')
    return encoded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + Buffer.byteLength(text)) * 4) / 3))
  })
}

/** Which secrets stand in the text, with what is around them. */
function leaks(text: string): string[] {
  return [...cores].flatMap(([name, core]) =>
    [core, ...inBase64(core)].flatMap((form) => {
      const at = text.indexOf(form)
      return at < 0 ? [] : [`${name}: ${text.slice(Math.max(0, at - 80), at + form.length + 20)}`]
    }),
  )
}

/** Everything that the programs have said, by what said it. */
const heard = new Map<string, string>()
const argv = new Set<string>()
let watching: NodeJS.Timeout
let program: Program | null = null

/** The command lines of all processes, as every user of this machine sees them. */
function readCommandLines(): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    for (const file of ['cmdline', 'comm'])
      try {
        argv.add(readFileSync(`/proc/${pid}/${file}`, 'utf8'))
      } catch {
        // it has ended meanwhile
      }
}

let receiver: Receiver
/** A mail server that repeats what it was sent. */
const mail = createServer((socket) => {
  socket.write('220 mail\r\n')
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    const line = chunk.toString().trim()
    if (/^EHLO/i.test(line)) socket.write('250-mail\r\n250 AUTH PLAIN LOGIN\r\n')
    else socket.write(`535 wrong: ${line}\r\n`)
  })
})

beforeAll(async () => {
  // whoever we talk to may repeat all that it was told in its answer
  receiver = await Receiver.start((response, { method, url, headers, body }) => {
    response.writeHead(403, { 'content-type': 'text/plain' })
    response.end(
      `you sent ${method} ${url} ${decodeURIComponent(url)} ${JSON.stringify(headers)} ${body.slice(0, 200)}`,
    )
  })
  await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve))
  watching = setInterval(readCommandLines, 10)
})
afterAll(async () => {
  clearInterval(watching)
  program?.child.kill('SIGKILL')
  await program?.ended
  mail.close()
  await receiver[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

const quote = (text: string) => JSON.stringify(text)
const environment = { SMTP_PASSWORD: canary('smtp'), DB_TOKEN: canary('fromenv') }

function configure(name: string, extra = ''): string {
  const { url, port } = receiver
  const path = join(directory, name)
  writeFileSync(join(directory, 'session-token'), canary('sessiontoken', 'url-safe'))
  const signing = `whsec_${Buffer.from(canary('signing', 'url-safe').padEnd(32, '=')).toString('base64')}`
  writeFileSync(
    path,
    `server:
  listen: "127.0.0.1:0"
  auth:
    password: ${quote(canary('login'))}
    tokens: [{ name: machine, token: ${canary('apitoken', 'url-safe')} }]
defaults: { error_grace: 1 }
sources:
  fleet:
    type: restic
    password: ${quote(canary('restic'))}
    repositories:
      local: { url: ${quote(join(directory, 'repository'))} }
      rest: { url: "rest:http://user:${canary('resturl', 'url-safe')}@127.0.0.1:${port}/r/", timeout: 3s }
      s3:
        url: "s3:http://127.0.0.1:${port}/bucket/r"
        mode: fast
        extra_env: { AWS_ACCESS_KEY_ID: AKIAEXAMPLE, AWS_SECRET_ACCESS_KEY: ${quote(canary('s3secret'))} }
        push_url: "${url}/api/push/"
        push_token: ${canary('pushtoken', 'url-safe')}
  asked:
    type: restic
    repository: ${quote(join(directory, 'repository'))}
    password_command: "cat /nowhere/password"
  buckets:
    type: s3-dumps
    endpoint: "${url}"
    access_key_id: AKIAEXAMPLE
    secret_access_key: ${quote(canary('s3dumps'))}
    session_token: "\${file:session-token}"
    bucket: dumps
  jobs:
    type: command
    commands:
      stderr: { shell: 'echo "cannot log in with $TOKEN" >&2; exit 1', env: { TOKEN: ${quote(canary('commandenv'))} }, push_url: "${url}/api/push/${canary('commandpush', 'url-safe')}" }
      stdout: { shell: 'echo "WARNING: $TOKEN $(printf %s "$TOKEN" | base64 -w 0)"; exit 1', format: nagios, env: { TOKEN: "\${env:DB_TOKEN}" } }
      json: { shell: 'echo "{\\"checks\\":[{\\"recovery_points\\":[],\\"detail\\":\\"$TOKEN\\",\\"resource\\":{\\"name\\":\\"$TOKEN\\"},\\"tags\\":{\\"a\\":\\"$TOKEN\\"}}],\\"complete\\":true}"', env: { TOKEN: ${canary('commandjson', 'url-safe')} } }
  stamps:
    type: files
    files: { none: { stamp: nowhere, push_url: "${url}/ping/${canary('filepush', 'url-safe')}" } }
  beats:
    type: heartbeat
    ping_key: ${canary('pingkey', 'url-safe')}
    heartbeats:
      nightly: { push_token: ${canary('beattoken', 'url-safe')}, push_url: "${url}/api/push/${canary('beatpush', 'url-safe')}" }
channels:
  slack: { type: slack, webhook_url: "${url}/services/T/B/${canary('slack', 'url-safe')}" }
  hook:
    type: webhook
    url: "http://someone:${canary('hookpassword', 'url-safe')}@127.0.0.1:${port}/hook?token=${canary('hooktoken', 'url-safe')}"
    signing_secret: ${quote(signing)}
    headers: { X-Mine: ${quote(canary('hookheader', 'url-safe'))} }
  dead: { type: webhook, url: "http://127.0.0.1:1/${canary('deadhook', 'url-safe')}" }
  mail: { type: email, host: 127.0.0.1, port: ${portOf(mail)}, tls: none, username: me, password: "\${env:SMTP_PASSWORD}", from: a@example.com, to: b@example.com }
watchdog:
  - kuma: "${url}/api/push/${canary('watchdog', 'url-safe')}"
  - healthchecks: "http://127.0.0.1:1/${canary('deadwatchdog', 'url-safe')}"
${extra}`,
  )
  return path
}

async function hear(args: string[]): Promise<void> {
  const { stdout, stderr } = await run(args, { env: environment, cwd: directory })
  expect(stdout + stderr).not.toContain('This is a bug')
  heard.set(args.join(' '), stdout + stderr)
}

const openapi = z.object({ paths: z.record(z.string(), z.object({ get: z.unknown().optional() })) })
const list = z.object({ items: z.array(z.object({ id: z.string() })) })

/** Every address of the API that is asked by GET, with what is known filled in. */
async function readApi(address: string): Promise<void> {
  const headers = { authorization: `Bearer ${canary('apitoken', 'url-safe')}` }
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`${address}${path}`, { headers })
    const text = await response.text()
    heard.set(`GET ${path}`, `${response.status} ${JSON.stringify([...response.headers])} ${text}`)
    return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }
  const { paths } = openapi.parse(await get('/api/v1/openapi.json'))
  const ids = async (path: string) => list.parse(await get(path)).items.map(({ id }) => id)
  const known = { check: await ids('/api/v1/checks'), incident: await ids('/api/v1/incidents') }
  expect(known.incident.length).toBeGreaterThan(3)
  for (const [path, { get: asked }] of Object.entries(paths)) {
    if (!asked) continue
    const some = path.includes('/checks/') ? known.check : path.includes('/incidents/') ? known.incident : ['x']
    for (const id of path.includes('{') ? some : [''])
      await get(`${path.startsWith('/api') ? '' : '/api/v1'}${path}`.replace(/\{\w+\}/g, encodeURIComponent(id)))
  }
  for (const path of ['/metrics', '/metrics?per_check=1', '/healthz', '/readyz', '/api/v1/nothing']) await get(path)
  const wrong = await fetch(`${address}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"password":"not it at all"}',
  })
  heard.set('POST /session', await wrong.text())
}

it('no secret is told, stored or shown on a command line, however all that has one goes wrong', {
  timeout: 120_000,
}, async () => {
  const config = configure('backproof.yaml')
  await run(['--version'])
  mkdirSync(join(directory, 'repository'))
  for (const file of ['config', 'keys', 'snapshots', 'data', 'index', 'locks'])
    if (file !== 'config') mkdirSync(join(directory, 'repository', file))
  writeFileSync(join(directory, 'repository/config'), 'not a config')

  await hear(['validate', '--config', config, '--connect'])
  await hear(['notify', 'test', '--config', config])
  for (const format of ['table', 'json', 'nagios', 'prometheus', 'checkmk'])
    await hear(['check', '--config', config, '--format', format])
  for (const source of ['fleet', 'buckets', 'jobs', 'beats']) await hear(['permissions', source, '--config', config])

  // mistakes of every kind in, and beside, what is secret
  const broken: [name: string, change: (text: string) => string][] = [
    [
      'keys',
      (text) =>
        text
          .replaceAll('password:', 'pasword:')
          .replaceAll('webhook_url:', 'webhok_url:')
          .replace('ping_key:', 'pingkey:'),
    ],
    [
      'types',
      (text) => text.replace(/password: (".*")/g, 'password: [$1]').replace(/token: (\S+) /g, 'token: { a: $1 } '),
    ],
    [
      'values',
      (text) => text.replaceAll('http://', 'htp://').replaceAll('whsec_', 'wsec_').replaceAll('api/push/', 'api push '),
    ],
    ['cut', (text) => text.slice(0, text.indexOf('session_token')).concat(' "')],
    ['tabs', (text) => text.replaceAll('    password', '\tpassword')],
  ]
  for (const [name, change] of broken) {
    const path = join(directory, `${name}.yaml`)
    writeFileSync(path, change(readFileSync(config, 'utf8')))
    const { status, stdout, stderr } = await run(['validate', '--config', path], { env: environment })
    expect(status, name).toBe(78)
    heard.set(`validate ${name}`, stdout + stderr)
  }
  const lost = configure(
    'lost.yaml',
    `database: { url: "postgres://me:${canary('dburl', 'url-safe')}@127.0.0.1:1/backproof" }\n`,
  )
  for (const args of [['serve', '--once'], ['status'], ['worker']]) await hear([...args, '--config', lost])

  program = backproof(['serve', '--config', config, '--data', data], { env: environment, cwd: directory })
  const address = (await program.said(/"address":"([^"]+)"/))[1] ?? ''
  const ping = (path: string) =>
    fetch(`${address}${path}`, { method: 'POST', body: 'done' }).then((response) => response.text())
  heard.set(
    'pings',
    `${await ping(`/ping/${canary('pingkey', 'url-safe')}/nightly/fail`)} ${await ping(`/api/push/${canary('beattoken', 'url-safe')}?status=down`)} ${await ping(`/ping/${canary('pingkey', 'url-safe')}/nosuch`)}`,
  )
  const headers = { authorization: `Bearer ${canary('apitoken', 'url-safe')}` }
  const body = async (path: string): Promise<string> => (await fetch(`${address}/api/v1${path}`, { headers })).text()
  // each channel has tried and each source has looked
  await expect.poll(async () => [...(await body('/sources')).matchAll(/"never"/g)].length).toBe(0)
  await expect
    .poll(
      async () =>
        new Set(
          [...(await body('/deliveries')).matchAll(/"channel":"(\w+)"[^}]*?"attempts":[1-9]/g)].map(
            (match) => match[1],
          ),
        ).size,
      { timeout: 30_000 },
    )
    .toBeGreaterThanOrEqual(3)
  writeFileSync(config, readFileSync(join(directory, 'values.yaml')))
  await program.said('the new configuration is refused')
  await readApi(address)
  program.child.kill('SIGTERM')
  expect(await program.ended).toBe(0)
  heard.set('serve', program.stdout() + program.stderr())
  await hear(['status', '--config', join(directory, 'lost.yaml'), '--data', data])

  clearInterval(watching)
  for (const file of readdirSync(data)) heard.set(file, readFileSync(join(data, file)).toString('latin1'))
  heard.set('the command lines', [...argv].join('\n'))
  expect([...argv].some((line) => line.startsWith('restic'))).toBe(true)
  expect([...heard].flatMap(([where, text]) => leaks(text).map((leak) => `${where}: ${leak}`))).toEqual([])
})
