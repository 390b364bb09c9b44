import type { Expectation } from '../domain/policy.ts'
import type { ProtectedResource } from '../domain/protected-resource.ts'
import { globToRegExp, isGlob } from '../lib/glob.ts'
import type { Override } from './config.ts'

/** What is asked of a check depends on this much of it. */
export interface PolicySubject {
  id: string
  source: string
  type: string
  resource: ProtectedResource
  expects?: Expectation | undefined
}

export interface OverrideIndex {
  /** The overrides whose conditions all hold, the most specific first. */
  matching(check: PolicySubject): Override[]
}

interface Ranked {
  override: Override
  /** 3: by exact name or id, 2: by tags, 1: by a pattern. */
  rank: number
  conditions: number
  order: number
  matches(check: PolicySubject): boolean
}

function matcher(wanted: string): (text: string) => boolean {
  if (!isGlob(wanted)) return (text) => text === wanted
  const pattern = globToRegExp(wanted)
  return (text) => pattern.test(text)
}

function ranked(override: Override, order: number): Ranked {
  const { check, name, tags } = override.match
  const texts = [check, name].filter((text) => text !== undefined)
  const byCheck = check === undefined ? null : matcher(check)
  const byName = name === undefined ? null : matcher(name)
  const byTags = Object.entries(tags ?? {}).map(([key, value]) => ({ key, matches: matcher(value) }))
  return {
    override,
    order,
    rank: texts.some((text) => !isGlob(text)) ? 3 : tags ? 2 : 1,
    conditions: texts.length + byTags.length,
    matches: ({ id, resource }) =>
      (!byCheck || byCheck(id)) &&
      (!byName || byName(resource.name) || byName(resource.id)) &&
      byTags.every((tag) => Object.hasOwn(resource.tags, tag.key) && tag.matches(resource.tags[tag.key] ?? '')),
  }
}

/** Overrides that name one check are found by its name: thousands of them cost the others nothing. */
export function indexOverrides(overrides: readonly Override[]): OverrideIndex {
  const all = overrides
    .map(ranked)
    .sort((a, b) => b.rank - a.rank || b.conditions - a.conditions || a.order - b.order)
    .map((each, order) => ({ ...each, order }))
  const exact = new Map<string, Ranked[]>()
  const others: Ranked[] = []
  for (const each of all) {
    const { check, name } = each.override.match
    const key = check !== undefined && !isGlob(check) ? check : name !== undefined && !isGlob(name) ? name : null
    if (key === null) others.push(each)
    else exact.set(key, [...(exact.get(key) ?? []), each])
  }
  if (all.length === 0) return { matching: () => [] }
  return {
    matching(check) {
      const { id, resource } = check
      const named = [...new Set([id, resource.name, resource.id])].flatMap((key) => exact.get(key) ?? [])
      return [...named, ...others]
        .filter((each) => each.matches(check))
        .sort((a, b) => a.order - b.order)
        .map((each) => each.override)
    },
  }
}
