import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLError } from 'yaml'
import { isReference } from '../lib/secret.ts'
import { isBrokenAlias, type Located, type LocatedMap, type Path, type Place, type TextFile } from './located.ts'
import { looksSecret, type ProblemList } from './problem.ts'

const MAX_DEPTH = 64
/** Nodes that aliases and merge keys may add: "billion laughs" documents reach it at once. */
const MAX_ALIASED = 100_000
const MAX_SYNTAX_PROBLEMS = 10
/** They'd be taken for what every object has. */
const BAD_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

const PLAIN_WORDS: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'a tab can not indent YAML: use spaces',
  MULTIPLE_DOCS: 'a second document begins here: write one document to a file, and use include: for more',
  RESOURCE_EXHAUSTION: 'this is nested too deeply',
  BLOCK_AS_IMPLICIT_KEY: 'a second "key: value" in one line: put it on its own line, or the value in quotes',
  MISSING_CHAR: 'a closing quote or bracket is missing before here',
  TAG_RESOLVE_FAILED: 'a tag of this kind can not be used here: take it out',
  BAD_SCALAR_START: 'a value can not begin with this character: put it in quotes',
}

/**
 * In { a: ${env:NAME} } the braces of the reference would be YAML's own. Noncharacters of the same length stand for them
 * while it is parsed, so that nobody needs to know that quotes are needed here and not elsewhere.
 */
const OPEN = '\uFDD0'
const CLOSE = '\uFDD1'
const REFERENCE = /\$\{((?:env|file|credential):[^{}\n]*)\}/gi

function shelter(text: string): string {
  return text.replace(REFERENCE, `$$${OPEN}$1${CLOSE}`)
}

function unshelter(text: string): string {
  return text.replaceAll(OPEN, '{').replaceAll(CLOSE, '}')
}

/** Parses one file to a tree that knows its places; null when there is nothing that could be used. */
export function parseYaml(file: TextFile, problems: ProblemList): Located | null {
  const document = parseDocument(shelter(file.text), {
    lineCounter: file.lines,
    // ours tells both places, and in linear time
    uniqueKeys: false,
    // whatever %YAML says: "no" is a text, not false
    schema: 'core',
    merge: false,
    prettyErrors: false,
  })
  if (/[\uFDD0\uFDD1]/.test(file.text))
    problems.addFile(file.name, 'has characters in it that are no text (U+FDD0, U+FDD1)')
  const faults = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
  const seen = new Set<string>()
  for (const fault of faults.slice(0, MAX_SYNTAX_PROBLEMS)) {
    const message = PLAIN_WORDS[fault.code] ?? fault.message
    // one cause has many symptoms: the first of a kind is enough
    const keys = [message, String(fault.pos[0])]
    if (keys.some((key) => seen.has(key))) continue
    for (const key of keys) seen.add(key)
    problems.addSyntax({ file, offset: fault.pos[0], end: fault.pos[1] }, unshelter(message))
  }
  if (faults.length > 0 || !document.contents) return null
  return new TreeBuilder(file, problems).build(document.contents)
}

class TreeBuilder {
  readonly #file: TextFile
  readonly #problems: ProblemList
  readonly #anchors = new Map<string, Located>()
  #aliased = 0
  #refused = false

  constructor(file: TextFile, problems: ProblemList) {
    this.#file = file
    this.#problems = problems
  }

  build(contents: Node): Located | null {
    const tree = this.#node(contents, [], 0)
    return this.#refused ? null : tree
  }

  #place(node: { range?: readonly [number, number, number] | null | undefined }, fallback: Place): Place {
    return node.range ? { file: this.#file, offset: node.range[0], end: node.range[1] } : fallback
  }

