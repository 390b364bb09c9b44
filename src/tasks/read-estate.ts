import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import type { Check } from '../domain/check.ts'
import type { Drill } from '../domain/drill.ts'
import type { PointSummary } from '../domain/facts.ts'
import type { Instant } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import { type Estate, type ServiceView, surveyEstate, surveying } from '../evaluation/services/estate.ts'
import type { ProvingCheck } from '../evaluation/services/proving-check.ts'
import { breather, inSlices } from '../lib/time-slice.ts'
import type { Reader } from '../store/store.ts'
import { keptCheck, seenAtOf } from './keep-checks.ts'

export interface ReadEstateOptions {
  now: Instant
  /** Also read the points of what proves a copy: retention, schedules and sizes are judged by them. */
  points: boolean
  signal?: AbortSignal
  onProgress?(done: number, total: number): void
}

/** So many of the newest points of a check are read. */
const POINTS = 1000
/** So many of the newest drills of a service, and of each check that proves its copies, are read. */
export const DRILLS = 10
/** So many checks' at once. */
const BATCH = 50

/** The services of a configuration with what proves them, as the store knows it. `checks`: how many it knows. */
export async function readEstate(
  config: Config,
  read: Reader,
  options: ReadEstateOptions,
): Promise<{ estate: Estate; checks: number }> {
  const { now } = options
  const breathe = breather()
  const seenAt = seenAtOf(await read.scopes())
  const checks: ProvingCheck[] = []
  for await (const check of read.eachCheck()) {
    checks.push(keptCheck(config, check, seenAt, now).proving)
    await breathe()
  }
  const drills = await read.newestDrills(DRILLS)
  const estate = await inSlices(surveying({ services: config.services, drills, checks }))
  if (!options.points) return { estate, checks: checks.length }
  const views = await withPoints(estate.views, read, options)
  const byName = new Map(views.toReversed().map((view) => [view.service.name, view]))
  return { estate: { ...estate, views, byName }, checks: checks.length }
}

/** The services of a configuration with what proves them among these checks; their points are not known. */
export function estateOf(config: Config, checks: readonly Check[], drills: readonly Drill[]): Estate {
  return surveyEstate({
    services: config.services,
    drills,
    checks: checks.map((check) => ({ check, tags: policyFor(config, check).tags, points: null })),
  })
}

/** The same services, with the points of the checks that prove their copies: of these alone, there may be many others. */
export async function withPoints(
  views: readonly ServiceView[],
  read: Reader,
  options: Pick<ReadEstateOptions, 'signal' | 'onProgress'> = {},
): Promise<ServiceView[]> {
  const breathe = breather()
  const ids = views.flatMap(({ copies }) => copies.flatMap(({ checks }) => checks.map(({ check }) => check.id)))
  const all = [...new Set(ids)]
  const found = new Map<CheckId, readonly PointSummary[]>()
  for (let from = 0; from < all.length && !options.signal?.aborted; from += BATCH) {
    const batch = all.slice(from, from + BATCH)
    const points = await read.goodPoints(batch, POINTS)
    for (const check of batch) found.set(check, points.get(check) ?? [])
    options.onProgress?.(Math.min(from + BATCH, all.length), all.length)
    await breathe()
  }
  return views.map((view): ServiceView => {
    const copies = view.copies.map((copy) => ({
      ...copy,
      checks: copy.checks.map((proving) => ({ ...proving, points: found.get(proving.check.id) ?? null })),
    }))
    const same = (some: ServiceView['copies']) => some.flatMap(({ index }) => copies[index] ?? [])
    return { ...view, copies, proven: same(view.proven), unknown: same(view.unknown) }
  })
}
