import type { Drill } from '../../domain/drill.ts'
import { type Instant, plus, toIso } from '../../domain/instant.ts'
import { type DomainKind, type FailureDomain, NOWHERE, type Service, type ServiceCopy } from '../../domain/service.ts'
import type { ServiceDrill } from '../../domain/service-drill.ts'
import { isGlob } from '../../lib/glob.ts'
import { atOnce, type Sum } from '../../lib/time-slice.ts'
import { type RestoreOrder, restoreOrder } from '../../planning/restore-order.ts'
import { indexProofs } from './proof-index.ts'
import type { ProvingCheck } from './proving-check.ts'

/** The type of check that is a job's own word. */
export const JOB = 'heartbeat'

export interface EstateFacts {
  services: readonly Service[]
  checks: readonly ProvingCheck[]
  /** Those that count: no withdrawn ones. */
  drills: readonly Drill[]
}

/**
 * proven: each of its checks was read whole and has a good point. absent: one was read whole and has none. unknown: it names
 * no proof, nothing is named so, or it could not be read: never as good as proven, never as bad as absent.
 */
export type Standing = 'proven' | 'unknown' | 'absent'

export interface CopyView {
  copy: ServiceCopy
  index: number
  /** "nas at dc-a / nas01": for people. */
  title: string
  checks: readonly ProvingCheck[]
  /** What the source knows, else what was declared. */
  domain: FailureDomain
  contradictions: readonly { kind: DomainKind; declared: string; real: string; check: string }[]
  standing: Standing
  /** Why it is not proven; empty when it is. */
  why: string
  /** The time up to which all of it can be recovered, as far as is known: the oldest of its checks' newest points. */
  recoverableTo: Instant | null
}

export interface ServiceView {
  service: Service
  copies: readonly CopyView[]
  /** Proven copies, each set of checks once: two copies with the same proof are one. */
  proven: readonly CopyView[]
  /** Copies that may be there. */
  unknown: readonly CopyView[]
  /** Newest first. */
  drills: readonly ServiceDrill[]
  order: {
    cycle: readonly string[] | null
    missing: readonly string[]
    inversion: RestoreOrder['inversions'][number] | null
    position: number
    duplicate: boolean
  }
}

export interface Estate {
  views: readonly ServiceView[]
  byName: ReadonlyMap<string, ServiceView>
  order: RestoreOrder
}

/** Of two drills at one instant the worse counts first. */
const FAR: Record<ServiceDrill['outcome'], number> = { failed: 0, restored: 1, verified: 2 }

/** Puts together what was declared and what was seen. */
export function surveyEstate(facts: EstateFacts): Estate {
  return atOnce(surveying(facts))
}

/** The same, service by service: tens of thousands take a while. */
export function* surveying(facts: EstateFacts): Sum<Estate> {
  const proofOf = indexProofs(facts.checks)
  yield
  const order = orderOf(facts.services)
  yield
  const cycles = new Map(order.cycles.flatMap((cycle) => cycle.map((name) => [name, cycle])))
  const missing = Map.groupBy(order.missing, ({ service }) => service)
  const inversions = new Map(order.inversions.map((inversion) => [inversion.service, inversion]))
  const positions = new Map(order.steps.map(({ name, position }) => [name, position]))
  const duplicates = new Set(order.duplicates)
  const drillsOf = indexDrills(facts.drills)
  const views: ServiceView[] = []
  for (const service of facts.services) {
    yield
    const copies = service.copies.map((copy, index) => viewOf(copy, index, proofOf(copy)))
    views.push({
      service,
      copies,
      proven: distinct(copies.filter(({ standing }) => standing === 'proven')),
      unknown: distinct(copies.filter(({ standing }) => standing === 'unknown')),
      drills: drillsOf(service.name, copies),
      order: {
        cycle: cycles.get(service.name) ?? null,
        missing: (missing.get(service.name) ?? []).map(({ dependency }) => dependency),
        inversion: inversions.get(service.name) ?? null,
        position: positions.get(service.name) ?? 0,
        duplicate: duplicates.has(service.name),
      },
    })
  }
  const byName = new Map<string, ServiceView>()
  for (const view of views) if (!byName.has(view.service.name)) byName.set(view.service.name, view)
  return { views, byName, order }
}

/** The drills of a service, and those of single checks that prove its copies. */
function indexDrills(drills: readonly Drill[]) {
  const ofService = Map.groupBy(drills, ({ service }) => service)
  const alone = Map.groupBy(ofService.get(null) ?? [], ({ check }) => check)
  return (service: string, copies: readonly CopyView[]): ServiceDrill[] => {
    const own = (ofService.get(service) ?? []).map((drill): ServiceDrill => ({ ...drill, service, part: null }))
    const checks = alone.size === 0 ? [] : new Set(copies.flatMap((copy) => copy.checks.map(({ check }) => check.id)))
    const parts = [...checks].flatMap((check) =>
      (alone.get(check) ?? []).map((drill): ServiceDrill => ({ ...drill, service, part: check })),
    )
    return [...own, ...parts].sort((a, b) => b.at - a.at || FAR[a.outcome] - FAR[b.outcome])
  }
}

