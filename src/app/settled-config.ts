import type { Config } from '../config/config.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLog } from '../lib/log.ts'
import { notifiers } from '../notifications/registry.ts'
import { sources } from '../sources/registry.ts'
import type { Store } from '../store/store.ts'
import { secretKey } from './secret-key.ts'
import { settingsOf } from './settings.ts'

/** The file's configuration with what was made in the dashboard, for those who only read an instance's database. */
export async function settledConfig(file: Config, store: Store, dataDir: string): Promise<Config> {
  const key = secretKey({ dataDir, makes: store.dialect === 'sqlite', log: silentLog })
  const settings = settingsOf({ store, key, kinds: { sources, notifiers }, clock: systemClock, log: silentLog })
  return (await settings.settle(file)).config
}
