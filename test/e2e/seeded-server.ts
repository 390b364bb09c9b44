import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Health } from '../../src/api/context.ts'
import type { Config } from '../../src/config/config.ts'
import type { Check } from '../../src/domain/check.ts'
import type { Drill } from '../../src/domain/drill.ts'
import { plus } from '../../src/domain/instant.ts'
import type { Scope } from '../../src/domain/scope.ts'
import type { Service } from '../../src/domain/service.ts'
import { Secret } from '../../src/lib/secret.ts'
import { aConfig, startApi, type TestApi } from '../fakes/api.ts'
import { horn } from '../fakes/kinds.ts'
import { NOW } from '../fakes/notification.ts'
import { DELIVERIES, EVENTS, INCIDENTS } from './incident-seeds.ts'
import { ESTATE, HOSTILE, isPruned, PINGS, POINTS, REGULAR_POINTS, STALE_ID } from './seeds.ts'
import { HOSTILE_SERVICES, SERVICES } from './service-seeds.ts'

const root = join(import.meta.dirname, '../..')
const webRoot = join(root, 'dist/web')
const HOUR = 3_600_000

export const PASSWORD = 'correct horse battery staple'

/** The dashboard as it is shipped; built where it is not there yet, aside, since several tests may begin at once. */
export function built(): string {
  if (existsSync(join(webRoot, 'index.html'))) return webRoot
  mkdirSync(join(root, 'dist'), { recursive: true })
  const aside = mkdtempSync(join(root, 'dist/web-'))
  // vitest says "test", and React would be the one that runs each effect twice
  const env = { ...process.env, NODE_ENV: 'production', PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` }
  execFileSync('vite', ['build', 'web', '--outDir', aside, '--emptyOutDir', '--logLevel', 'warn'], { cwd: root, env })
  try {
    renameSync(aside, webRoot)
  } catch (error) {
    // another test was quicker
    rmSync(aside, { recursive: true, force: true })
    if (!existsSync(join(webRoot, 'index.html'))) throw error
  }
  return webRoot
}

function seededConfig(): Config {
  const config = aConfig()
  const [pull, push] = config.sources
  const [channel] = config.channels
  if (!pull || !push || !channel) throw new Error('the configuration of the tests has changed')
  const at = (line: number) => ({ ...pull.at, line })
  return {
    ...config,
    sources: [
      { ...pull, name: 'fleet', type: 'restic', at: at(4), everyMs: 900_000 },
      { ...pull, name: 'prod-aws', type: 'aws', at: at(21), everyMs: 3_600_000, owner: 'platform' },
      { ...pull, name: 'dumps', type: 'files', at: at(34), everyMs: 300_000 },
      { ...push, name: 'jobs', at: at(52) },
    ],
    channels: [
      channelOf('oncall', 'slack', 'hooks.slack.com, #oncall'),
      channelOf('mail', 'email', 'ops@example.com by mail.example.com'),
      channelOf('siem', 'webhook', 'https://siem.example.com/in'),
    ].map((made) => ({ ...channel, ...made })),
  }
}

const channelOf = (name: string, type: string, address: string) => ({
  name,
  type,
  notifier: { ...horn, address: () => address },
})

export interface SeededOptions {
  hostile?: boolean
  login?: boolean
  /** So many more checks, all well. */
  more?: number
  empty?: boolean
  health?: Partial<Health>
  /** These in place of the estate's own. */
  services?: readonly Service[]
  drills?: readonly Drill[]
}

/** The real API on a real database, over a made-up estate in every status. */
export async function startSeededServer(options: SeededOptions = {}): Promise<TestApi> {
  const config: Config = options.empty ? { ...aConfig(), sources: [], channels: [] } : seededConfig()
  const services =
    options.services ?? (options.empty ? [] : [...SERVICES, ...(options.hostile ? HOSTILE_SERVICES : [])])
  config.services = services.map((service) => ({ ...service, at: { file: config.path, line: 60, column: 3 } }))
  if (options.login) config.server.auth = { password: new Secret(PASSWORD), passwordHash: null, tokens: [] }
  const more = Array.from({ length: options.more ?? 0 }, (_, n) => likeThis(`more-${String(n).padStart(5, '0')}`))
  const checks = options.empty ? [] : [...ESTATE, ...(options.hostile ? HOSTILE : []), ...more]
  const well: Health = { database: null, scheduler: null, configuration: null, lastCycleAt: plus(NOW, -5000) }
  const context = { config: () => config, health: async () => ({ ...well, ...options.health }) }
  const api = await startApi({ webRoot: built(), checks, context })
  if (!options.empty) await seedHistory(api, checks, options.drills ?? [])
  return api
}

function likeThis(name: string): Check {
  const model = ESTATE.find((check) => check.id === 'fleet/web-server')
  if (!model) throw new Error('the seeds have changed')
  return { ...model, id: `fleet/${name}`, scope: 'fleet/web-server', resource: { ...model.resource, id: name, name } }
}

async function seedHistory({ store }: TestApi, checks: readonly Check[], drills: readonly Drill[]): Promise<void> {
  const pulled = checks.filter((check) => check.source !== 'jobs')
  const scopes: Scope[] = [...new Map(pulled.map((check) => [check.scope, check])).values()].map((check) => ({
    id: check.scope,
    source: check.source,
    name: check.scope.slice(check.source.length + 1),
  }))
  await store.write((tx) => tx.declareScopes(scopes, [...new Set(pulled.map((check) => check.source))], NOW))
  for (let n = 0; n < scopes.length; n++)
    await store.write(async (tx) => {
      const lease = await tx.claimScope('test', NOW, 60_000)
      if (!lease) return
      const look = checks.find((check) => check.scope === lease.scope && check.look.outcome === 'failed')?.look
      const fault = look?.outcome === 'failed' ? look.fault : null
      await tx.finishLook(lease, {
        at: plus(NOW, -60_000),
        status: fault ? 'failed' : 'complete',
        tookMs: 180 + n * 230,
        fault,
        failures: fault ? 4 : 0,
        nextLookAt: plus(NOW, 840_000),
      })
    })
  await store.write(async (tx) => {
    await tx.savePoints(REGULAR_POINTS, NOW)
    await tx.savePoints(POINTS, plus(NOW, -400 * HOUR))
    const kept = POINTS.filter((point) => !isPruned(point))
    await tx.savePoints(kept, plus(NOW, -120 * HOUR), [STALE_ID])
    await tx.addStatusChanges([
      { check: STALE_ID, at: plus(NOW, -720 * HOUR), from: null, to: 'ok', reason: 'It was seen for the first time.' },
      {
        check: STALE_ID,
        at: plus(NOW, -28 * HOUR),
        from: 'ok',
        to: 'stale',
        reason: 'The newest good recovery point is older than 24 h.',
      },
    ])
    await tx.addPings(PINGS)
    await tx.addDrills(drills)
    await tx.saveIncidents(INCIDENTS)
    await tx.addEvents(EVENTS)
    await tx.addDeliveries(DELIVERIES)
    for (const delivery of DELIVERIES) await tx.saveDelivery(delivery)
  })
}
