/** A pattern of paths below a folder: `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`, and `**` for any depth of folders. `\` escapes. */
export interface Glob {
  /** One for each way to read its braces. */
  readonly alternatives: readonly (readonly Segment[])[]
}

type Segment = { kind: 'any-depth' } | { kind: 'name'; tokens: readonly Token[]; dotted: boolean; suffix: string }
type Token =
  | { kind: 'star' }
  | { kind: 'any' }
  | { kind: 'char'; char: string }
  | { kind: 'set'; negated: boolean; ranges: readonly (readonly [string, string])[] }

/** Where in which alternative the next name of a path may be; null: the path can't match any more. */
export type GlobState = readonly (readonly [alternative: number, segment: number])[] | null

const MAX_ALTERNATIVES = 256

/**
 * A file that is still being written or copied, or that describes another: not a dump unless the pattern ends in that
 * very suffix. A fresh checksum beside an old dump must not count as a fresh dump.
 */
const NOT_A_DUMP = /\.(?:partial|part|tmp|md5|sha1|sha256|sha512|md5sum|sha1sum|sha256sum|sha512sum)$/i

/** Reads a pattern; a string is a sentence that says what is wrong with it. */
export function parseGlob(pattern: string): Glob | string {
  if (pattern.startsWith('/')) return 'starts with "/": a pattern is relative to the folder in `path`'
  const expanded = expandBraces(pattern)
  if (expanded === null) return `has more than ${MAX_ALTERNATIVES} alternatives in its braces`
  const alternatives: Segment[][] = []
  for (const alternative of expanded) {
    const segments = alternative.split('/').filter((segment) => segment !== '.')
    if (segments.some((segment) => segment === '' || segment === '..'))
      return 'has an empty part or ".." in it: a pattern stays below the folder in `path`'
    alternatives.push(segments.map(parseSegment))
  }
  return { alternatives }
}

function parseSegment(text: string): Segment {
  if (text === '**') return { kind: 'any-depth' }
  const tokens: Token[] = []
  const chars = Array.from(text)
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? ''
    if (char === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' })
    } else if (char === '?') tokens.push({ kind: 'any' })
    else if (char === '[') {
      const set = parseSet(chars, i)
      if (set) tokens.push(set.token)
      else tokens.push({ kind: 'char', char })
      i = set?.end ?? i
    } else {
      if (char === '\\' && i + 1 < chars.length) i++
      tokens.push({ kind: 'char', char: chars[i] ?? '' })
    }
  }
  const first = tokens[0]
  const lastWild = tokens.findLastIndex((token) => token.kind !== 'char')
  const suffix = tokens.slice(lastWild + 1).map((token) => (token.kind === 'char' ? token.char : ''))
  return { kind: 'name', tokens, dotted: first?.kind === 'char' && first.char === '.', suffix: suffix.join('') }
}

/** "[a-z]" from its bracket on; null: there is no end, so the bracket stands for itself. */
function parseSet(chars: readonly string[], start: number): { token: Token; end: number } | null {
  let i = start + 1
  const negated = chars[i] === '!' || chars[i] === '^'
  if (negated) i++
  const ranges: (readonly [string, string])[] = []
  // a "]" right after the start is a member
  for (let first = true; i < chars.length && (first || chars[i] !== ']'); first = false) {
    const low = chars[i] ?? ''
    const high = chars[i + 2]
    const isRange = chars[i + 1] === '-' && high !== undefined && high !== ']'
    ranges.push([low, isRange ? high : low])
    i += isRange ? 3 : 1
  }
  return chars[i] === ']' ? { token: { kind: 'set', negated, ranges }, end: i } : null
}

/** "a{b,c}d" to "abd" and "acd"; braces without a comma stand for themselves; null: too many. */
function expandBraces(pattern: string): string[] | null {
  const done: string[] = []
  const todo = [pattern]
  for (let text = todo.pop(); text !== undefined; text = todo.pop()) {
    const brace = firstBrace(text)
    if (!brace) done.push(text)
    else
      for (const part of brace.parts.toReversed()) todo.push(text.slice(0, brace.start) + part + text.slice(brace.end))
    if (done.length + todo.length > MAX_ALTERNATIVES) return null
  }
  return done
}

