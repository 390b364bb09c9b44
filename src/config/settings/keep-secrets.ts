import type { SettingKind } from '../../domain/setting-kind.ts'
import { equal } from '../../lib/equal.ts'
import { thresholdFields } from '../../sources/source.ts'
import { type LocatedMap, toPlain } from '../located.ts'
import type { ProblemList } from '../problem.ts'
import { commonChannelShape, commonSourceShape } from '../sections.ts'
import { MASK, type SettingText, scalarsOf } from './setting-text.ts'

/**
 * Puts kept secrets in the place of the masks that were sent back. They may be kept only while nothing changes that could
 * say where they go: else whoever may write an entry, and never see its secrets, would have them sent to an address of
 * their own.
 */
export function keepSecrets(
  tree: LocatedMap,
  kind: SettingKind,
  name: string,
  stored: { text: SettingText; tree: LocatedMap } | null,
  problems: ProblemList,
): void {
  const kept: (() => void)[] = []
  for (const { path, node } of scalarsOf(tree)) {
    if (node.value !== MASK) continue
    const known = stored?.text.secrets.find((secret) => equal(secret.path, path))
    const complain = (message: string) => problems.add(node.place, [`${kind}s`, name, ...path], message)
    if (!known) {
      complain('there is no stored secret that this could stand for: write it')
      continue
    }
    node.value = known.value
    kept.push(() => complain(CHANGED))
  }
  if (kept.length === 0 || !stored) return
  const [before, after] = [stored.tree, tree].map((each) => deciding(kind, toPlain(each)))
  if (!equal(before, after)) for (const complain of kept) complain()
}

const CHANGED =
  'write this secret again: a stored one is kept only while nothing changes but thresholds, schedules, intervals, owner and tags'

/** The keys that decide nothing about where a secret goes. */
const QUIET: Record<SettingKind, ReadonlySet<string>> = {
  source: new Set(Object.keys(commonSourceShape).filter((key) => key !== 'type')),
  channel: new Set(Object.keys(commonChannelShape).filter((key) => key !== 'type')),
  service: new Set(),
  route: new Set(),
}
const THRESHOLDS: ReadonlySet<string> = new Set(Object.keys(thresholdFields))

function deciding(kind: SettingKind, plain: unknown): unknown {
  if (!isObject(plain)) return plain
  return withoutThresholds(Object.fromEntries(Object.entries(plain).filter(([key]) => !QUIET[kind].has(key))))
}

function withoutThresholds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutThresholds)
  if (!isObject(value)) return value
  // a repository may well be called "schedule", but its settings are no scalar
  const entries = Object.entries(value).filter(([key, inner]) => !THRESHOLDS.has(key) || isObject(inner))
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutThresholds(inner)]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
