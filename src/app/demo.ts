import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { instant } from '../domain/instant.ts'
import { ExecError, exec } from '../lib/exec.ts'
import type { Log } from '../lib/log.ts'
import { demoDrills, demoServices } from './demo-services.ts'
import { load, reloader } from './load.ts'
import { serve } from './serve.ts'

const HOUR = 3_600_000
const PASSWORD = 'backproof-demo'

export interface Samples {
  configPath: string
  dataDir: string
  /** What could not be made, and why. */
  remarks: string[]
}

interface SampleOptions {
  directory: string
  listen: string
  keep: boolean
  signal: AbortSignal
  onProgress(what: string): void
}

/** Makes real backups in every state, and a configuration that watches them. */
export async function makeSamples(options: SampleOptions): Promise<Samples> {
  const directory = resolve(options.directory)
  const configPath = join(directory, 'backproof.yaml')
  const remarks: string[] = []
  if (!options.keep) rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const repositories = options.keep ? await hasRestic() : await makeRepositories(directory, options)
  if (!repositories)
    remarks.push('restic is not installed here, so the demo has no restic repositories (Debian: apt install restic).')
  if (!options.keep) makeDumps(directory)
  writeFileSync(configPath, stringify(demoConfig(directory, options.listen, repositories), { lineWidth: 0 }), {
    mode: 0o600,
  })
  return { configPath, dataDir: join(directory, 'database'), remarks }
}

/** Serves the samples, with jobs that report in and one check that a person has paused. */
export async function runDemoServer(
  samples: Samples,
  log: Log,
  signal: AbortSignal,
  onReady: (address: string) => void,
): Promise<void> {
  const options = { config: samples.configPath }
  await serve({
    config: await load(options),
    dataDir: samples.dataDir,
    log,
    signal,
    reload: reloader(options),
    onReady: (address, instance) => {
      onReady(address)
      const now = Date.now()
      void Promise.all([reportJobs(address), tellDrills(address)])
        .then(() =>
          instance.operations.pause(
            'jobs/quarterly-archive',
            instant(now + 14 * 24 * HOUR),
            'demo',
            'the archive is being moved',
          ),
        )
        .catch((error: unknown) =>
          log.warn({ error: String(error) }, 'the jobs and drills of the demo could not be told'),
        )
    },
  })
}

const JOBS = {
  nightly: '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405061',
  photos: '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405062',
  mail: '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405063',
  'quarterly-archive': '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405064',
}

/** What cron jobs would do with curl. */
async function reportJobs(address: string): Promise<void> {
  const ping = (path: string, body?: string) =>
    fetch(`${address}/ping/${path}`, { method: 'POST', ...(body ? { body } : {}) })
  await ping(`${JOBS.nightly}/start`)
  await ping(JOBS.nightly, 'dumped 14 databases, 3.1 GiB')
  await ping(JOBS.photos, '12,402 files copied')
  await ping(JOBS['quarterly-archive'])
  await ping(
    `${JOBS.mail}/1`,
    'rsync: [sender] write error: Broken pipe (32)\nrsync error: error in socket IO (code 10)',
  )
}

/** What people would do on the page of drills. One that was told before has its id, and is kept once. */
async function tellDrills(address: string): Promise<void> {
  for (const drill of demoDrills)
    await fetch(`${address}/api/v1/drills`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(drill),
    })
}

async function hasRestic(): Promise<boolean> {
  try {
    await exec(['restic', 'version'], { env: environment(), timeoutMs: 10_000, maxStdoutBytes: 10_000 })
    return true
  } catch (error) {
    if (error instanceof ExecError) return false
    throw error
  }
}

async function makeRepositories(directory: string, { signal, onProgress }: SampleOptions): Promise<boolean> {
  if (!(await hasRestic())) return false
  const content = join(directory, 'content')
  mkdirSync(content, { recursive: true })
  for (const name of ['index.html', 'orders.csv', 'notes.md'])
    writeFileSync(join(content, name), `${name}\n`.repeat(200))
  const plans: [name: string, snapshots: [agoHours: number, host: string][]][] = [
    [
      'web-server',
      [
        [74, 'web-1'],
        [50, 'web-1'],
        [26, 'web-1'],
        [2, 'web-1'],
      ],
    ],
    [
      'db-server',
      [
        [100, 'db-1'],
        [76, 'db-1'],
        [52, 'db-1'],
      ],
    ],
    [
      'fileserver',
      [
        [26, 'nas'],
        [21, 'nas'],
      ],
    ],
    ['new-laptop', []],
  ]
  for (const [name, snapshots] of plans) {
    onProgress(`making the restic repository ${name}`)
    const repository = join(directory, 'restic', name)
    mkdirSync(repository, { recursive: true })
    await restic(repository, ['init'], signal)
    for (const [agoHours, host] of snapshots) {
      const time = new Date(Date.now() - agoHours * HOUR).toISOString().slice(0, 19).replace('T', ' ')
      await restic(repository, ['backup', '--quiet', '--time', time, '--host', host, content], signal)
    }
  }
  return true
}

