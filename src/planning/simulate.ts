import type { Instant } from '../domain/instant.ts'
import type { CopyView, Estate, ServiceView } from '../evaluation/services/estate.ts'
import { atOnce, type Sum } from '../lib/time-slice.ts'
import { type Duration, durationOf } from './duration.ts'
import { type Loss, lossText } from './loss.ts'
import { indexLosses, type LossIndex } from './loss-index.ts'
import { type CriticalPath, criticalPath, restoreOrder } from './restore-order.ts'

/**
 * What becomes of a service, from the best to the worst. untouched: nothing of it is lost. running: it runs, with fewer copies.
 * restorable: it is down, and a proven copy is left. unknown: it is down, and what is left is not proven. gone: nothing is left.
 */
export const FATES = ['untouched', 'running', 'restorable', 'unknown', 'gone'] as const
export type Fate = (typeof FATES)[number]

export interface ServiceFate {
  service: string
  tier: number | null
  fate: Fate
  /** Production is not declared: it is taken for lost, since a copy of it is. */
  assumed: boolean
  lostCopies: string[]
  /** What it comes back from, or (of one that runs) would. */
  from: { copy: string; standing: CopyView['standing']; recoverableTo: Instant | null } | null
  /** How much of its newest data is lost, in milliseconds; null: not known, or nothing is. */
  lossMs: number | null
  /** lossMs is more than its RPO; null: no RPO, or not known. */
  breaksRpo: boolean | null
}

export interface Simulation {
  losses: string[]
  /** Losses that nothing is called like: most likely a misspelled name. */
  strangers: string[]
  /** All services that are touched, the worst fate first, then the gravest tier. */
  fates: ServiceFate[]
  summary: Record<Fate, number>
  /** What is down and can come back, in this order; `blockedBy` are those it needs that can't, or wait for one that can't. */
  recovery: { service: string; wave: number; waitsFor: string[]; blockedBy: string[]; takes: Duration }[]
  /** How long that takes: what doesn't wait for each other is restored at the same time. */
  critical: CriticalPath
  /** Services that are not touched and wait for one that is down. */
  waiting: { service: string; on: string[] }[]
}

/** What survives when all of `losses` are gone at once, and how the rest comes back. */
export function simulate(
  estate: Estate,
  losses: readonly Loss[],
  now: Instant,
  index: LossIndex = indexLosses(estate),
): Simulation {
  const fates = fatesOf(losses, now, index)
  const summary = { untouched: estate.byName.size - fates.length, running: 0, restorable: 0, unknown: 0, gone: 0 }
  for (const { fate } of fates) summary[fate] += 1
  const down = new Map(fates.filter(({ fate }) => isDown(fate)).map((fate) => [fate.service, fate]))
  const lost = new Set([...down.values()].filter(({ fate }) => fate !== 'restorable').map(({ service }) => service))
  const { steps } = restoreOrder(
    [...down.keys()].flatMap((name) => {
      const service = estate.byName.get(name)?.service
      // what is up is there already
      return service ? { ...service, dependsOn: service.dependsOn.filter((other) => down.has(other)) } : []
    }),
  )
  const blocked = reach(lost, [...down.keys()], estate)
  const recovery = steps
    .filter(({ name }) => !lost.has(name))
    .map(({ name, wave, waitsFor }) => ({
      service: name,
      wave,
      waitsFor: [...waitsFor],
      blockedBy: blocked.get(name) ?? [],
      takes: durationOf(estate.byName.get(name)),
    }))
  const takes = new Map(recovery.map(({ service, takes }) => [service, takes.ms]))
  return {
    losses: losses.map(lossText),
    strangers: losses.filter((loss) => index.takenBy(loss) === null).map(lossText),
    fates,
    summary,
    recovery,
    critical: criticalPath(
      steps.filter(({ name }) => takes.has(name)),
      (name) => takes.get(name) ?? null,
    ),
    waiting: [...reach(down, [...estate.byName.keys()], estate)]
      .map(([service, on]) => ({ service, on }))
      .sort((a, b) => (a.service < b.service ? -1 : 1)),
  }
}

export interface RankedLoss {
  loss: string
  summary: Omit<Record<Fate, number>, 'untouched'>
  /** Of tier 1, those that are gone or not known to come back. */
  gravest: number
  /** Services that run on without any proven copy. */
  bare: number
  /** The most that any restorable service loses, in milliseconds. */
  worstLossMs: number | null
}

/** Every single loss, the most damaging first. */
export function rankLosses(estate: Estate, now: Instant, index: LossIndex = indexLosses(estate)): RankedLoss[] {
  return atOnce(rankingLosses(now, index))
}

export function* rankingLosses(now: Instant, index: LossIndex): Sum<RankedLoss[]> {
  const ranked: RankedLoss[] = []
  for (const loss of index.losses()) {
    ranked.push(rankLoss(loss, now, index))
    yield
  }
  return ranked.sort(mostDamagingFirst)
}

