import type { PullSource, PushSource } from '../sources/source.ts'
import type { ConfiguredSource } from './config.ts'
import { checkEntry, kindOf } from './kinds.ts'
import { formatPath, type Located } from './located.ts'
import { namedEntries } from './named.ts'
import type { ProblemList } from './problem.ts'
import { commonSource } from './sections.ts'

const DEFAULT_EVERY_MS = 15 * 60_000
const DEFAULT_TIMEOUT_MS = 10 * 60_000

export function checkSources(
  node: Located | null,
  kinds: readonly (PullSource | PushSource)[],
  defaultEveryMs: number | null,
  problems: ProblemList,
): ConfiguredSource[] {
  const sources: ConfiguredSource[] = []
  for (const entry of namedEntries(node, 'sources', problems)) {
    const source = kindOf(entry, kinds, 'source', problems)
    const checked = checkEntry(entry, commonSource, source, problems)
    if (!checked || !source) continue
    const { type: _, every, timeout, overrides, owner, tags, ...threshold } = checked.common
    sources.push({
      name: entry.name,
      type: source.type,
      source,
      config: checked.own,
      everyMs: every ?? defaultEveryMs ?? ('defaultEveryMs' in source ? source.defaultEveryMs : DEFAULT_EVERY_MS),
      timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
      threshold,
      overrides: (overrides ?? []).map((override, index) => ({
        ...override,
        from: formatPath([...entry.path, 'overrides', index]),
      })),
      owner: owner ?? null,
      tags: tags ?? {},
      at: entry.at,
    })
  }
  return sources
}
