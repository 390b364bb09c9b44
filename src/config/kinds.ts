import type { z } from 'zod'
import { checkNode, hideAll, hideSecrets, hints, shownValue, unknownKey } from './check-node.ts'
import { locate } from './located.ts'
import { type Named, pick } from './named.ts'
import type { ProblemList } from './problem.ts'
import { keysAt } from './schema-path.ts'
import { commonChannelShape, commonSourceShape } from './sections.ts'
import { suggest } from './suggest.ts'

/** No secrets are among these. */
const COMMON = new Set([...Object.keys(commonSourceShape), ...Object.keys(commonChannelShape)])

/** The kind that an entry's `type:` names; null (with a problem) when there is none. */
export function kindOf<K extends { type: string }>(
  entry: Named,
  kinds: readonly K[],
  what: 'source' | 'channel',
  problems: ProblemList,
): K | null {
  const { node, place } = locate(entry.node, ['type'])
  const path = [...entry.path, 'type']
  const known = kinds.map((kind) => kind.type).sort()
  const near = suggest('type', [...entry.node.entries.keys()])
  const said = node?.kind === 'scalar' ? String(node.value) : null
  // which of its settings are secrets only its kind can tell
  if (!kinds.some(({ type }) => type === said))
    for (const [key, { value }] of entry.node.entries) if (key !== near && !COMMON.has(key)) hideAll(value, problems)
  if (!node && near) {
    const there = locate(entry.node, [near]).keyPlace
    problems.add(there, [...entry.path, near], `unknown key "${near}"`, { suggestion: 'type' })
    return null
  }
  if (!node) {
    problems.add(entry.key, path, `"type" is missing: it says what kind of ${what} this is`, { allowed: known })
    return null
  }
  if (node.kind !== 'scalar' || node.value === null) {
    problems.add(place, path, `"type" is the name of a kind of ${what}`, { allowed: known })
    return null
  }
  const type = String(node.value)
  const kind = kinds.find((each) => each.type === type)
  if (kind) return kind
  const shown = shownValue(node, path, null)
  // the kinds are few enough to be always told
  problems.add(place, path, `${shown} is no kind of ${what}`, { value: shown, ...hints(type, known), allowed: known })
  return null
}

/**
 * Checks an entry's common keys and its kind's own. A key that both know goes to both. Gives undefined where something
 * is wrong.
 */
export function checkEntry<Common, Own>(
  entry: Named,
  common: z.ZodType<Common>,
  kind: { config: z.ZodType<Own> } | null,
  problems: ProblemList,
): { common: Common; own: Own } | undefined {
  const commonKeys = keysAt(common, []) ?? []
  // before anything is told: a line may hold what is wrong and a secret
  if (kind) hideSecrets(kind.config, entry.node, problems, [], commonKeys)
  const before = problems.items.length
  const commonPart = checkNode(
    common,
    pick(entry.node, (key) => commonKeys.includes(key)),
    entry.path,
    problems,
  )
  if (!kind) return undefined
  const ownKeys = keysAt(kind.config, [])
  const allowed = [...(ownKeys ?? []), ...commonKeys]
  const unknown = [...entry.node.entries].filter(([key]) => ownKeys !== null && !allowed.includes(key))
  for (const [key, { key: place }] of unknown)
    problems.add(place, [...entry.path, key], ...unknownKey(key, allowed, kind.config, []))
  const rest = pick(entry.node, (key) =>
    commonKeys.includes(key) ? ownKeys?.includes(key) === true : !unknown.some(([other]) => other === key),
  )
  const own = checkNode(kind.config, rest, entry.path, problems)
  if (commonPart === undefined || own === undefined || problems.items.length > before) return undefined
  return { common: commonPart, own }
}
