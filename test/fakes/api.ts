import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApiContext, SettingOutcome } from '../../src/api/context.ts'
import { createServer } from '../../src/api/server.ts'
import { settingsOf } from '../../src/app/settings.ts'
import type { Config } from '../../src/config/config.ts'
import type { Check } from '../../src/domain/check.ts'
import { instant } from '../../src/domain/instant.ts'
import type { PingReport } from '../../src/domain/ping.ts'
import { newId } from '../../src/lib/id.ts'
import { createSealer } from '../../src/lib/seal.ts'
import { heartbeat } from '../../src/sources/heartbeat/index.ts'
import { parsePingRequest } from '../../src/sources/heartbeat/parse-request.ts'
import { pingReply } from '../../src/sources/heartbeat/reply.ts'
import { openSqliteStore } from '../../src/store/dialects/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import type { TaskContext } from '../../src/tasks/context.ts'
import { estateKeeper } from '../../src/tasks/keep-estate.ts'
import { newsDesk } from '../../src/tasks/news-desk.ts'
import * as tasks from '../../src/tasks/operations.ts'
import { recordDrill, withdrawDrill } from '../../src/tasks/record-drill.ts'
import { surveyor } from '../../src/tasks/survey.ts'
import { FakeClock } from './clock.ts'
import { horn, shelf } from './kinds.ts'
import { NOW } from './notification.ts'
import { aPolicy } from './policy.ts'

const at = { file: '/etc/backproof/backproof.yaml', line: 12, column: 5 }

export function aConfig(server: Partial<Config['server']> = {}): Config {
  const common = { timeoutMs: 60_000, threshold: {}, overrides: [], owner: null, tags: {}, at }
  return {
    path: at.file,
    directory: '/etc/backproof',
    files: [at.file],
    database: { url: null },
    server: { host: '127.0.0.1', port: 0, baseUrl: null, auth: null, pingBodyLimit: 10_000, ...server },
    concurrency: 4,
    errorGrace: 3,
    defaults: {},
    sources: [
      { ...common, name: 'fleet', type: 'shelf', source: shelf, config: { boxes: {} }, everyMs: 900_000 },
      { ...common, name: 'jobs', type: 'heartbeat', source: heartbeat, config: {}, everyMs: 60_000 },
    ],
    services: [],
    channels: [{ name: 'oncall', type: 'horn', notifier: horn, config: {}, timeoutMs: 10_000, at }],
    routes: [],
    watchdog: [],
    keepHistoryMs: 400 * 86_400_000,
    evidence: { key: null, keepMs: null },
  }
}

/** A heartbeat that is known, and one that is not. */
export const JOB = '5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278'
export const NOBODY = '00000000-0000-4000-8000-000000000000'

export interface TestApi {
  url: string
  /** Where the database is. */
  directory: string
  store: Store
  clock: FakeClock
  context: ApiContext
  /** What was recorded. */
  reports: PingReport[]
  /** Words that were logged as warnings and errors. */
  logged: string[]
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; headers: Headers; body: unknown }>
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: unknown }>
  [Symbol.asyncDispose](): Promise<void>
}

export interface TestApiOptions {
  server?: Partial<Config['server']>
  webRoot?: string
  checks?: readonly Check[]
  context?: Partial<ApiContext>
}

/** The real server on a real SQLite database. */
export async function startApi({ server, webRoot, checks, context: more }: TestApiOptions = {}): Promise<TestApi> {
  const directory = mkdtempSync(join(tmpdir(), 'backproof-api-'))
  const store = await openSqliteStore({ path: join(directory, 'backproof.db') })
  const clock = new FakeClock(NOW)
  const config = aConfig(server)
  const logged: string[] = []
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`)
  const log = { debug() {}, info() {}, warn: note, error: note }
  const doing: TaskContext = {
    store,
    clock,
    log,
    config: () => config,
    policyOf: () => aPolicy(),
    newId: () => newId(clock.now()),
    worker: 'test',
    onDeliveries() {},
    onDue() {},
    onChecks() {},
  }
  const reports: PingReport[] = []
  const key = createSealer(Buffer.alloc(32, 7))
  const settings = settingsOf({
    store,
    clock,
    log,
    key: { opener: () => key, sealer: () => key },
    kinds: { sources: [shelf, heartbeat], notifiers: [horn] },
  })
  let inForce = await settings.settle(config)
  const settled = async (outcome: SettingOutcome) => {
    inForce = await settings.settle(config)
    return outcome
  }
  const surveys = surveyor({
    keeper: estateKeeper({ store, clock, config: () => context.config() }, false),
    clock,
    log,
    config: () => context.config(),
  })
  const context: ApiContext = {
    store,
    config: () => inForce.config,
    settings: {
      list: () => settings.list(config, inForce),
      save: async (...args) => settled(await settings.save(config, ...args)),
      remove: async (...args) => settled(await settings.remove(config, ...args)),
    },
    clock,
    log,
    pings: { parse: parsePingRequest, reply: pingReply },
    news: { ...newsDesk(doing), trouble: () => null },
    operations: {
      requestLook: (which) => tasks.requestLook(which, doing),
      acknowledge: (id, by, words) => tasks.acknowledge(id, by, words, doing),
      resolve: (id, by, words) => tasks.resolve(id, by, words, doing),
      pause: (check, until, by, reason) => tasks.pause(check, until, by, reason, doing),
      resume: (check, by) => tasks.resume(check, by, doing),
      testChannels: (channels) => tasks.testChannels(channels, doing),
      retryDelivery: (id) => tasks.retryDelivery(id, doing),
      async recordDrill(drill, by) {
        surveys.forget()
        return recordDrill(drill, by, { ...doing, config: () => context.config() })
      },
      async withdrawDrill(id, by, reason) {
        surveys.forget()
        return withdrawDrill(id, by, reason, doing)
      },
      async ping(report) {
        reports.push(report)
        return { outcome: 'uuid' in report.to && report.to.uuid === NOBODY ? 'unknown' : 'recorded' }
      },
    },
    estate: surveys.survey,
    health: async () => ({ database: null, scheduler: null, lastCycleAt: instant(NOW - 5000), configuration: null }),
    commandKey: null,
    version: '1.2.3',
    webRoot: webRoot ?? null,
    ...more,
  }
  if (checks) await store.write((tx) => tx.saveChecks(checks))
  const app = createServer(context)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })

  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') ?? false
    return {
      status: response.status,
      headers: response.headers,
      body: json && text !== '' ? (JSON.parse(text) as unknown) : text,
    }
  }

  return {
    url,
    directory,
    store,
    clock,
    context,
    reports,
    logged,
    get: (path, headers) => send('GET', path, undefined, headers),
    send,
    async [Symbol.asyncDispose]() {
      await app.close()
      await store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A request with headers and a path that fetch would not send. */
export function rawRequest(
  url: string,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { path, method, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }))
    })
    sent.on('error', reject).end()
  })
}
