import { redact } from '../lib/redact.ts'
import { formatPath, type Path, type Place, positionOf } from './located.ts'
import type { Position } from './position.ts'

/** One mistake in the configuration: where it is, what it is, and what to do about it. Holds no secret. */
export interface Problem extends Position {
  /** 'sources.fleet.repositories.web-server.max_age'; '' for the file as a whole. */
  path: string
  message: string
  /** What stands there; masked when the field is a secret or looks like one. */
  value?: string
  allowed?: readonly string[]
  suggestion?: string
  /** The line it is in (secrets masked, cut to the part around it) and the column of the caret in this text, from 0. */
  excerpt?: { text: string; caret: number }
}

export type ProblemDetails = Pick<Problem, 'value' | 'allowed' | 'suggestion'>

const SECRET_KEY = /pass|secret|token|credential|private|api_?key|access_?key|webhook|push_url|dsn|database_url|^auth/i

/** Whether a key's name says that its value is a secret. */
export function looksSecret(key: string): boolean {
  return SECRET_KEY.test(key) && !/_(?:file|path|command)$/i.test(key)
}

const WIDTH = 120
/** Nobody reads more of them, and each has to look for secrets in its line. */
const MAX_EXCERPTS = 200

/** Many lists of problems become one by this: the files' order, at most one a place and path. */
export class ProblemList {
  readonly items: Problem[] = []
  readonly #seen = new Set<string>()
  readonly #files: string[] = []
  /** Characters that must not be shown, by file: the scalars that hold secrets. */
  readonly #hidden = new Map<string, { from: number; to: number }[]>()

  /** What stands from `place.offset` to `place.end` is masked in every excerpt from now on. */
  hide(place: Place): void {
    const ranges = this.#hidden.get(place.file.path) ?? []
    ranges.push({ from: place.offset, to: place.end })
    this.#hidden.set(place.file.path, ranges)
  }

  add(place: Place, path: Path, message: string, details: ProblemDetails = {}): void {
    const at = positionOf(place)
    const key = `${at.file}:${at.line}:${at.column}:${formatPath(path)}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const problem: Problem = { ...at, path: formatPath(path), message: redact(message), ...details }
    if (problem.value !== undefined) problem.value = redact(problem.value)
    const excerpt = this.items.length < MAX_EXCERPTS ? this.#excerpt(place, at) : undefined
    this.items.push(excerpt ? { ...problem, excerpt } : problem)
  }

  /** A problem of a file that can't be parsed: what is a secret in it can't be known, so that keys alone are shown. */
  addSyntax(place: Place, message: string): void {
    const at = positionOf(place)
    const line = lineAt(place, at).replace(/[^\s,{}[\]"']+/g, (word, index: number, whole: string) => {
      const isKey = word.endsWith(':') || /^["']?\s*:(?:\s|$)/.test(whole.slice(index + word.length))
      const marks = /^\W*/.exec(word)?.[0] ?? ''
      return isKey ? word : marks + '*'.repeat(word.length - marks.length)
    })
    const excerpt = cut(line, at)
    this.items.push({ ...at, path: '', message: redact(message), ...(excerpt ? { excerpt } : {}) })
  }

  /** A problem of a file that couldn't even be read. */
  addFile(file: string, message: string): void {
    this.items.push({ file, line: 1, column: 1, path: '', message })
  }

  /** Problems are told in the order in which files are announced here. */
  announce(file: string): void {
    this.#files.push(file)
  }

  /** By file, then by place. */
  sorted(): Problem[] {
    const rank = (problem: Problem) => this.#files.indexOf(problem.file)
    return [...this.items].sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column)
  }

  #excerpt(place: Place, at: Position): Problem['excerpt'] {
    const start = place.offset - (at.column - 1)
    let line = lineAt(place, at)
    for (const range of this.#hidden.get(place.file.path) ?? []) {
      if (range.to <= start || range.from >= start + line.length) continue
      const [from, to] = [Math.max(0, range.from - start), Math.min(line.length, range.to - start)]
      // of the same length, so that the caret stays where it is
      line = line.slice(0, from) + '*'.repeat(to - from) + line.slice(to)
    }
    // a secret that is known from elsewhere: rare, so the line is given up rather than the secret
    return redact(line) === line ? cut(line, at) : undefined
  }
}

function lineAt(place: Place, at: Position): string {
  const { text } = place.file
  const start = place.offset - (at.column - 1)
  const end = text.indexOf('\n', start)
  return text.slice(start, end === -1 ? text.length : end).trimEnd()
}

/** The part of the line around the caret. */
function cut(line: string, at: Position): Problem['excerpt'] {
  if (line === '') return undefined
  const caret = Math.min(at.column - 1, line.length)
  const from = caret > WIDTH - 20 ? caret - 60 : 0
  const head = from > 0 ? '…' : ''
  const tail = line.length > from + WIDTH ? '…' : ''
  return { text: head + line.slice(from, from + WIDTH) + tail, caret: caret - from + head.length }
}

/** `backproof.yaml:12:5: sources.fleet.max_age: "25 hours" is not a duration: write 90m, ...`, and the line with a caret. */
export function formatProblem(problem: Problem): string {
  const where = `${problem.file}:${problem.line}:${problem.column}: ${problem.path === '' ? '' : `${problem.path}: `}`
  const hint = problem.suggestion === undefined ? '' : `: did you mean "${problem.suggestion}"?`
  const allowed = problem.allowed?.length ? ` (allowed: ${problem.allowed.join(', ')})` : ''
  const first = where + problem.message + hint + allowed
  if (!problem.excerpt) return first
  const gutter = String(problem.line)
  const before = problem.excerpt.text.slice(0, problem.excerpt.caret).replace(/[^\t]/g, ' ')
  return `${first}\n  ${gutter} | ${problem.excerpt.text}\n  ${' '.repeat(gutter.length)} | ${before}^`
}