  #scalar(value: string | number | boolean | null, source: string, place: Place): Located {
    return { kind: 'scalar', value, source, place, size: 1 }
  }

  #node(node: unknown, path: Path, depth: number, near: Place = { file: this.#file, offset: 0, end: 0 }): Located {
    if (isAlias(node)) return this.#alias(node.source, path, this.#place(node, near))
    if (isScalar(node)) {
      const place = this.#place(node, near)
      const value = typeof node.value === 'string' ? unshelter(node.value) : node.value
      const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
      const scalar = this.#scalar(plain, unshelter(node.source ?? String(plain)), place)
      const named = path.findLast((step) => typeof step === 'string')
      if (typeof named === 'string' && looksSecret(named) && !isReference(String(plain))) this.#problems.hide(place)
      return this.#anchored(node.anchor, scalar)
    }
    if (!isMap(node) && !isSeq(node)) return this.#scalar(null, '', near)
    const place = this.#place(node, near)
    if (depth > MAX_DEPTH) {
      this.#refuse(place, path.slice(0, 8), `this is nested more than ${MAX_DEPTH} deep`)
      return this.#scalar(null, '', place)
    }
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.#node(item, [...path, index], depth + 1, place))
      const size = items.reduce((sum, item) => sum + item.size, 1)
      return this.#anchored(node.anchor, { kind: 'list', items, place, size })
    }
    const map: LocatedMap = { kind: 'map', entries: new Map(), place, size: 1 }
    const merged: { value: Located; place: Place }[] = []
    for (const pair of node.items) {
      const key = this.#node(pair.key, [], depth + 1, place)
      if (key.kind !== 'scalar' || key.source === '') {
        this.#problems.add(key.place, path, 'a key must be a text: put it in quotes')
        continue
      }
      // 0123 and 1e3 are names here, not numbers
      const name = typeof key.value === 'string' ? key.value : key.source
      const value = this.#node(pair.value, [...path, name], depth + 1, key.place)
      map.size += value.size
      if (name === '<<') merged.push({ value, place: key.place })
      else this.#set(map, name, key.place, value, path)
    }
    for (const from of merged) this.#merge(map, from.value, from.place, path)
    return this.#anchored(node.anchor, map)
  }

  #set(map: LocatedMap, name: string, key: Place, value: Located, path: Path): void {
    const first = map.entries.get(name)
    if (first) {
      const { line, col } = this.#file.lines.linePos(first.key.offset)
      this.#problems.add(key, [...path, name], `this key is here twice: first in line ${line}, column ${col}`)
    } else if (BAD_KEYS.has(name)) this.#problems.add(key, path, `"${name}" can not be used as a name`)
    else map.entries.set(name, { key, value })
  }

  /** https://yaml.org/type/merge.html: what is written in the map itself wins, then the first of the list. */
  #merge(map: LocatedMap, from: Located, place: Place, path: Path): void {
    for (const part of from.kind === 'list' ? from.items : [from]) {
      if (isBrokenAlias(part)) continue
      if (part.kind !== 'map') {
        this.#problems.add(place, path, '<< needs a map, or a list of maps')
        continue
      }
      this.#count(part.size, place, path)
      if (this.#refused) return
      for (const [name, entry] of part.entries) if (!map.entries.has(name)) map.entries.set(name, entry)
    }
  }

  #alias(name: string, path: Path, place: Place): Located {
    const target = this.#anchors.get(name)
    if (!target) this.#problems.add(place, path, `*${name} refers to nothing: &${name} must end before it`)
    this.#count(target?.size ?? 0, place, path)
    // a null that looks like an alias has been told already
    return target && !this.#refused ? target : this.#scalar(null, `*${name}`, place)
  }

  #count(nodes: number, place: Place, path: Path): void {
    this.#aliased += nodes
    if (this.#aliased > MAX_ALIASED)
      this.#refuse(place, path, `aliases blow this file up to more than ${MAX_ALIASED} values: write it without them`)
  }

  #refuse(place: Place, path: Path, message: string): void {
    if (!this.#refused) this.#problems.add(place, path, message)
    this.#refused = true
  }

  #anchored(anchor: string | undefined, node: Located): Located {
    if (anchor) this.#anchors.set(anchor, node)
    return node
  }
}

export function textFile(path: string, name: string, text: string): TextFile {
  return { path, name, text, lines: new LineCounter() }
}
