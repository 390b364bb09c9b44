import type { Config } from '../config/config.ts'
import type { Log } from '../lib/log.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'

/** The database that the configuration names, or the embedded one in the data directory. Throws StoreError. */
export function openConfiguredStore(config: Config, dataDir: string, log: Log, readOnly = false): Promise<Store> {
  return openStore({ url: config.database.url?.reveal() ?? null, directory: dataDir, log, readOnly })
}
