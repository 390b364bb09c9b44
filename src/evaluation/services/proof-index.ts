import type { ServiceCopy } from '../../domain/service.ts'
import { isGlob, matchesAll } from '../../lib/glob.ts'
import type { ProvingCheck } from './proving-check.ts'

/** The checks that prove a copy; null: it names no proof. */
export type FindProof = (copy: ServiceCopy) => readonly ProvingCheck[] | null

/** Checks by id, by source and by tag, so that tens of thousands of copies find theirs without looking at all of them. */
export function indexProofs(checks: readonly ProvingCheck[]): FindProof {
  const byId = new Map(checks.map((proving) => [proving.check.id, proving]))
  const bySource = Map.groupBy(checks, ({ check }) => sourceOf(check.id))
  const byTag = new Map<string, ProvingCheck[]>()
  for (const proving of checks)
    for (const [key, value] of Object.entries(proving.tags)) {
      const text = tagText(key, value)
      const list = byTag.get(text)
      if (list) list.push(proving)
      else byTag.set(text, [proving])
    }
  /** Many copies say the same. */
  const known = new Map<string, readonly ProvingCheck[]>()

  function candidates({ check, tags }: ServiceCopy): readonly ProvingCheck[] {
    const exactTag = Object.entries(tags ?? {}).find(([, value]) => !isGlob(value))
    if (exactTag) return byTag.get(tagText(...exactTag)) ?? []
    const source = check === null ? '' : sourceOf(check)
    return source === '' || isGlob(source) ? checks : (bySource.get(source) ?? [])
  }

  return (copy) => {
    const { check, tags } = copy
    if (check === null && tags === null) return null
    if (check !== null && tags === null && !isGlob(check)) {
      const proving = byId.get(check)
      return proving ? [proving] : []
    }
    const key = JSON.stringify([check, tags])
    const before = known.get(key)
    if (before) return before
    const matches = matchesAll(check, tags ?? {})
    // reasons name the first that is wrong: the same whatever the order in which they came
    const found = candidates(copy)
      .filter((proving) => matches(proving.check.id, proving.tags))
      .sort((a, b) => (a.check.id < b.check.id ? -1 : 1))
    known.set(key, found)
    return found
  }
}

function sourceOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')))
}

function tagText(key: string, value: string): string {
  return `${key}\n${value}`
}
