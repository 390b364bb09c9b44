import type { Config } from '../config/config.ts'
import type { StatusSummary } from '../domain/status.ts'
import type { ConditionCount } from '../domain/upkeep.ts'
import type { ScopeState } from '../store/store.ts'
import { isPulled } from './pulled.ts'

/** What of a source is as it should be: how its backups are kept, and whether their jobs do well. */
export interface Compliance {
  source: string
  /** What conditions are told of, and of these those of which none fails or is unknown. */
  kept: number
  well: number
  /** What is backed up, and of that what is ok or due. What is paused is left out. */
  backedUp: number
  good: number
  /** 0..1: (well + good) / (kept + backedUp). */
  rate: number
  conditions: readonly ConditionCount[]
}

interface Counts {
  source: string
  type: string
  summary: StatusSummary
}

/** Of each source that says how its backups are kept, as the last complete looks have seen it. */
export function complianceIn(config: Config, scopes: readonly ScopeState[], counts: readonly Counts[]): Compliance[] {
  const bySource = Map.groupBy(scopes, ({ source }) => source)
  return config.sources.flatMap((configured) => {
    const { name } = configured
    if (!isPulled(configured) || !configured.source.upkeep) return []
    const { config: own } = configured
    const { of, types } = configured.source.upkeep
    const told = (bySource.get(name) ?? []).flatMap((scope) => of(scope, own, scope.memory) ?? [])
    const summaries = counts.flatMap((one) => (one.source === name && types.includes(one.type) ? [one.summary] : []))
    const [kept, well] = [sum(told, (one) => one.kept), sum(told, (one) => one.well)]
    const [backedUp, good] = [
      sum(summaries, ({ total, paused }) => total - paused),
      sum(summaries, ({ ok, due }) => ok + due),
    ]
    if (told.length === 0 || kept + backedUp === 0) return []
    const byType = Map.groupBy(
      told.flatMap(({ conditions }) => conditions),
      ({ type }) => type,
    )
    const conditions = [...byType].map(([type, some]) => ({
      type,
      pass: sum(some, ({ pass }) => pass),
      fail: sum(some, ({ fail }) => fail),
      unknown: sum(some, ({ unknown }) => unknown),
    }))
    return [{ source: name, kept, well, backedUp, good, rate: (well + good) / (kept + backedUp), conditions }]
  })
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
