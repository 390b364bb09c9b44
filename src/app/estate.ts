import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import type { Check } from '../domain/check.ts'
import { type Instant, instant } from '../domain/instant.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { type Estate, surveyEstate } from '../evaluation/services/estate.ts'
import type { ProvingCheck } from '../evaluation/services/proving-check.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLog } from '../lib/log.ts'
import type { Reader } from '../store/store.ts'
import { checkOnce } from '../tasks/check-once.ts'
import { load } from './load.ts'
import { dataDirectory } from './locate.ts'
import { openConfiguredStore } from './open-store.ts'
import { settledConfig } from './settled-config.ts'

export interface EstateOptions {
  config?: string | undefined
  data?: string | undefined
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

/** So many of the newest points of a check are read. */
const POINTS = 1000

/** The services with what proves them: from an instance's database, or by a look at the sources where there is none. */
export async function knownEstate(options: EstateOptions): Promise<KnownEstate> {
  const file = await load(options)
  const now = instant(systemClock.now())
  const directory = dataDirectory(options.data)
  // a database of its own is told, even if it can't be reached; the embedded one is there or not
  const instance = file.database.url !== null || existsSync(join(directory, 'backproof.db'))
  if (options.look || !instance) return lookAt(file, now, options)
  const store = await openConfiguredStore(file, directory, silentLog, true)
  try {
    // what was made in the dashboard counts too
    const config = await settledConfig(file, store, directory)
    const checks: Check[] = []
    for await (const check of store.read.eachCheck()) {
      const { judgement } = evaluate(check, policyFor(config, check), check.judgement, now)
      checks.push({ ...check, judgement })
    }
    const remarks =
      checks.length === 0 ? ['Nothing is known yet: no instance has looked at anything (backproof serve).'] : []
    const facts = { services: config.services, drills: [] }
    const estate = surveyEstate({ ...facts, checks: checks.map((check) => proving(config, check, null)) })
    if (!options.points) return { estate, now, from: 'instance', remarks }
    const points = await pointsOf(estate, store.read, options)
    return {
      estate: surveyEstate({
        ...facts,
        checks: checks.map((check) => proving(config, check, points.get(check.id) ?? null)),
      }),
      now,
      from: 'instance',
      remarks,
    }
  } finally {
    await store.close()
  }
}

async function lookAt(config: Config, now: Instant, options: EstateOptions): Promise<KnownEstate> {
  const { checks, skipped } = await checkOnce({
    config,
    policyOf: (check) => policyFor(config, check),
    wants: () => true,
    clock: systemClock,
    log: silentLog,
    signal: options.signal,
    onProgress: (done, total, scope) => options.onProgress(done, total, scope.id),
  })
  const estate = surveyEstate({
    services: config.services,
    drills: [],
    checks: checks.map((check) => proving(config, check, null)),
  })
  return {
    estate,
    now: instant(Math.max(now, systemClock.now())),
    from: 'look',
    remarks: skipped.map((source) => `${source}: heartbeats are known to a running instance only; left out here.`),
  }
}

function proving(config: Config, check: Check, points: ProvingCheck['points']): ProvingCheck {
  return { check, tags: policyFor(config, check).tags, immutability: null, points }
}

/** Of the checks that prove a copy alone: there may be a hundred thousand others. */
async function pointsOf(
  estate: Estate,
  read: Reader,
  { signal, onProgress }: EstateOptions,
): Promise<Map<string, NonNullable<ProvingCheck['points']>>> {
  const ids = [
    ...new Set(
      estate.views.flatMap(({ copies }) => copies.flatMap(({ checks }) => checks.map(({ check }) => check.id))),
    ),
  ]
  const found = new Map<string, NonNullable<ProvingCheck['points']>>()
  for (const [done, id] of ids.entries()) {
    if (signal.aborted) break
    const points = await read.points(id, POINTS)
    found.set(
      id,
      points.filter(({ state, goneAt }) => state === 'complete' && goneAt === null),
    )
    onProgress(done + 1, ids.length, id)
  }
  return found
}
