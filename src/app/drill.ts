import type { z } from 'zod'
import { type DrillBody, drillBody } from '../api/drill-requests.ts'
import { type DrillJson, drill as drillAnswer } from '../api/drill-schemas.ts'
import { drillOf, presentDrill } from '../api/present-drill.ts'
import type { Config } from '../config/config.ts'
import { suggest } from '../config/suggest.ts'
import { instant } from '../domain/instant.ts'
import { systemClock } from '../lib/clock.ts'
import { newId } from '../lib/id.ts'
import { silentLog } from '../lib/log.ts'
import type { Store } from '../store/store.ts'
import { readEstate } from '../tasks/read-estate.ts'
import { endedText, recordDrill, withdrawDrill } from '../tasks/record-drill.ts'
import { UsageError } from './errors.ts'
import { askInstance, instanceAt } from './instance-link.ts'
import { hasDatabase, type InstanceChoice, type KnownInstance, locateInstance, withStore } from './known-instance.ts'

const BY = 'command line'

/** Records a drill, by the instance that runs or in its database. Throws UsageError in words for people. */
export function recordDrillOf(told: DrillBody, options: InstanceChoice): Promise<DrillJson> {
  // what is asked twice is recorded once
  const body = { id: newUuid(), ...told }
  return changing(options, { path: '/drills', body }, async (store, config) => {
    const parsed = drillBody.safeParse(body)
    if (!parsed.success) throw new UsageError(mistakesOf(parsed.error))
    const context = { store, clock: systemClock, config: () => config, newId, log: silentLog }
    const recorded = await recordDrill(drillOf(parsed.data, BY), BY, context)
    if (recorded.outcome === 'refused') throw new UsageError(recorded.problems.map(({ message }) => message).join('\n'))
    return presentDrill(recorded.drill)
  })
}

export function withdrawDrillOf(
  id: string,
  told: { reason: string; by: string },
  options: InstanceChoice,
): Promise<DrillJson> {
  const request = { path: `/drills/${encodeURIComponent(id)}/withdraw`, body: told }
  return changing(options, request, async (store) => {
    const context = { store, clock: systemClock, log: silentLog }
    const outcome = await withdrawDrill(id, told.by, told.reason, context)
    if (outcome.outcome === 'unknown')
      throw new UsageError(`There is no drill "${id}": backproof drill list has their ids.`)
    if (outcome.outcome === 'ended') throw new UsageError(`${endedText(outcome.drill)}.`)
    return presentDrill(outcome.drill)
  })
}

/**
 * The embedded database belongs to one process: while an instance runs, it is asked to do it. A PostgreSQL is shared, and
 * a database whose instance is stopped is ours as long as this takes.
 */
async function changing(
  options: InstanceChoice,
  request: { path: string; body: object },
  work: (store: Store, config: Config) => Promise<DrillJson>,
): Promise<DrillJson> {
  const instance = await locateInstance(options)
  const shared = instance.file.database.url !== null
  if (!shared) {
    requireDatabase(instance)
    const link = instanceAt(instance.directory)
    const done = link && (await askInstance(link, 'POST', request.path, drillAnswer, request.body))
    if (done) return done
  }
  // the schema of a shared one is its instances' to change
  return withStore(instance, async (store, config) => work(store, await config()), shared)
}

function requireDatabase(instance: KnownInstance): void {
  if (hasDatabase(instance)) return
  throw new UsageError(
    `There is no database in ${instance.directory}: start an instance once (backproof serve), or name its directory with --data.`,
  )
}

function mistakesOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')
}

const newUuid = () => newId(systemClock.now())

export interface DrillListOptions extends InstanceChoice {
  /** Its own, and those of the checks that prove its copies. */
  service?: string | undefined
  /** Those that were withdrawn or replaced too. */
  ended: boolean
  limit: number
}

/** What is known of drills, from the database: an instance may be running or stopped. */
export async function listDrills(options: DrillListOptions): Promise<{ drills: DrillJson[]; more: boolean }> {
  const instance = await locateInstance(options)
  requireDatabase(instance)
  return withStore(instance, async (store, config) => {
    const { service, ended, limit } = options
    const checks = service === undefined ? undefined : await checksOf(service, await config(), store)
    const page = await store.read.drills({ service, checks, ended }, limit)
    return { drills: page.items.map(presentDrill), more: page.next !== null }
  })
}

async function checksOf(service: string, config: Config, store: Store): Promise<string[]> {
  const names = config.services.map(({ name }) => name)
  if (!names.includes(service)) {
    // one that was declared once may have drills still
    const kept = await store.read.drills({ service, ended: true }, 1)
    if (kept.items.length > 0) return []
    const meant = suggest(service, names)
    throw new UsageError(`There is no service "${service}"${meant === null ? '' : `: did you mean "${meant}"?`}`)
  }
  const { estate } = await readEstate(config, store.read, { now: instant(systemClock.now()), points: false })
  const copies = estate.byName.get(service)?.copies ?? []
  return copies.flatMap((copy) => copy.checks.map(({ check }) => check.id))
}
