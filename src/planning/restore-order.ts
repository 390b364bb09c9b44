import { Heap } from '../lib/heap.ts'
import { components } from './components.ts'

/** What must be known of a service to say when it comes back. */
export interface OrderNode {
  name: string
  tier: number | null
  dependsOn: readonly string[]
}

export interface RestoreStep {
  name: string
  /** 1 is first. */
  position: number
  /** Services of one wave can be restored at the same time: all that they wait for is in earlier waves. */
  wave: number
  tier: number | null
  /** The gravest tier of all that waits for it, itself included: what a tier 1 needs comes back with tier 1. */
  urgency: number | null
  /** The services that must be back before; those of its own circle are left out. */
  waitsFor: readonly string[]
}

export interface RestoreOrder {
  steps: RestoreStep[]
  /** Services that wait for each other: nobody can say which comes first. */
  cycles: string[][]
  /** Dependencies that no service is named like. */
  missing: { service: string; dependency: string }[]
  /** Services that wait, directly or through others, for one of a less grave tier. */
  inversions: { service: string; tier: number; on: string; onTier: number }[]
  /** Names that several services have: the first counts. */
  duplicates: string[]
}

/** Of services without a tier; not infinity, which minus itself is no number. */
const LAST = 1000

/** The order in which services come back: what others need first, of the rest the gravest tier, then by name. */
export function restoreOrder(nodes: readonly OrderNode[]): RestoreOrder {
  const { unique, indexOf, duplicates } = distinct(nodes)
  const missing: RestoreOrder['missing'] = []
  const edges = unique.map(({ name, dependsOn }) =>
    [...new Set(dependsOn)].flatMap((dependency) => {
      const to = indexOf.get(dependency)
      if (to === undefined) missing.push({ service: name, dependency })
      return to ?? []
    }),
  )
  const groups = components(edges)
  const groupOf = new Int32Array(unique.length)
  for (const [group, members] of groups.entries()) for (const member of members) groupOf[member] = group
  const nameOf = (index: number) => unique[index]?.name ?? ''
  const tierOf = (index: number) => unique[index]?.tier ?? LAST
  const byName = (a: number, b: number) => compare(nameOf(a), nameOf(b))
  const ordered = groups.map((members) => members.toSorted((a, b) => tierOf(a) - tierOf(b) || byName(a, b)))
  /** The groups that each group waits for; what it waits for has a smaller number. */
  const needs = groups.map((members, group) =>
    [...new Set(members.flatMap((member) => (edges[member] ?? []).map((to) => groupOf[to] ?? 0)))].filter(
      (other) => other !== group,
    ),
  )

  const urgency = ordered.map(([first = 0]) => tierOf(first))
  for (let group = groups.length - 1; group >= 0; group--)
    for (const other of needs[group] ?? []) urgency[other] = Math.min(urgency[other] ?? LAST, urgency[group] ?? LAST)

  const waves: number[] = []
  for (const [group, others] of needs.entries())
    waves[group] = 1 + others.reduce((most, other) => Math.max(most, waves[other] ?? 0), 0)

  const steps: RestoreStep[] = []
  for (const group of schedule(
    needs,
    (a, b) => (urgency[a] ?? LAST) - (urgency[b] ?? LAST),
    (group) => nameOf(ordered[group]?.[0] ?? 0),
  ))
    for (const member of ordered[group] ?? []) {
      const waitsFor = (edges[member] ?? []).filter((to) => groupOf[to] !== group).toSorted(byName)
      const urgent = urgency[group] ?? LAST
      steps.push({
        name: nameOf(member),
        position: steps.length + 1,
        wave: waves[group] ?? 1,
        tier: unique[member]?.tier ?? null,
        urgency: urgent === LAST ? null : urgent,
        waitsFor: waitsFor.map(nameOf),
      })
    }
  const circular = ordered.filter(([first = 0, ...others]) => others.length > 0 || edges[first]?.includes(first))
  return {
    steps,
    cycles: circular
      .map((members) => members.toSorted(byName).map(nameOf))
      .sort((a, b) => compare(a[0] ?? '', b[0] ?? '')),
    missing: missing.sort((a, b) => compare(a.service, b.service) || compare(a.dependency, b.dependency)),
    inversions: inversions(unique, edges, groups, groupOf),
    duplicates,
  }
}

