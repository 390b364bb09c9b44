import type { Config } from '../config/config.ts'
import type { Check } from '../domain/check.ts'
import type { Policy } from '../domain/policy.ts'
import type { Signer } from '../evidence/key.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../store/store.ts'

/** What tasks work with. The configuration is asked for at each use: it changes on reload. */
export interface TaskContext {
  store: Store
  clock: Clock
  log: Log
  config(): Config
  policyOf(check: Pick<Check, 'id' | 'source' | 'type' | 'resource' | 'expects'>): Policy
  /** Rising ids: events and deliveries are told in the order of their ids. */
  newId(): string
  /** What evidence is signed with now. Absent, or null: nothing. Throws EvidenceKeyError. */
  signer?(): Signer | null
  /** This process, in leases. */
  worker: string
  /** Called after a commit that put deliveries in the outbox. */
  onDeliveries(): void
  /** Called after a commit that made a scope due earlier. */
  onDue(): void
  /** Called by a transaction that changes checks, perhaps before it has committed: whoever hears it waits a moment. */
  onChecks(): void
}
