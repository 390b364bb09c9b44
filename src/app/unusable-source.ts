import { z } from 'zod'
import type { ConfiguredSource } from '../config/config.ts'
import type { Kinds } from '../config/root.ts'
import type { SettledEntry } from '../config/settings/merge-settings.ts'
import type { SourceFault } from '../domain/source-fault.ts'
import type { PullSource } from '../sources/source.ts'
import type { ScopeState } from '../store/store.ts'

const DAY_MS = 86_400_000
const EVERY_MS = 15 * 60_000

/**
 * Stands for a source that was made in the dashboard and can't be used any more (its key is lost, a new version refuses
 * it). Left out, its checks would be retired and their incidents resolved: nobody would learn that nobody looks. Instead
 * each look at its scopes fails, and says why.
 */
export function standIn(entry: SettledEntry, scopes: readonly ScopeState[], { sources }: Kinds): ConfiguredSource {
  const kind = sources.find(({ type }) => type === entry.type)
  const [problem] = entry.problems
  const fault: SourceFault = {
    kind: entry.text === null ? 'credentials' : 'unreadable',
    message: `The settings of ${entry.name}, which were made in the dashboard, can't be used: ${problem?.message ?? 'unknown'}.`,
    advice: 'Mend them under Settings in the dashboard, or delete the source there.',
  }
  const source: PullSource = {
    type: entry.type ?? 'unknown',
    defaultMaxAgeMs: kind?.defaultMaxAgeMs ?? DAY_MS,
    defaultEveryMs: EVERY_MS,
    config: z.unknown(),
    scopes: () => scopes.map(({ id, source, name }) => ({ id, source, name })),
    permissions: () => [],
    async *scan(scope) {
      yield { kind: 'scope-failed', scope: scope.id, fault }
    },
  }
  return {
    name: entry.name,
    type: source.type,
    source,
    // a new reason is looked at anew
    config: { unusable: fault.message },
    everyMs: EVERY_MS,
    timeoutMs: EVERY_MS,
    threshold: {},
    overrides: [],
    owner: null,
    tags: {},
    at: problem ?? { file: '', line: 1, column: 1 },
  }
}