function distinct(nodes: readonly OrderNode[]) {
  const indexOf = new Map<string, number>()
  const unique: OrderNode[] = []
  const duplicates = new Set<string>()
  for (const node of nodes) {
    if (indexOf.has(node.name)) duplicates.add(node.name)
    else indexOf.set(node.name, unique.push(node) - 1)
  }
  return { unique, indexOf, duplicates: [...duplicates].sort(compare) }
}

/** Groups with all that they need before them; of those that are ready the most urgent first, then by name. */
function* schedule(
  needs: readonly (readonly number[])[],
  urgency: (a: number, b: number) => number,
  nameOf: (group: number) => string,
): Generator<number> {
  const waiting = needs.map((others) => others.length)
  const dependents: number[][] = needs.map(() => [])
  for (const [group, others] of needs.entries()) for (const other of others) dependents[other]?.push(group)
  const ready = new Heap<number>((a, b) => urgency(a, b) || compare(nameOf(a), nameOf(b)))
  for (const [group, left] of waiting.entries()) if (left === 0) ready.push(group)
  for (let group = ready.pop(); group !== undefined; group = ready.pop()) {
    yield group
    for (const dependent of dependents[group] ?? []) {
      const left = (waiting[dependent] ?? 0) - 1
      waiting[dependent] = left
      if (left === 0) ready.push(dependent)
    }
  }
}

function inversions(
  nodes: readonly OrderNode[],
  edges: readonly (readonly number[])[],
  groups: readonly (readonly number[])[],
  groupOf: Int32Array,
): RestoreOrder['inversions'] {
  /** The least grave tier that a group waits for or has in it, and whose it is. */
  const worst: ({ tier: number; name: string } | null)[] = []
  const found: RestoreOrder['inversions'] = []
  const graver = (a: { tier: number; name: string } | null, b: { tier: number; name: string } | null) =>
    a === null || (b !== null && (b.tier > a.tier || (b.tier === a.tier && b.name < a.name))) ? b : a
  for (const [group, members] of groups.entries()) {
    let most: { tier: number; name: string } | null = null
    for (const member of members) {
      for (const to of edges[member] ?? []) most = graver(most, worst[groupOf[to] ?? 0] ?? null)
      if (members.length > 1) most = graver(most, ranked(nodes[member]))
    }
    for (const member of members) {
      const node = nodes[member]
      if (node && node.tier !== null && most !== null && most.tier > node.tier)
        found.push({ service: node.name, tier: node.tier, on: most.name, onTier: most.tier })
    }
    worst[group] = members.reduce((worstYet, member) => graver(worstYet, ranked(nodes[member])), most)
  }
  return found.sort((a, b) => a.tier - b.tier || compare(a.service, b.service))
}

function ranked(node: OrderNode | undefined): { tier: number; name: string } | null {
  return node && node.tier !== null ? { tier: node.tier, name: node.name } : null
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The chain of services that takes longest; `unknown` are those of it whose duration nobody knows: they count as nothing. */
export interface CriticalPath {
  path: string[]
  totalMs: number
  unknown: string[]
}

/** `steps` in their order. Services that don't wait for each other are restored at the same time. */
export function criticalPath(
  steps: readonly Pick<RestoreStep, 'name' | 'waitsFor'>[],
  durationOf: (name: string) => number | null,
): CriticalPath {
  const done = new Map<string, { at: number; after: string | null }>()
  let last: string | null = null
  for (const { name, waitsFor } of steps) {
    let after: string | null = null
    let start = -1
    for (const other of waitsFor) {
      const at = done.get(other)?.at
      if (at !== undefined && at > start) [start, after] = [at, other]
    }
    const at = Math.max(0, start) + (durationOf(name) ?? 0)
    done.set(name, { at, after })
    // of two that end together, the later one: its own duration may be what nobody knows
    if (last === null || at >= (done.get(last)?.at ?? 0)) last = name
  }
  const path: string[] = []
  for (let name = last; name !== null; name = done.get(name)?.after ?? null) path.push(name)
  path.reverse()
  return {
    path,
    totalMs: last === null ? 0 : (done.get(last)?.at ?? 0),
    unknown: path.filter((name) => durationOf(name) === null),
  }
}
