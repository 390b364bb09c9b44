import type { Config } from '../config/config.ts'
import type { Waste } from '../domain/waste.ts'
import type { ScopeState } from '../store/store.ts'
import { isPulled } from './pulled.ts'

export type SourceWaste = Waste & { source: string }

/** What is paid for nothing, as the last complete looks have seen it, the dearest first. */
export function wasteIn(config: Config, scopes: readonly ScopeState[]): SourceWaste[] {
  const bySource = Map.groupBy(scopes, ({ source }) => source)
  return config.sources
    .flatMap((configured) => {
      if (!isPulled(configured)) return []
      const { name, source, config: own } = configured
      return (bySource.get(name) ?? []).flatMap((scope) =>
        (source.waste?.(scope, own, scope.memory) ?? []).map((waste) => ({ ...waste, source: name })),
      )
    })
    .sort((a, b) => b.usdPerMonth - a.usdPerMonth)
}
