import { type CostsJson, presentCosts } from '../api/waste.ts'
import { wasteIn } from '../tasks/read-waste.ts'
import { type InstanceChoice, locateInstance, withStore } from './known-instance.ts'

export type { CostsJson } from '../api/waste.ts'

/** What is paid for nothing, by what an instance has seen: it may be running or stopped. */
export async function costReport(options: InstanceChoice): Promise<CostsJson> {
  return withStore(await locateInstance(options), async (store, config) =>
    presentCosts(wasteIn(await config(), await store.read.scopes())),
  )
}