/** What one loss alone would do. */
function rankLoss(loss: Loss, now: Instant, index: LossIndex): RankedLoss {
  const summary = { running: 0, restorable: 0, unknown: 0, gone: 0 }
  let gravest = 0
  let bare = 0
  let worstLossMs: number | null = null
  for (const one of fatesOf([loss], now, index)) {
    if (one.fate === 'untouched') continue
    summary[one.fate] += 1
    if (one.tier === 1 && (one.fate === 'gone' || one.fate === 'unknown')) gravest += 1
    if (one.fate === 'running' && one.from?.standing !== 'proven') bare += 1
    if (one.fate === 'restorable' && one.lossMs !== null) worstLossMs = Math.max(worstLossMs ?? 0, one.lossMs)
  }
  return { loss: lossText(loss), summary, gravest, bare, worstLossMs }
}

function mostDamagingFirst(a: RankedLoss, b: RankedLoss): number {
  return (
    b.gravest - a.gravest ||
    b.summary.gone - a.summary.gone ||
    b.summary.unknown - a.summary.unknown ||
    b.summary.restorable - a.summary.restorable ||
    b.bare - a.bare ||
    b.summary.running - a.summary.running ||
    (b.worstLossMs ?? 0) - (a.worstLossMs ?? 0) ||
    (a.loss < b.loss ? -1 : 1)
  )
}

function fatesOf(losses: readonly Loss[], now: Instant, index: LossIndex): ServiceFate[] {
  const touched = new Map<ServiceView, Set<CopyView>>()
  const production = new Set<ServiceView>()
  const copiesOf = (view: ServiceView) => {
    const known = touched.get(view)
    if (known) return known
    const fresh = new Set<CopyView>()
    touched.set(view, fresh)
    return fresh
  }
  for (const loss of losses) {
    const taken = index.takenBy(loss)
    for (const view of taken?.production ?? []) {
      production.add(view)
      copiesOf(view)
    }
    for (const [view, copies] of taken?.copies ?? []) for (const copy of copies) copiesOf(view).add(copy)
  }
  return [...touched]
    .map(([view, lost]) => fateOf(view, lost, production.has(view), now))
    .sort(
      (a, b) =>
        FATES.indexOf(b.fate) - FATES.indexOf(a.fate) ||
        (a.tier ?? 99) - (b.tier ?? 99) ||
        (a.service < b.service ? -1 : 1),
    )
}

function fateOf(view: ServiceView, lost: ReadonlySet<CopyView>, hit: boolean, now: Instant): ServiceFate {
  const { service } = view
  const declared = Object.values(service.production).some((part) => part !== null)
  const assumed = !hit && !declared && lost.size > 0
  const down = hit || assumed
  const left = view.copies.filter((copy) => !lost.has(copy))
  const from = best(left, 'proven') ?? best(left, 'unknown')
  const fate = !down ? 'running' : from === null ? 'gone' : from.standing === 'proven' ? 'restorable' : 'unknown'
  const at = from?.recoverableTo ?? null
  const lossMs = at === null || !down ? null : Math.max(0, now - at)
  return {
    service: service.name,
    tier: service.tier,
    fate,
    assumed,
    lostCopies: [...lost].map(({ title }) => title).sort(),
    from: from && { copy: from.title, standing: from.standing, recoverableTo: at },
    lossMs,
    breaksRpo: lossMs === null || service.rpoMs === null ? null : lossMs > service.rpoMs,
  }
}

/** Of the copies that stand so, the one that loses least. */
function best(copies: readonly CopyView[], standing: CopyView['standing']): CopyView | null {
  return copies.reduce<CopyView | null>((found, copy) => {
    if (copy.standing !== standing) return found
    return found === null || (copy.recoverableTo ?? 0) > (found.recoverableTo ?? 0) ? copy : found
  }, null)
}

function isDown(fate: Fate): boolean {
  return fate === 'restorable' || fate === 'unknown' || fate === 'gone'
}

/** Those of `names` that need one of `from`, directly or through others, and which of their direct needs that is. */
function reach(
  from: { has(name: string): boolean; keys(): Iterable<string> },
  names: readonly string[],
  estate: Estate,
): Map<string, string[]> {
  const dependents = new Map<string, string[]>()
  for (const name of names)
    for (const other of estate.byName.get(name)?.service.dependsOn ?? []) {
      const list = dependents.get(other)
      if (list) list.push(name)
      else dependents.set(other, [name])
    }
  const reached = new Set<string>()
  const queue = [...from.keys()]
  for (let name = queue.pop(); name !== undefined; name = queue.pop())
    for (const dependent of dependents.get(name) ?? [])
      if (!reached.has(dependent) && !from.has(dependent)) {
        reached.add(dependent)
        queue.push(dependent)
      }
  return new Map(
    [...reached].map((name) => {
      const needs = estate.byName.get(name)?.service.dependsOn ?? []
      return [name, [...new Set(needs.filter((other) => from.has(other) || reached.has(other)))].sort()]
    }),
  )
}
