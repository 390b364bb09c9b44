import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { Estate } from '../evaluation/services/estate.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLog } from '../lib/log.ts'
import { checkOnce } from '../tasks/check-once.ts'
import { estateOf, readEstate } from '../tasks/read-estate.ts'
import { remarkOnFailed, remarksOnScopes } from '../tasks/scope-remarks.ts'
import { hasDatabase, type InstanceChoice, locateInstance, withStore } from './known-instance.ts'

export interface EstateOptions extends InstanceChoice {
  /** Look at the sources now, though there is an instance. */
  look?: boolean | undefined
  /** Also read the points of what proves a copy: retention, schedules and sizes are judged by them. */
  points: boolean
  signal: AbortSignal
  onProgress(done: number, total: number, what: string): void
}

export interface KnownEstate {
  estate: Estate
  now: Instant
  /** Of a running or stopped instance, or looked at just now. */
  from: 'instance' | 'look'
  /** What a person should know of how this was found, in sentences. */
  remarks: string[]
}

/** The services with what proves them: from an instance's database, or by a look at the sources where there is none. */
export async function knownEstate(options: EstateOptions): Promise<KnownEstate> {
  const instance = await locateInstance(options)
  const now = instant(systemClock.now())
  if (options.look || !hasDatabase(instance)) return lookAt(instance.file, now, options)
  return withStore(instance, async (store, settled) => {
    const config = await settled()
    const { estate, checks } = await readEstate(config, store.read, {
      now,
      points: options.points,
      signal: options.signal,
      onProgress: (done, total) => options.onProgress(done, total, 'recovery points'),
    })
    const remarks = remarksOnScopes(config, await store.read.scopes())
    if (checks === 0 && remarks.length === 0)
      remarks.push('Nothing is known yet: no instance has looked at anything (backproof serve).')
    return { estate, now, from: 'instance', remarks }
  })
}

async function lookAt(config: Config, now: Instant, options: EstateOptions): Promise<KnownEstate> {
  const { checks, drills, scopes, skipped } = await checkOnce({
    config,
    policyOf: (check) => policyFor(config, check),
    wants: () => true,
    clock: systemClock,
    log: silentLog,
    signal: options.signal,
    onProgress: (done, total, scope) => options.onProgress(done, total, scope.id),
  })
  return {
    estate: estateOf(config, checks, drills),
    now: instant(Math.max(now, systemClock.now())),
    from: 'look',
    remarks: [
      ...skipped.map((source) => `${source}: heartbeats are known to a running instance only; left out here.`),
      ...remarkOnFailed(
        scopes.filter(({ fault }) => fault !== null).map(({ scope }) => scope.id),
        scopes.length,
      ),
    ],
  }
}