const orders = new WeakMap<EstateFacts['services'], RestoreOrder>()

/** It follows from what is declared alone, which seldom changes. */
function orderOf(services: EstateFacts['services']): RestoreOrder {
  const known = orders.get(services) ?? restoreOrder(services)
  orders.set(services, known)
  return known
}

function distinct(copies: readonly CopyView[]): readonly CopyView[] {
  if (copies.length < 2) return copies
  const seen = new Set<string>()
  return copies.filter((view) => {
    const key =
      view.checks.length === 0
        ? `\n${view.index}`
        : view.checks
            .map(({ check }) => check.id)
            .sort()
            .join('\n')
    return !seen.has(key) && Boolean(seen.add(key))
  })
}

function viewOf(copy: ServiceCopy, index: number, checks: readonly ProvingCheck[] | null): CopyView {
  const found = checks ?? []
  const stores = found.filter(({ check }) => check.type !== JOB)
  const { standing, why } = standingOf(copy, checks, stores)
  return {
    copy,
    index,
    title: copy.location ? `${copy.type} at ${copy.location}` : copy.type,
    checks: found,
    ...domainOf(copy, found),
    standing,
    why,
    recoverableTo: recoverableTo(stores.length > 0 ? stores : found),
  }
}

function recoverableTo(checks: readonly ProvingCheck[]): Instant | null {
  let oldest: Instant | null = null
  for (const { check } of checks) {
    const at = check.facts.newestGood?.recoverableTo
    if (at === undefined) return null
    if (oldest === null || at < oldest) oldest = at
  }
  return oldest
}

function standingOf(
  copy: ServiceCopy,
  checks: readonly ProvingCheck[] | null,
  stores: readonly ProvingCheck[],
): { standing: Standing; why: string } {
  if (checks === null) return { standing: 'unknown', why: 'no check proves it' }
  if (checks.length === 0) return { standing: 'unknown', why: `there is no check ${proofText(copy)}${meantText(copy)}` }
  if (stores.length === 0) return { standing: 'unknown', why: 'its job reports, and nothing looks at what it wrote' }
  const gone = stores.find(({ check }) => check.look.outcome === 'complete' && check.facts.newestGood === null)
  if (gone) return { standing: 'absent', why: `${gone.check.id} has no good recovery point` }
  const blind = stores.find(({ check }) => check.look.outcome === 'failed')
  if (blind) {
    const at = blind.check.facts.newestGood?.recoverableTo
    const known = at === undefined ? '' : `; what is known is from ${toIso(at)}`
    return { standing: 'unknown', why: `${blind.check.id} could not be read${known}` }
  }
  return { standing: 'proven', why: '' }
}

export function proofText({ check, tags }: ServiceCopy): string {
  const words = Object.entries(tags ?? {}).map(([key, value]) => `${key}=${value}`)
  return [check ?? '', words.length > 0 ? `with the tags ${words.join(', ')}` : ''].filter(Boolean).join(' ')
}

/** Checks are called by their source and a name: what has one part alone is most often meant as all of a source. */
function meantText({ check }: ServiceCopy): string {
  const isWhole = check === null || check.includes('/') || isGlob(check)
  return isWhole ? '' : `: write ${check}/NAME, or ${check}/* for all of a source`
}

const REAL = ['provider', 'account', 'region'] as const

function domainOf(
  copy: ServiceCopy,
  checks: readonly ProvingCheck[],
): { domain: FailureDomain; contradictions: CopyView['contradictions'] } {
  if (checks.length === 0) return { domain: copy.domain, contradictions: [] }
  const domain = { ...NOWHERE, ...copy.domain }
  const contradictions: { kind: DomainKind; declared: string; real: string; check: string }[] = []
  for (const kind of REAL) {
    const declared = copy.domain[kind]
    for (const { check } of checks) {
      const real = check.resource[kind]
      if (real === null) continue
      domain[kind] = real
      if (declared !== null && real.toLowerCase() !== declared.toLowerCase())
        contradictions.push({ kind, declared, real, check: check.id })
    }
  }
  return { domain, contradictions }
}

/** How old a copy may be; null: nobody says. */
export function limitOf(service: Service, copy: ServiceCopy): number | null {
  return copy.maxAgeMs ?? service.rpoMs
}

/** Whether the copy is there and young enough; null: nobody says how young that is. */
export function isFresh(service: Service, view: CopyView, now: Instant): boolean | null {
  const limit = limitOf(service, view.copy)
  if (view.standing !== 'proven' || view.recoverableTo === null) return false
  return limit === null ? null : now <= plus(view.recoverableTo, limit)
}
