import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from '../api/server.ts'
import type { Config } from '../config/config.ts'
import { formatProblem } from '../config/problem.ts'
import { watchConfig } from '../config/watch.ts'
import { STATUSES } from '../domain/status.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../store/store.ts'
import { createInstance, type Instance } from './instance.ts'
import { type Reload, version } from './load.ts'
import { openConfiguredStore } from './open-store.ts'

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
export async function serve({ config, dataDir, log, signal, reload, onReady }: ServeOptions): Promise<void> {
  await using store: Store & AsyncDisposable = disposable(await openConfiguredStore(config, dataDir, log))
  const instance = await createInstance({ store, config, log })
  const server = createServer({
    store,
    config: instance.context.config,
    clock: systemClock,
    log,
    operations: instance.operations,
    health: instance.health,
    version: version(),
    webRoot: webRoot(),
    pings: instance.pings,
  })
  await server.listen({ host: config.server.host, port: config.server.port })
  const stopped = new AbortController()
  const end = AbortSignal.any([signal, stopped.signal])
  try {
    onReady(addressOf(server.addresses()[0] ?? { address: config.server.host, port: config.server.port }), instance)
    const watching = reload ? watch(instance, config, reload, log, end) : Promise.resolve()
    await instance.run(end)
    await watching
  } finally {
    stopped.abort()
    await server.close()
  }
}

/** One full cycle with incidents and notifications, for timers. Returns what it found, in a sentence. */
export async function serveOnce({
  config,
  dataDir,
  log,
  signal,
}: Omit<ServeOptions, 'reload' | 'onReady'>): Promise<string> {
  await using store: Store & AsyncDisposable = disposable(await openConfiguredStore(config, dataDir, log))
  const instance = await createInstance({ store, config, log })
  await instance.runOnce(signal)
  const { total, ...byStatus } = await store.read.summary()
  const parts = STATUSES.filter((status) => byStatus[status] > 0).map((status) => `${byStatus[status]} ${status}`)
  return `${total} ${total === 1 ? 'check' : 'checks'}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
}

/** Shares the looks and the outbox of an instance on PostgreSQL until the signal aborts. */
export async function work({
  config,
  log,
  signal,
  reload,
}: Pick<ServeOptions, 'config' | 'log' | 'signal' | 'reload'>): Promise<void> {
  await using store: Store & AsyncDisposable = disposable(await openConfiguredStore(config, '', log))
  const instance = await createInstance({ store, config, log })
  log.info({ worker: instance.context.worker }, 'working')
  await Promise.all([instance.run(signal), reload ? watch(instance, config, reload, log, signal) : undefined])
}

async function watch(instance: Instance, first: Config, reload: Reload, log: Log, signal: AbortSignal): Promise<void> {
  const watcher = watchConfig({
    config: first,
    load: reload,
    signal,
    clock: systemClock,
    onConfig: async (next) => {
      if (next.server.host !== first.server.host || next.server.port !== first.server.port)
        log.warn({}, 'a new address (server) takes a restart; everything else is in force')
      await instance.apply(next)
      log.info({ sources: next.sources.length }, 'the configuration was reloaded')
    },
    onProblems: (problems) => {
      const text = problems.map(formatProblem).join('\n')
      instance.refuse(text)
      log.error({ problems: text }, 'the new configuration is refused; the one before stays in force')
    },
  })
  const onHangup = () => watcher.reload()
  process.on('SIGHUP', onHangup)
  await watcher.done
  process.off('SIGHUP', onHangup)
}

/** The built dashboard, beside the sources or beside the built program. */
function webRoot(): string | null {
  const candidates = [join(import.meta.dirname, '../../dist/web'), join(import.meta.dirname, 'web')]
  return candidates.find((path) => existsSync(join(path, 'index.html'))) ?? null
}

function addressOf({ address, port }: { address: string; port: number }): string {
  const host = address.includes(':') ? `[${address}]` : address
  return `http://${host}:${port}`
}

function disposable(store: Store): Store & AsyncDisposable {
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}