function firstBrace(text: string): { start: number; end: number; parts: string[] } | null {
  for (let start = 0; start < text.length; start++) {
    if (text[start] === '\\') start++
    else if (text[start] === '{') {
      const brace = braceAt(text, start)
      if (brace) return brace
    }
  }
  return null
}

function braceAt(text: string, start: number): { start: number; end: number; parts: string[] } | null {
  const parts: string[] = []
  let depth = 0
  let from = start + 1
  for (let i = start; i < text.length; i++) {
    const char = text[i]
    if (char === '\\') i++
    else if (char === '{') depth++
    else if (char === ',' && depth === 1) {
      parts.push(text.slice(from, i))
      from = i + 1
    } else if (char === '}' && --depth === 0) {
      parts.push(text.slice(from, i))
      return parts.length > 1 ? { start, end: i + 1, parts } : null
    }
  }
  return null
}

/** Where a path starts. */
export function startOf(glob: Glob): GlobState {
  return closed(
    glob,
    glob.alternatives.map((_, alternative) => [alternative, 0] as const),
  )
}

/** "**" also stands for no folder at all. */
function closed(glob: Glob, positions: (readonly [number, number])[]): GlobState {
  const seen = new Map<string, readonly [number, number]>()
  for (const [alternative, first] of positions) {
    for (let at = first; ; at++) {
      const segments = glob.alternatives[alternative]
      if (!segments || at >= segments.length) break
      seen.set(`${alternative}/${at}`, [alternative, at])
      if (segments[at]?.kind !== 'any-depth') break
    }
  }
  return seen.size === 0 ? null : [...seen.values()]
}

/** What may come below the folder `name`; null: nothing there can match, so it need not be read. */
export function enter(glob: Glob, state: GlobState, name: string): GlobState {
  const next: (readonly [number, number])[] = []
  for (const [alternative, at] of state ?? []) {
    const segment = glob.alternatives[alternative]?.[at]
    if (segment?.kind === 'any-depth' && !name.startsWith('.')) next.push([alternative, at])
    if (segment?.kind === 'name' && matches(segment.tokens, segment.dotted, name)) next.push([alternative, at + 1])
  }
  return closed(glob, next)
}

/** Whether the file `name` here is what the pattern is about. */
export function accepts(glob: Glob, state: GlobState, name: string): boolean {
  const unfinished = NOT_A_DUMP.test(name)
  return (state ?? []).some(([alternative, at]) => {
    const segments = glob.alternatives[alternative]
    const segment = segments?.[at]
    if (!segment || at !== (segments?.length ?? 0) - 1) return false
    if (segment.kind === 'any-depth') return !unfinished && !name.startsWith('.')
    if (unfinished && !NOT_A_DUMP.test(segment.suffix)) return false
    return matches(segment.tokens, segment.dotted, name)
  })
}

/** Goes back to the last star alone, so that no name takes more than pattern x name steps. */
function matches(tokens: readonly Token[], dotted: boolean, name: string): boolean {
  if (name.startsWith('.') && !dotted) return false
  const chars = Array.from(name)
  let token = 0
  let at = 0
  let star = -1
  let starAt = 0
  while (at < chars.length) {
    const current = tokens[token]
    if (current?.kind === 'star') {
      star = token++
      starAt = at
    } else if (current && fits(current, chars[at] ?? '')) {
      token++
      at++
    } else if (star >= 0) {
      token = star + 1
      at = ++starAt
    } else return false
  }
  return tokens.slice(token).every(({ kind }) => kind === 'star')
}

function fits(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char
  if (token.kind === 'set') return token.ranges.some(([low, high]) => low <= char && char <= high) !== token.negated
  return token.kind === 'any'
}
