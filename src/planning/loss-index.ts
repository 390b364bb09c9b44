import { DOMAIN_KINDS, type FailureDomain } from '../domain/service.ts'
import type { CopyView, Estate, ServiceView } from '../evaluation/services/estate.ts'
import { isKnown } from '../evaluation/services/independence.ts'
import { atOnce, type Sum } from '../lib/time-slice.ts'
import { LOSS_KINDS, type Loss, type LossKind } from './loss.ts'

/** What one loss takes: copies by service, and services whose production it takes. */
export interface Taken {
  copies: ReadonlyMap<ServiceView, readonly CopyView[]>
  production: ReadonlySet<ServiceView>
}

export interface LossIndex {
  /** Null: nothing is called so. */
  takenBy(loss: Loss): Taken | null
  /** Every single thing that can be lost, in order. */
  losses(): Loss[]
  /** What each of them takes, in the same order. */
  taken(): (Taken & { loss: Loss })[]
}

interface Entry {
  loss: Loss
  copies: Map<ServiceView, CopyView[]>
  production: Set<ServiceView>
}

/** So that losing one account of ten thousand services looks at what is in it alone. */
export function indexLosses(estate: Estate): LossIndex {
  return atOnce(indexingLosses(estate))
}

export function* indexingLosses(estate: Estate): Sum<LossIndex> {
  const entries = new Map<string, Entry>()
  function entry(kind: LossKind, value: string): Entry {
    const key = `${kind}:${value}`
    const known = entries.get(key)
    if (known) return known
    const fresh = { loss: { kind, value }, copies: new Map(), production: new Set<ServiceView>() }
    entries.set(key, fresh)
    return fresh
  }
  const takes = (kind: LossKind, value: string, view: ServiceView, copy: CopyView) => {
    const { copies } = entry(kind, value)
    const list = copies.get(view)
    if (list) list.push(copy)
    else copies.set(view, [copy])
  }

  for (const view of estate.byName.values()) {
    yield
    entry('service', view.service.name).production.add(view)
    if (isKnown(view.service.production))
      for (const [kind, value] of partsOf(view.service.production)) entry(kind, value).production.add(view)
    for (const copy of view.copies) {
      // who steals a credential can't delete what nobody can delete
      for (const [kind, value] of partsOf(copy.domain))
        if (kind !== 'credential' || !outOfReach(copy)) takes(kind, value, view, copy)
      for (const { check } of copy.checks) takes('check', check.id, view, copy)
      for (const key of new Set(copy.copy.keys)) takes('key', key, view, copy)
    }
  }
  const taken = () => [...entries.values()].sort((a, b) => inOrder(a.loss, b.loss))
  return {
    takenBy: ({ kind, value }) => entries.get(`${kind}:${value}`) ?? null,
    losses: () => taken().map(({ loss }) => loss),
    taken,
  }
}

function inOrder(a: Loss, b: Loss): number {
  return LOSS_KINDS.indexOf(a.kind) - LOSS_KINDS.indexOf(b.kind) || (a.value < b.value ? -1 : 1)
}

function partsOf(domain: FailureDomain): [LossKind, string][] {
  return DOMAIN_KINDS.flatMap((kind): [LossKind, string][] => {
    const value = domain[kind]
    return value === null ? [] : [[kind, value]]
  })
}

/** Seen to be locked. What is only declared so is not counted on. */
function outOfReach({ checks }: CopyView): boolean {
  return checks.length > 0 && checks.every(({ check }) => check.immutability !== undefined)
}
