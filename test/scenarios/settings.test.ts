import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as schemas from '../../src/api/schemas.ts'
import { servicePage } from '../../src/api/service-schemas.ts'
import * as settingSchemas from '../../src/api/setting-schemas.ts'
import { createInstance, type Instance } from '../../src/app/instance.ts'
import { secretKey } from '../../src/app/secret-key.ts'
import { serve } from '../../src/app/serve.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openPostgresStore } from '../../src/store/dialects/postgres.ts'
import { postgresBinaries, type RunningPostgres, startPostgres } from '../fakes/postgres.ts'
import { Receiver } from '../fakes/receiver.ts'

let folder: string
let receiver: Receiver
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backproof-settings-'))
  receiver = await Receiver.start()
})
afterEach(async () => {
  await receiver[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const SIGNING = randomBytes(32).toString('base64')
const CANARY = 'canary-hunter2-91bc'

function configuration(text = 'server: { listen: 127.0.0.1:0 }'): Config {
  const path = join(folder, 'backproof.yaml')
  writeFileSync(path, text)
  const result = loadConfig({ path, env: {} })
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.config
}

interface Running extends AsyncDisposable {
  get(path: string): Promise<unknown>
  put(path: string, yaml: string): Promise<unknown>
}

const dataDir = () => join(folder, 'data')

/** The real thing on a real address, as `backproof serve` runs it. */
async function started(config = configuration()): Promise<Running> {
  const stop = new AbortController()
  const { promise: ready, resolve } = Promise.withResolvers<string>()
  const done = serve({
    config,
    dataDir: dataDir(),
    log: silentLog,
    signal: stop.signal,
    reload: null,
    onReady: resolve,
  })
  const url = await Promise.race([ready, done.then(() => 'it ended')])
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(JSON.stringify(answer))
    return answer
  }
  return {
    get: (path) => ask('GET', path),
    put: (path, yaml) => ask('PUT', `/settings/${path}`, { yaml }),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await done
    },
  }
}

const statusOf = async (running: Running, id: string) => {
  const { items } = schemas.checkPage.parse(await running.get('/checks'))
  return items.find((check) => check.id === id)?.status
}

/** Posts to a webhook that the canary and a signature guard. */
const WEBHOOK = () => `type: webhook
url: ${receiver.url}/${CANARY}
signing_secret: whsec_${SIGNING}
headers: { Authorization: Bearer ${CANARY} }`

test('a service that is made by the API is judged at once, and one that is changed anew', async () => {
  await using running = await started()
  const services = async () => servicePage.parse(await running.get('/services'))
  expect((await services()).items).toEqual([])
  await running.put('service/shop', 'rpo: 1h\nowner: ann\nproduction: { site: dc-a }')
  expect((await services()).items).toMatchObject([{ name: 'shop', owner: 'ann', outcome: 'fail', rpo_seconds: 3600 }])
  await running.put('service/shop', 'rpo: 2h\nproduction: { site: dc-b }')
  expect((await services()).items).toMatchObject([{ name: 'shop', owner: null, rpo_seconds: 7200 }])
  expect(await running.get('/simulate?lose=site:dc-b')).toMatchObject({ summary: { gone: 1 } })
})

test('a source and a channel that are made by the API find a stale file and tell of it, signed, also after a restart', async () => {
  mkdirSync(join(folder, 'dumps'))
  const dump = join(folder, 'dumps', 'app.dump')
  writeFileSync(dump, 'rows')
  utimesSync(dump, Date.now() / 1000, Date.now() / 1000 - 3 * 86_400)
  {
    await using running = await started()
    await running.put('channel/hook', WEBHOOK())
    await running.put('source/dumps', `type: files\npath: ${join(folder, 'dumps')}\nmax_age: 1d`)
    await expect.poll(() => receiver.requests).toHaveLength(1)
    expect(await statusOf(running, 'dumps/dumps')).toBe('stale')
    const { headers, body, url } = receiver.last
    expect(url).toBe(`/${CANARY}`)
    expect(headers.authorization).toBe(`Bearer ${CANARY}`)
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
    const signature = createHmac('sha256', Buffer.from(SIGNING, 'base64')).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    expect(body).toContain('BACKUP_STALE')
  }
  for (const file of readdirSync(dataDir()))
    for (const secret of [CANARY, SIGNING])
      expect(readFileSync(join(dataDir(), file)).includes(secret), file).toBe(false)
  expect(statSync(join(dataDir(), 'secret.key')).mode & 0o777).toBe(0o600)

  await using again = await started()
  const settings = JSON.stringify(await again.get('/settings'))
  expect(settings).not.toContain(CANARY)
  expect(
    settingSchemas.settingList.parse(JSON.parse(settings)).items.map(({ name, in_force }) => [name, in_force]),
  ).toEqual([
    ['dumps', true],
    ['hook', true],
  ])
  writeFileSync(dump, 'newer rows')
  await fetchLook(again)
  await expect.poll(() => receiver.requests).toHaveLength(2)
  expect(receiver.last.headers.authorization).toBe(`Bearer ${CANARY}`)
  expect(receiver.last.body).toContain('resolved')
  expect(await statusOf(again, 'dumps/dumps')).toBe('ok')
})

/** Changing its threshold has the source looked at again. */
const fetchLook = (running: Running) =>
  running.put('source/dumps', `type: files\npath: ${join(folder, 'dumps')}\nmax_age: 2d`)

test('without its key, a source is an error that says why, and is neither retired nor taken for well', async () => {
  mkdirSync(join(folder, 'dumps'))
  writeFileSync(join(folder, 'dumps', 'app.dump'), 'rows')
  {
    await using running = await started()
    const push = `push_url: ${receiver.url}/ping/${CANARY}`
    await running.put('source/dumps', `type: files\npath: ${join(folder, 'dumps')}\nmax_age: 1d\n${push}`)
    await expect.poll(() => statusOf(running, 'dumps/dumps')).toBe('ok')
  }
  rmSync(join(dataDir(), 'secret.key'))
  await using running = await started()
  await expect.poll(() => statusOf(running, 'dumps/dumps')).toBe('error')
  const { items } = schemas.checkPage.parse(await running.get('/checks'))
  expect(items[0]?.fault?.message).toMatch(/settings of dumps.*secret.key is missing/)
  const { health } = schemas.summary.parse(await running.get('/summary'))
  expect(health.configuration).toMatch(/left out in part: settings: sources\/dumps:1:1/)

  // written again, with another key
  await running.put('source/dumps', `type: files\npath: ${join(folder, 'dumps')}\nmax_age: 1d`)
  await expect.poll(() => statusOf(running, 'dumps/dumps')).toBe('ok')
})

describe.skipIf((await postgresBinaries()) === null && !process.env.CI)('several processes on one PostgreSQL', () => {
  let server: RunningPostgres | null = null
  afterAll(() => server?.stop())

  const key = { BACKPROOF_SECRET_KEY: randomBytes(32).toString('base64') }

  async function process(url: string, env: NodeJS.ProcessEnv, declares: boolean) {
    const store = await openPostgresStore({ url })
    const stop = new AbortController()
    const instance: Instance = await createInstance({
      store,
      config: configuration(),
      key: secretKey({ dataDir: '', makes: false, log: silentLog, env }),
      log: silentLog,
      clock: systemClock,
      declares,
    })
    const running = instance.run(stop.signal)
    return {
      instance,
      async [Symbol.asyncDispose]() {
        stop.abort()
        await running
        await store.close()
      },
    }
  }

  test('what one makes, the other has within seconds; without a key secrets are refused, and it says what to do', async () => {
    server = await startPostgres()
    await using one = await process(server.url, key, true)
    await using other = await process(server.url, key, false)
    await using keyless = await process(server.url, {}, false)
    expect(await one.instance.settings.save('channel', 'hook', WEBHOOK(), 'ann')).toMatchObject({ outcome: 'saved' })
    const channels = () => other.instance.context.config().channels.map(({ name }) => name)
    await expect.poll(() => channels()).toEqual(['hook'])
    await expect.poll(() => keyless.instance.settings.list().items).toHaveLength(1)
    expect(keyless.instance.settings.list().items[0]?.problems[0]?.message).toMatch(/\$BACKPROOF_SECRET_KEY/)
    expect(await keyless.instance.settings.save('channel', 'two', WEBHOOK(), 'ann')).toMatchObject({
      outcome: 'refused',
      problems: [{ message: expect.stringMatching(/all workers .* need the same.*openssl rand/) }],
    })
    expect(await keyless.instance.settings.save('service', 'shop', 'tier: 1', 'ann')).toMatchObject({
      outcome: 'saved',
    })
    expect(await one.instance.settings.remove('channel', 'hook', 'ann')).toMatchObject({ outcome: 'removed' })
    await expect.poll(() => channels()).toEqual([])
    await expect.poll(() => other.instance.context.config().services).toMatchObject([{ name: 'shop' }])
  }, 60_000)
})
