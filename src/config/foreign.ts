import { redactedMessage } from '../lib/redact.ts'
import type { PullSource, PushSource } from '../sources/source.ts'
import type { ConfiguredSource } from './config.ts'
import { type Located, type LocatedMap, locate, type Path, toPlain } from './located.ts'
import type { ProblemList } from './problem.ts'
import { checkSources } from './sources.ts'

type Importer = (document: unknown) => unknown

function importerOf(kind: PullSource | PushSource, program: string): Importer | null {
  return ('importers' in kind ? kind.importers?.[program] : null) ?? null
}

/** Turns the configuration of another program, such as restic-monitor, to one source of the kind that accepts it. */
export function checkForeign(
  document: LocatedMap,
  program: string,
  kinds: readonly (PullSource | PushSource)[],
  problems: ProblemList,
): ConfiguredSource[] {
  const kind = kinds.find((each) => importerOf(each, program))
  const importer = kind && importerOf(kind, program)
  if (!kind || !importer) {
    problems.add(document.place, [], `no source here understands the configuration of ${program}`)
    return []
  }
  let turned: unknown
  try {
    turned = importer(toPlain(document))
  } catch (error) {
    problems.add(document.place, [], redactedMessage(error))
    return []
  }
  const settings = relocate(turned, document, [])
  if (settings.kind !== 'map') {
    problems.add(document.place, [], `this is no configuration of ${program}`)
    return []
  }
  const type: Located = { kind: 'scalar', value: kind.type, source: kind.type, place: document.place, size: 1 }
  settings.entries.set('type', { key: document.place, value: type })
  const entry = { key: document.place, value: settings }
  const sources: Located = { kind: 'map', place: document.place, entries: new Map([[kind.type, entry]]), size: 1 }
  return checkSources(sources, kinds, null, problems)
}

/** Gives what an importer made the places of what it was made from: of the same path, or of that under `defaults`. */
function relocate(value: unknown, document: LocatedMap, path: Path): Located {
  const same = locate(document, path)
  const { node, place } = same.node ? same : locate(document, ['defaults', ...path])
  const found = node ? place : same.place
  if (Array.isArray(value)) {
    const items = value.map((item, index) => relocate(item, document, [...path, index]))
    return { kind: 'list', items, place: found, size: 1 }
  }
  if (typeof value === 'object' && value !== null) {
    const entries = new Map<string, { key: typeof place; value: Located }>()
    for (const [key, inner] of Object.entries(value)) {
      const own = locate(document, [...path, key])
      const there = own.node ? own : locate(document, ['defaults', ...path, key])
      entries.set(key, { key: there.keyPlace, value: relocate(inner, document, [...path, key]) })
    }
    return { kind: 'map', entries, place: found, size: 1 }
  }
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
  const source = node?.kind === 'scalar' && node.value === plain ? node.source : String(plain)
  return { kind: 'scalar', value: plain, source, place: found, size: 1 }
}
