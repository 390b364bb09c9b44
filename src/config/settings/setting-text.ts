import { stringify } from 'yaml'
import type { SettingKind } from '../../domain/setting-kind.ts'
import { holdsCredentials } from '../../lib/redact.ts'
import { isReference } from '../../lib/secret.ts'
import { type Located, type LocatedMap, type LocatedScalar, locate, type Path } from '../located.ts'
import { looksSecret, type ProblemList } from '../problem.ts'
import type { Kinds } from '../root.ts'
import { isSecretAt } from '../schema-path.ts'
import { commonChannel, commonSource, listedService, route } from '../sections.ts'
import { parseYaml, textFile } from '../yaml-tree.ts'

/** What stands for a secret wherever a setting is shown; sent back, it means the one that is kept. */
export const MASK = '[secret]'

export type Scalar = LocatedScalar['value']

/** One entry of the configuration as a text of its own, and what its masks stand for. */
export interface SettingText {
  kind: SettingKind
  name: string
  /** YAML, with its secrets masked. */
  text: string
  secrets: readonly { path: Path; value: Scalar }[]
}

/** Aliases could make of a short text one that fills the memory. */
const MAX_CHARACTERS = 262_144
const FILE = 'settings: '

/** How the text of an entry is called where its problems and positions are told. */
export function settingFile(kind: SettingKind, name: string): string {
  return `${FILE}${kind}s/${name}`
}

/** Whether a position is in an entry that was made in the dashboard, and in no file. */
export function isSettingFile(file: string): boolean {
  return file.startsWith(FILE)
}

/** The entry as a tree with its secrets in their places; null, with problems, when there is nothing that could be used. */
export function readSetting({ kind, name, text, secrets }: SettingText, problems: ProblemList): LocatedMap | null {
  const file = textFile('', settingFile(kind, name), text)
  const before = problems.items.length
  const parsed = parseYaml(file, problems)
  if (!parsed || (parsed.kind === 'scalar' && parsed.value === null)) {
    if (problems.items.length === before) problems.addFile(file.name, 'it is empty: write its settings, one to a line')
    return null
  }
  if (parsed.kind !== 'map') {
    problems.add(parsed.place, [], 'its settings are a map: "key: value" lines')
    return null
  }
  // an alias shares the node of its anchor: a secret must not turn up at both
  const tree = unshared(parsed, { left: MAX_CHARACTERS })
  if (tree?.kind !== 'map') {
    problems.add(parsed.place, [], 'aliases make this too large: write it without them')
    return null
  }
  for (const secret of secrets) {
    const { node } = locate(tree, secret.path)
    if (node?.kind === 'scalar' && node.value === MASK) node.value = secret.value
  }
  return tree
}

function unshared(node: Located, budget: { left: number }): Located | null {
  budget.left -= node.kind === 'scalar' ? node.source.length + 1 : 1
  if (budget.left < 0) return null
  if (node.kind === 'scalar') return { ...node }
  if (node.kind === 'list') {
    const items = node.items.map((item) => unshared(item, budget))
    return items.every((item) => item !== null) ? { ...node, items } : null
  }
  const entries: LocatedMap['entries'] = new Map()
  for (const [key, { key: place, value }] of node.entries) {
    budget.left -= key.length
    const own = unshared(value, budget)
    if (!own) return null
    entries.set(key, { key: place, value: own })
  }
  return { ...node, entries }
}

/** All scalars of a tree, each with its path. */
export function* scalarsOf(node: Located, path: Path = []): Iterable<{ path: Path; node: LocatedScalar }> {
  if (node.kind === 'map') for (const [key, { value }] of node.entries) yield* scalarsOf(value, [...path, key])
  else if (node.kind === 'list') for (const [i, item] of node.items.entries()) yield* scalarsOf(item, [...path, i])
  else yield { path, node }
}

/**
 * The scalars of an entry that hold a secret: its schema says so, or its key does, or the text itself (a URL with a
 * password). Rather one too many.
 */
export function secretsOf(kind: SettingKind, tree: LocatedMap, kinds: Kinds): { path: Path; node: LocatedScalar }[] {
  const schemas = schemasOf(kind, tree, kinds)
  return [...scalarsOf(tree)].filter(({ path, node }) => {
    if (node.value === null || (path.length === 1 && path[0] === 'type')) return false
    if (isReference(String(node.value))) return false
    return (
      schemas.some((schema) => isSecretAt(schema, path)) ||
      path.slice(-2).some((step) => typeof step === 'string' && looksSecret(step)) ||
      holdsCredentials(String(node.value))
    )
  })
}

function schemasOf(kind: SettingKind, tree: LocatedMap, { sources, notifiers }: Kinds) {
  if (kind === 'service') return [listedService]
  if (kind === 'route') return [route]
  const type = typeOf(tree)
  const own = (kind === 'source' ? sources : notifiers).find((each) => each.type === type)
  return [kind === 'source' ? commonSource : commonChannel, ...(own ? [own.config] : [])]
}

/** The `type` that an entry says; null: it says none. */
export function typeOf(tree: LocatedMap): string | null {
  const { node } = locate(tree, ['type'])
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null
}

/** The entry as it is kept and shown: comments are left out, since nobody can tell what they hold. */
export function maskedText(kind: SettingKind, name: string, tree: LocatedMap, kinds: Kinds): SettingText {
  const found = secretsOf(kind, tree, kinds)
  const secrets = found.map(({ path, node }) => ({ path, value: node.value }))
  const hidden = new Set(found.map(({ node }) => node))
  return { kind, name, text: render(masked(tree, hidden)), secrets }
}

function masked(node: Located, hidden: ReadonlySet<LocatedScalar>): unknown {
  if (node.kind === 'scalar') return hidden.has(node) ? MASK : node.value
  if (node.kind === 'list') return node.items.map((item) => masked(item, hidden))
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, masked(value, hidden)]))
}

/** YAML that reads back as the same, one value to a line. */
export function render(value: unknown): string {
  return stringify(value, { schema: 'core', lineWidth: 0, aliasDuplicateObjects: false })
}
