/** Reads a glob (`*` and `?` stay between slashes, `**` does not) or /a regular expression/; a string says what is wrong. */
export function parsePattern(pattern: string): RegExp | string {
  const expression = /^\/(.+)\/(i?)$/s.exec(pattern)
  try {
    if (expression) return new RegExp(expression[1] ?? '', `u${expression[2] ?? ''}`)
    const source = pattern.replace(/\*\*|[*?]|[\\^$.|+()[\]{}/]/g, (found) => {
      if (found === '**') return '.*'
      if (found === '*') return '[^/]*'
      return found === '?' ? '[^/]' : `\\${found}`
    })
    return new RegExp(`^${source}$`, 'su')
  } catch (error) {
    return `not a pattern: ${error instanceof Error ? error.message : String(error)}`
  }
}

const PLACEHOLDER = /\{(yyyy|MM|dd|HH)\}/g
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The prefix up to its first date. */
export function literalBase(prefix: string): string {
  const first = prefix.search(/\{(?:yyyy|MM|dd|HH)\}/)
  return first < 0 ? prefix : prefix.slice(0, first)
}

/** The finest part of the date that the prefix holds; null: it holds none, or one with a gap ("{yyyy}/{dd}"). */
export function dateUnit(prefix: string): { stepMs: number } | null {
  const held = ['{yyyy}', '{MM}', '{dd}', '{HH}'].map((part) => prefix.includes(part))
  const finest = held.lastIndexOf(true)
  if (finest < 0 || held.slice(0, finest).includes(false)) return null
  return { stepMs: finest === 3 ? HOUR_MS : DAY_MS }
}

/** The prefixes of all dates (UTC) from `from` to `to`, oldest first. */
export function datedPrefixes(prefix: string, from: number, to: number): string[] {
  const { stepMs } = dateUnit(prefix) ?? { stepMs: DAY_MS }
  const found = new Set<string>()
  for (let at = from - (((from % stepMs) + stepMs) % stepMs); at <= to; at += stepMs) {
    const iso = new Date(at).toISOString()
    const parts: Record<string, string> = {
      yyyy: iso.slice(0, 4),
      MM: iso.slice(5, 7),
      dd: iso.slice(8, 10),
      HH: iso.slice(11, 13),
    }
    found.add(prefix.replace(PLACEHOLDER, (_, part: string) => parts[part] ?? ''))
  }
  return [...found]
}

/** Whether a key is one of this dump's: the dates of its prefix filled in, and the rest as the pattern has it. */
export function keyMatcher(prefix: string, pattern: string | null): (key: string) => boolean {
  const rest = pattern === null ? null : parsePattern(pattern)
  if (typeof rest === 'string') throw new RangeError(rest)
  const start = prefix.includes('{') ? dated(prefix) : null
  return (key) => {
    // what consoles make of a folder; and names under it are what counts
    if (key.endsWith('/')) return false
    const length = start ? start.exec(key)?.[0].length : key.startsWith(prefix) ? prefix.length : undefined
    return length !== undefined && (rest?.test(key.slice(length)) ?? true)
  }
}

function dated(prefix: string): RegExp {
  const source = prefix
    .split(PLACEHOLDER)
    .map((part, index) =>
      index % 2 === 0 ? part.replace(/[\\^$.|?*+()[\]{}/]/g, '\\$&') : part === 'yyyy' ? '[0-9]{4}' : '[0-9]{2}',
    )
  return new RegExp(`^${source.join('')}`, 'u')
}
