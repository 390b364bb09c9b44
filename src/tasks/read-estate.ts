import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import type { Check } from '../domain/check.ts'
import type { Instant } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { type Estate, surveyEstate } from '../evaluation/services/estate.ts'
import type { ProvingCheck } from '../evaluation/services/proving-check.ts'
import type { Reader } from '../store/store.ts'

export interface ReadEstateOptions {
  now: Instant
  /** Also read the points of what proves a copy: retention, schedules and sizes are judged by them. */
  points: boolean
  signal?: AbortSignal
  onProgress?(done: number, total: number): void
}

/** So many of the newest points of a check are read. */
const POINTS = 1000
/** So many checks' at once. */
const BATCH = 50

/** The services of a configuration with what proves them, as the store knows it. `checks`: how many it knows. */
export async function readEstate(
  config: Config,
  read: Reader,
  options: ReadEstateOptions,
): Promise<{ estate: Estate; checks: number }> {
  const { now } = options
  const checks: Check[] = []
  for await (const check of read.eachCheck()) {
    const { judgement } = evaluate(check, policyFor(config, check), check, now)
    checks.push({ ...check, judgement })
  }
  const estate = estateOf(config, checks)
  if (!options.points) return { estate, checks: checks.length }
  const points = await pointsOf(estate, read, options)
  return { estate: estateOf(config, checks, points), checks: checks.length }
}

type Points = NonNullable<ProvingCheck['points']>

/** The services of a configuration with what proves them among these checks. */
export function estateOf(config: Config, checks: readonly Check[], points?: ReadonlyMap<CheckId, Points>): Estate {
  return surveyEstate({
    services: config.services,
    drills: [],
    checks: checks.map((check) => ({
      check,
      tags: policyFor(config, check).tags,
      points: points?.get(check.id) ?? null,
    })),
  })
}

/** Of the checks that prove a copy alone: there may be a hundred thousand others. */
async function pointsOf(estate: Estate, read: Reader, options: ReadEstateOptions): Promise<Map<CheckId, Points>> {
  const ids = new Set(
    estate.views.flatMap(({ copies }) => copies.flatMap(({ checks }) => checks.map(({ check }) => check.id))),
  )
  const all = [...ids]
  const found = new Map<CheckId, Points>()
  for (let from = 0; from < all.length && !options.signal?.aborted; from += BATCH) {
    const batch = all.slice(from, from + BATCH)
    for (const [check, points] of await read.goodPoints(batch, POINTS)) found.set(check, points)
    options.onProgress?.(Math.min(from + BATCH, all.length), all.length)
  }
  return found
}