async function restic(repository: string, args: string[], signal: AbortSignal): Promise<void> {
  const env = { ...environment(), RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: PASSWORD, TZ: 'UTC' }
  const result = await exec(['restic', '--no-cache', ...args], {
    env,
    timeoutMs: 120_000,
    maxStdoutBytes: 1_000_000,
    signal,
  })
  if (result.code !== 0)
    throw new Error(`restic ${args[0]} of ${repository} ended with ${result.code ?? result.signal}: ${result.stderr}`)
}

const environment = () => ({ PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: process.env.HOME ?? '/' })

function makeDumps(directory: string): void {
  const dump = (folder: string, name: string, agoHours: number, bytes: number) => {
    const path = join(directory, 'dumps', folder)
    mkdirSync(path, { recursive: true })
    const at = new Date(Date.now() - agoHours * HOUR)
    writeFileSync(join(path, name), Buffer.alloc(bytes, 'backup '))
    utimesSync(join(path, name), at, at)
  }
  for (let days = 0; days < 14; days++) dump('appdb', `appdb-${day(days)}.dump`, days * 24 + 3, 220_000 - days * 4000)
  for (const days of [4, 5, 6, 7, 8, 11, 12]) dump('wiki', `wiki-${day(days)}.sql.gz`, days * 24, 80_000)
  dump('shop', `shop-${day(0)}.dump`, 1, 0)
  dump('ldap', 'ldap-from-the-future.ldif', -30, 4000)
  dump('ldap', `ldap-${day(0)}.ldif`, 5, 4000)
  dump('stamps', 'billing.ok', 22, 10)
}

const day = (ago: number): string => new Date(Date.now() - ago * 24 * HOUR).toISOString().slice(0, 10)

function demoConfig(directory: string, listen: string, repositories: boolean): object {
  const dumps = (folder: string) => join(directory, 'dumps', folder)
  const restic = {
    type: 'restic',
    url: `${directory}/restic/{{ .Name }}`,
    password: PASSWORD,
    every: '5m',
    repositories: {
      'web-server': { max_age: '1d' },
      'db-server': { max_age: '1d' },
      fileserver: { max_age: '2d' },
      'new-laptop': { max_age: '7d' },
      'old-vault': { max_age: '1d' },
    },
  }
  return {
    server: { listen },
    sources: {
      ...(repositories ? { fleet: restic } : {}),
      dumps: {
        type: 'files',
        every: '1m',
        warn_at: '80%',
        files: {
          appdb: { path: dumps('appdb'), pattern: 'appdb-*.dump', min_size: '1kB', max_age: '25h' },
          wiki: { path: dumps('wiki'), pattern: 'wiki-*.sql.gz', max_age: '25h' },
          shop: { path: dumps('shop'), pattern: 'shop-*.dump', max_age: '25h' },
          ldap: { path: dumps('ldap'), pattern: 'ldap-*.ldif', max_age: '25h' },
          billing: { stamp: join(dumps('stamps'), 'billing.ok'), max_age: '25h' },
          tapes: { path: join(directory, 'mnt', 'tapes'), pattern: '*.tar', max_age: '7d' },
        },
      },
      jobs: {
        type: 'heartbeat',
        heartbeats: {
          nightly: { uuid: JOBS.nightly, schedule: '30 2 * * *', time_zone: 'Europe/Berlin', grace: '1h' },
          photos: { uuid: JOBS.photos, period: '7d', grace: '6h' },
          mail: { uuid: JOBS.mail, period: '1d', grace: '1h' },
          'quarterly-archive': { uuid: JOBS['quarterly-archive'], period: '90d', grace: '7d' },
        },
      },
    },
    services: demoServices,
  }
}
