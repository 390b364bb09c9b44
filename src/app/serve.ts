import type { AddressInfo } from 'node:net'
import { createServer } from '../api/server.ts'
import type { Config } from '../config/config.ts'
import { formatProblem } from '../config/problem.ts'
import { watchConfig } from '../config/watch.ts'
import { countsInWords } from '../domain/status.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { isLoopback } from '../lib/loopback.ts'
import { configurationReloaded } from '../metrics/events.ts'
import { evidenceSigner } from './evidence-key.ts'
import { createInstance, type Instance } from './instance.ts'
import { announce, newLinkKey } from './instance-link.ts'
import { listen } from './listen.ts'
import type { Reload } from './load.ts'
import { openConfiguredStore } from './open-store.ts'
import { version, webRoot } from './root.ts'
import { secretKey } from './secret-key.ts'

export interface ServeOptions {
  config: Config
  dataDir: string
  log: Log
  signal: AbortSignal
  /** Reads the configuration anew, for reloads; null: it can't change. */
  reload: Reload | null
  /** Called once requests are answered, with the address. */
  onReady(address: string, instance: Instance): void
}

/** Runs the scheduler, the outbox, the API and the dashboard until the signal aborts; then nothing is left running. */
export function serve({ config, dataDir, log, signal, reload, onReady }: ServeOptions): Promise<void> {
  return withInstance({ config, dataDir, log }, async (instance) => {
    const key = newLinkKey()
    const server = createServer({
      store: instance.context.store,
      config: instance.context.config,
      clock: systemClock,
      log,
      operations: instance.operations,
      settings: instance.settings,
      estate: instance.estate,
      health: instance.health,
      version: version(),
      webRoot: webRoot(),
      pings: instance.pings,
      commandKey: key,
      news: instance.news,
    })
    let conceal = () => {}
    try {
      await listen(server, config.server.host, config.server.port)
      const url = addressOf(server.server.address(), config)
      // commands use a PostgreSQL themselves
      if (instance.context.store.dialect === 'sqlite') conceal = announce(dataDir, { url, key })
      onReady(url, instance)
      await Promise.all([instance.run(signal), reload && watch(instance, config, reload, log, signal)])
    } finally {
      conceal()
      await server.close()
    }
  })
}

/** One full cycle with incidents and notifications, for timers. Returns what it found, in a sentence. */
export function serveOnce({ config, dataDir, log, signal }: Omit<ServeOptions, 'reload' | 'onReady'>): Promise<string> {
  return withInstance({ config, dataDir, log }, async (instance) => {
    await instance.runOnce(signal)
    const summary = await instance.context.store.read.summary()
    const counts = countsInWords(summary)
    return `${summary.total} ${summary.total === 1 ? 'check' : 'checks'}${counts && `: ${counts}`}`
  })
}

/** Shares the looks and the outbox of an instance on PostgreSQL until the signal aborts. */
export function work({ config, log, signal, reload }: Omit<ServeOptions, 'dataDir' | 'onReady'>): Promise<void> {
  return withInstance({ config, dataDir: '', log, declares: false }, async (instance) => {
    log.info({ worker: instance.context.worker }, 'working')
    await Promise.all([instance.run(signal), reload && watch(instance, config, reload, log, signal)])
  })
}

async function withInstance<T>(
  { dataDir, ...options }: Pick<ServeOptions, 'config' | 'dataDir' | 'log'> & { declares?: boolean },
  use: (instance: Instance) => Promise<T>,
): Promise<T> {
  const store = await openConfiguredStore(options.config, dataDir, options.log)
  try {
    const keys = { dataDir, makes: store.dialect === 'sqlite', log: options.log }
    const signer = (config: Config) => evidenceSigner(config, keys)
    return await use(await createInstance({ store, key: secretKey(keys), signer, ...options }))
  } finally {
    await store.close()
  }
}

async function watch(instance: Instance, first: Config, reload: Reload, log: Log, signal: AbortSignal): Promise<void> {
  const watcher = watchConfig({
    config: first,
    load: async () => atTheSameAddress(await reload(), first),
    signal,
    clock: systemClock,
    onConfig: async (next) => {
      await instance.apply(next)
      configurationReloaded('applied')
      log.info({ sources: next.sources.length }, 'the configuration was reloaded')
    },
    onProblems: (problems) => {
      const text = problems.map(formatProblem).join('\n')
      instance.refuse(text)
      configurationReloaded('refused')
      log.error({ problems: text }, 'the new configuration is refused; the one before stays in force')
    },
  })
  const onHangup = () => watcher.reload()
  process.on('SIGHUP', onHangup)
  await watcher.done
  process.off('SIGHUP', onHangup)
}

/** A new address takes a restart: the one that we listen at stays, and so does the login that it demands. */
function atTheSameAddress(loaded: Awaited<ReturnType<Reload>>, first: Config): Awaited<ReturnType<Reload>> {
  if (!('config' in loaded)) return loaded
  const { config } = loaded
  if (config.server.auth === null && first.server.auth !== null && !isLoopback(first.server.host)) {
    const message = `others reach ${first.server.host}, so the login can't be removed without a restart at another address`
    return { problems: [{ file: config.path, line: 1, column: 1, path: 'server.auth', message }] }
  }
  const { host, port } = first.server
  return { ...loaded, config: { ...config, server: { ...config.server, host, port } } }
}

function addressOf(bound: AddressInfo | string | null, { server }: Config): string {
  const { address, port } = typeof bound === 'object' && bound ? bound : { address: server.host, port: server.port }
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}
