import { type CostsJson, presentCosts } from '../api/waste.ts'
import { silentLog } from '../lib/log.ts'
import { wasteIn } from '../tasks/read-waste.ts'
import { load } from './load.ts'
import { dataDirectory } from './locate.ts'
import { openConfiguredStore } from './open-store.ts'
import { settledConfig } from './settled-config.ts'

export type { CostsJson } from '../api/waste.ts'

/** What is paid for nothing, by what an instance has seen: it may be running or stopped. */
export async function costReport(options: {
  config?: string | undefined
  data?: string | undefined
}): Promise<CostsJson> {
  const file = await load(options)
  const directory = dataDirectory(options.data)
  const store = await openConfiguredStore(file, directory, silentLog, true)
  try {
    return presentCosts(wasteIn(await settledConfig(file, store, directory), await store.read.scopes()))
  } finally {
    await store.close()
  }
}
