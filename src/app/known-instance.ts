import { existsSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLog } from '../lib/log.ts'
import { notifiers } from '../notifications/registry.ts'
import { sources } from '../sources/registry.ts'
import { databasePath } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { load } from './load.ts'
import { dataDirectory } from './locate.ts'
import { openConfiguredStore } from './open-store.ts'
import { secretKey } from './secret-key.ts'
import { settingsOf } from './settings.ts'

/** What a command is told of the instance that is meant. */
export interface InstanceChoice {
  config?: string | undefined
  data?: string | undefined
}

/** An instance, running or stopped: its configuration file, and where its data is. */
export interface KnownInstance {
  file: Config
  directory: string
}

export async function locateInstance(options: InstanceChoice): Promise<KnownInstance> {
  return { file: await load(options), directory: dataDirectory(options.data) }
}

/** Whether it has ever run here. A database of its own is told, even if it can't be reached; the embedded one is there or not. */
export function hasDatabase({ file, directory }: KnownInstance): boolean {
  return file.database.url !== null || existsSync(databasePath(directory))
}

/**
 * Works with the database of an instance while it is open here. `config` is the file's configuration with what was made in the
 * dashboard. Throws StoreError.
 */
export async function withStore<T>(
  { file, directory }: KnownInstance,
  work: (store: Store, config: () => Promise<Config>) => Promise<T>,
  readOnly = true,
): Promise<T> {
  const store = await openConfiguredStore(file, directory, silentLog, readOnly)
  try {
    return await work(store, () => settledConfig(file, store, directory))
  } finally {
    await store.close()
  }
}

async function settledConfig(file: Config, store: Store, dataDir: string): Promise<Config> {
  const key = secretKey({ dataDir, makes: store.dialect === 'sqlite', log: silentLog })
  const settings = settingsOf({ store, key, kinds: { sources, notifiers }, clock: systemClock, log: silentLog })
  return (await settings.settle(file)).config
}
