import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { codeOf } from '../lib/error-code.ts'
import type { ReadFiles } from './config.ts'
import { type Located, type LocatedMap, type LocatedScalar, positionOf } from './located.ts'
import type { ProblemList } from './problem.ts'
import { parseYaml, textFile } from './yaml-tree.ts'

const MAX_FILE_BYTES = 4 * 1_048_576
const MAX_TOTAL_BYTES = 32 * 1_048_576
const MAX_FILES = 1000
const MAX_DEPTH = 10

export interface ReadTree extends ReadFiles {
  /** All files merged; null: there is nothing that could be used. */
  root: LocatedMap | null
  /** Absolute paths of all files that were read, or looked for. */
  files: string[]
}

/** Reads another program's configuration: one file, which includes nothing. */
export function readForeign(path: string, problems: ProblemList): ReadTree {
  const reader = new TreeReader(path, problems)
  const root = reader.readAlone(resolve(path))
  return reader.finish(root)
}

/** Reads the configuration's file and all that it includes. */
export function readTree(path: string, problems: ProblemList): ReadTree {
  const reader = new TreeReader(path, problems)
  const root = reader.read(resolve(path), null, [])
  return reader.finish(root)
}

class TreeReader {
  readonly #shown: string
  readonly #problems: ProblemList
  readonly #read = new Set<string>()
  readonly #directories = new Set<string>()
  readonly #hash = createHash('sha256')
  #bytes = 0

  constructor(path: string, problems: ProblemList) {
    this.#shown = path
    this.#problems = problems
  }

  finish(root: LocatedMap | null): ReadTree {
    const [files, directories] = [[...this.#read], [...this.#directories]]
    return { root, files, directories, digest: this.#hash.digest('hex') }
  }

  /** Files are called as the main file was called by the person who started us. */
  #nameOf(path: string): string {
    const main = resolve(this.#shown)
    return path === main ? this.#shown : join(dirname(this.#shown), relative(dirname(main), path))
  }

  readAlone(path: string): LocatedMap | null {
    return this.read(path, null, [], (root) => root)
  }

  /** `from` is the line that includes it, `above` the files that are being read. */
  read(
    path: string,
    from: LocatedScalar | null,
    above: readonly string[],
    finish: (root: LocatedMap) => LocatedMap = (root) => this.#withIncludes(root, path, [...above, path]),
  ): LocatedMap | null {
    const refuse = (message: string): null => {
      if (from) this.#problems.add(from.place, ['include'], message)
      else this.#problems.addFile(this.#nameOf(path), message)
      return null
    }
    if (above.includes(path))
      return refuse(`${this.#nameOf(path)} is included by itself, through ${this.#nameOf(above.at(-1) ?? path)}`)
    if (above.length > MAX_DEPTH) return refuse(`includes go more than ${MAX_DEPTH} files deep`)
    // two files may well include the same third one: it counts once
    if (this.#read.has(path)) return null
    if (this.#read.size >= MAX_FILES) return refuse(`more than ${MAX_FILES} files are included`)
    this.#read.add(path)
    this.#problems.announce(this.#nameOf(path))
    this.#directories.add(dirname(path))
    const text = this.#text(path)
    this.#hash.update(`${path}\0${'text' in text ? text.text : text.problem}\0`)
    if ('problem' in text)
      return refuse(from ? `${this.#nameOf(path)} ${text.problem}` : text.problem + (text.advice ?? ''))

    const file = textFile(path, this.#nameOf(path), text.text)
    const before = this.#problems.items.length
    const root = parseYaml(file, this.#problems)
    if (!root || (root.kind === 'scalar' && root.value === null)) {
      // an empty file among many is no mistake, an empty configuration is
      if (!from && this.#problems.items.length === before)
        this.#problems.addFile(file.name, 'it is empty: write one with "backproof init"')
      return null
    }
    if (root.kind !== 'map') {
      this.#problems.add(
        root.place,
        [],
        'the file must be a map: sections such as "sources:" with what belongs to them',
      )
      return null
    }
    return finish(root)
  }

  #text(path: string): { text: string } | { problem: string; advice?: string } {
    try {
      const stat = statSync(path)
      if (stat.isDirectory()) return { problem: 'is a directory, not a file' }
      if (!stat.isFile()) return { problem: 'is not a regular file' }
      if (stat.size > MAX_FILE_BYTES) return { problem: `is larger than ${MAX_FILE_BYTES / 1_048_576} MiB` }
      this.#bytes += stat.size
      if (this.#bytes > MAX_TOTAL_BYTES)
        return { problem: `makes more than ${MAX_TOTAL_BYTES / 1_048_576} MiB together with the others` }
      // the decoder takes a byte order mark off
      return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) }
    } catch (error) {
      const code = codeOf(error) ?? String(error)
      if (code === 'ENOENT')
        return { problem: 'does not exist', advice: ': write one with "backproof init", or name another with --config' }
      if (code === 'EACCES') return { problem: 'can not be read: permission denied' }
      if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { problem: 'is not UTF-8 text: save it as UTF-8' }
      return { problem: `can not be read: ${code}` }
    }
  }

  #withIncludes(root: LocatedMap, path: string, above: readonly string[]): LocatedMap {
    const include = root.entries.get('include')
    root.entries.delete('include')
    if (!include) return root
    const patterns = include.value.kind === 'list' ? include.value.items : [include.value]
    for (const pattern of patterns) {
      if (pattern.kind !== 'scalar' || typeof pattern.value !== 'string' || pattern.value === '') {
        this.#problems.add(
          pattern.place,
          ['include'],
          'write the path of a file, a pattern such as conf.d/*.yaml, or a list of them',
        )
        continue
      }
      for (const match of this.#matches(pattern.value, dirname(path), pattern)) {
        const part = this.read(match, pattern, above)
        if (part) this.#merge(root, part, [])
      }
    }
    return root
  }

  #matches(pattern: string, directory: string, from: LocatedScalar): string[] {
    const whole = isAbsolute(pattern) ? pattern : join(directory, pattern)
    if (!/[*?[{]/.test(pattern)) return [whole]
    const parts = whole.split('/')
    this.#directories.add(
      parts
        .slice(
          0,
          parts.findIndex((part) => /[*?[{]/.test(part)),
        )
        .join('/') || '/',
    )
    const found = globSync(pattern, { cwd: directory }).map((match) => resolve(directory, match))
    // "*.yaml" may well find the file that it stands in
    const others = found.filter((match) => match !== from.place.file.path)
    for (const match of others) this.#directories.add(dirname(match))
    return others.sort()
  }

  /** Maps become one, key by key; anything else must stand in one file alone. */
  #merge(into: LocatedMap, from: LocatedMap, path: readonly string[]): void {
    for (const [key, entry] of from.entries) {
      const there = into.entries.get(key)
      if (!there || isNothing(there.value)) into.entries.set(key, entry)
      else if (isNothing(entry.value)) continue
      else if (there.value.kind === 'map' && entry.value.kind === 'map') {
        // an anchor's map is shared with its aliases, which don't get the new keys
        const own = { ...there.value, entries: new Map(there.value.entries) }
        into.entries.set(key, { key: there.key, value: own })
        this.#merge(own, entry.value, [...path, key])
      } else {
        const { file, line, column } = positionOf(there.key)
        this.#problems.add(entry.key, [...path, key], `this is set in two files: also in ${file}:${line}:${column}`)
      }
    }
  }
}

function isNothing(node: Located): boolean {
  return node.kind === 'scalar' && node.value === null
}
