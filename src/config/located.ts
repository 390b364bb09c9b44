import type { LineCounter } from 'yaml'
import type { Position } from './position.ts'

/** A file of the configuration as it was read. `name` is how people call it. */
export interface TextFile {
  path: string
  name: string
  text: string
  lines: LineCounter
}

export interface Place {
  file: TextFile
  offset: number
  end: number
}

/** A YAML value that knows where it stands. Aliases share the node of their anchor. */
export type Located = LocatedMap | LocatedList | LocatedScalar

export interface LocatedMap {
  kind: 'map'
  place: Place
  entries: Map<string, { key: Place; value: Located }>
  /** Nodes in it, with aliases counted in full. */
  size: number
}

export interface LocatedList {
  kind: 'list'
  place: Place
  items: Located[]
  size: number
}

export interface LocatedScalar {
  kind: 'scalar'
  place: Place
  value: string | number | boolean | null
  /** As it is written: 0123 and 1e3 keep their looks. */
  source: string
  size: 1
}

/** What stands for an alias that refers to nothing: a problem that has been told. */
export function isBrokenAlias(node: Located): boolean {
  return node.kind === 'scalar' && node.value === null && node.source.startsWith('*')
}

export type Path = readonly (string | number)[]

export function positionOf(place: Place): Position {
  const { line, col } = place.file.lines.linePos(place.offset)
  return { file: place.file.name, line, column: col }
}

/** What zod is given: plain maps, lists and scalars. */
export function toPlain(node: Located): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(toPlain)
  const plain: Record<string, unknown> = {}
  for (const [key, { value }] of node.entries) plain[key] = toPlain(value)
  return plain
}

/** The node at `path`, and the place that stands for it: of the value, or of the nearest thing that is there. */
export function locate(root: Located, path: Path): { node: Located | null; place: Place; keyPlace: Place } {
  let node: Located = root
  let keyPlace = root.place
  for (const step of path) {
    const next: { key: Place; value: Located } | null | undefined =
      node.kind === 'map'
        ? node.entries.get(String(step))
        : node.kind === 'list' && typeof step === 'number' && node.items[step]
          ? { key: node.items[step].place, value: node.items[step] }
          : null
    if (!next) return { node: null, place: keyPlace, keyPlace }
    node = next.value
    keyPlace = next.key
  }
  return { node, place: node.place, keyPlace }
}

/** "sources.fleet.repositories.web-server.max_age", "routes[0].to[1]", `repositories["web.example.com"]`. */
export function formatPath(path: Path): string {
  let out = ''
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`
    else if (/^[\w-]+$/.test(step)) out += out === '' ? step : `.${step}`
    else out += `[${JSON.stringify(step)}]`
  }
  return out
}
