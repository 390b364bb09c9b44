import type { z } from 'zod'
import { isReference } from '../lib/secret.ts'
import { isBrokenAlias, type Located, locate, type Path, toPlain } from './located.ts'
import { looksSecret, type ProblemDetails, type ProblemList } from './problem.ts'
import { isSecretAt, keysAt } from './schema-path.ts'
import { suggest } from './suggest.ts'

/** More than these are not listed: the documentation is a better place to read them. */
const FEW = 14
const LONGEST_VALUE = 60

/** What a part of the configuration is checked with, and where its problems go. */
export interface Checking {
  schema: z.core.$ZodType
  node: Located
  path: Path
  problems: ProblemList
}

/** Holds a node against its schema; every problem goes to `problems`, and then the value is undefined. */
export function checkNode<T>(schema: z.ZodType<T>, node: Located, path: Path, problems: ProblemList): T | undefined {
  const checking = { schema, node, path, problems }
  hideSecrets(schema, node, problems)
  const result = schema.safeParse(toPlain(node))
  if (result.success) return result.data
  // where a key is misspelled, what its absence leads to is no second mistake
  const misspelled = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? [JSON.stringify(issue.path)] : [],
  )
  for (const issue of result.error.issues)
    if (issue.code !== 'custom' || !misspelled.includes(JSON.stringify(issue.path))) report(checking, issue, [])
  return undefined
}

/** Secrets are masked in all lines that are shown, also when it is their neighbour that is wrong. */
export function hideSecrets(
  schema: z.core.$ZodType,
  node: Located,
  problems: ProblemList,
  path: Path = [],
  known: readonly string[] = [],
): void {
  if (node.kind === 'map') {
    const keys = keysAt(schema, path)
    for (const [key, { value }] of node.entries) {
      const allowed = keys && [...keys, ...known]
      if (allowed && !allowed.includes(key) && mayBeSecret(schema, path, suggest(key, allowed)))
        hideAll(value, problems)
      else hideSecrets(schema, value, problems, [...path, key])
    }
  } else if (node.kind === 'list')
    for (const [i, item] of node.items.entries()) hideSecrets(schema, item, problems, [...path, i])
  else if (!isReference(node.source) && isSecretAt(schema, path)) problems.hide(node.place)
}

/** A key that is not known was meant for another one, whose value may be a secret; for which, can't always be told. */
function mayBeSecret(schema: z.core.$ZodType, path: Path, meant: string | null): boolean {
  return meant === null || looksSecret(meant) || isSecretAt(schema, [...path, meant])
}

/** All values in it are masked: it is not known what they are. */
export function hideAll(node: Located, problems: ProblemList): void {
  if (node.kind === 'map') for (const { value } of node.entries.values()) hideAll(value, problems)
  else if (node.kind === 'list') for (const item of node.items) hideAll(item, problems)
  else if (!isReference(node.source)) problems.hide(node.place)
}

const NAMES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map ("key: value" lines)',
  record: 'a map ("key: value" lines)',
  array: 'a list ("- item" lines)',
}

function nameOf(type: string): string {
  return NAMES[type] ?? type
}

function or(words: readonly string[]): string {
  const unique = [...new Set(words)]
  return unique.length < 2 ? (unique[0] ?? '') : `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`
}

/** What stands there, as it is shown to people. */
export function shownValue(node: Located, path: Path, schema: z.core.$ZodType | null): string {
  if (node.kind === 'map') return 'a map'
  if (node.kind === 'list') return 'a list'
  if (node.value === null) return 'nothing'
  const named = path.slice(-2).some((step) => typeof step === 'string' && looksSecret(step))
  const secret = named || (schema !== null && isSecretAt(schema, path))
  if (secret && !isReference(String(node.value))) return '[secret]'
  const text = node.source.length > LONGEST_VALUE ? `${node.source.slice(0, LONGEST_VALUE)}…` : node.source
  return typeof node.value === 'string' ? JSON.stringify(text) : text
}

function few(words: readonly string[]): readonly string[] {
  return words.length <= FEW ? words : []
}

/** What was probably meant, and what could be. */
export function hints(word: string, allowed: readonly string[]): ProblemDetails {
  const meant = suggest(word, allowed)
  return { ...(meant === null ? {} : { suggestion: meant }), ...(few(allowed).length ? { allowed: few(allowed) } : {}) }
}

/** A key that can't stand in the map at `inside` of what `schema` describes. */
export function unknownKey(
  key: string,
  allowed: readonly string[],
  schema: z.core.$ZodType,
  inside: Path,
): [message: string, details: ProblemDetails] {
  const homes = allowed.filter((each) => keysAt(schema, [...inside, each])?.includes(key))
  if (homes.length === 1) return [`unknown key "${key}": it belongs in "${homes[0]}"`, {}]
  return [`unknown key "${key}"`, hints(key, allowed)]
}

function report(checking: Checking, issue: z.core.$ZodIssue, base: Path): void {
  const { schema, node, path, problems } = checking
  const inside: Path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]
  const { node: found, place, keyPlace } = locate(node, inside)
  const full = [...path, ...inside]
  const shown = found ? shownValue(found, inside, schema) : ''
  const value = found?.kind === 'scalar' ? { value: shown } : {}

  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(schema, inside) ?? []
    for (const key of issue.keys) {
      const there = locate(node, [...inside, key])
      problems.add(there.keyPlace, [...full, key], ...unknownKey(key, allowed, schema, inside))
    }
    return
  }
  if (!found) problems.add(keyPlace, full, missing(issue))
  else if (isBrokenAlias(found)) return
  // zod would speak of types; people forgot to write something
  else if (found.kind === 'scalar' && found.value === null)
    problems.add(keyPlace, full, 'there is no value: write one, or take the line out')
  else if (issue.code === 'invalid_key') {
    const reason = issue.issues[0]?.message ?? 'not allowed as a name'
    problems.add(keyPlace, full, sentence(reason, JSON.stringify(String(inside.at(-1)))))
  } else if (issue.code === 'invalid_union' && issue.errors.length > 0) reportUnion(checking, issue, inside)
  else {
    const { message, details } = describe(issue, found, shown)
    problems.add(place, full, message, { ...value, ...details })
  }
}

function missing(issue: z.core.$ZodIssue): string {
  const last = String(issue.path.at(-1) ?? '')
  if (issue.code === 'custom') return issue.message
  const type = issue.code === 'invalid_type' ? `: write ${nameOf(issue.expected)}` : ''
  return last === '' ? 'it is missing' : `"${last}" is missing${type}`
}

function sentence(message: string, shown: string): string {
  return message.startsWith('not ') ? `${shown} is ${message}` : message
}

/** Of a choice, the branch that is nearest to what was written tells what is wrong. */
function reportUnion(checking: Checking, issue: z.core.$ZodIssueInvalidUnion, inside: Path): void {
  const { schema, node, path, problems } = checking
  const found = locate(node, inside)
  const shown = found.node ? shownValue(found.node, inside, schema) : ''
  if (!issue.message.startsWith('Invalid')) {
    problems.add(found.place, [...path, ...inside], sentence(issue.message, shown), { value: shown })
    return
  }
  const ofType = issue.errors.filter((branch) => !branch.some((one) => one.code === 'invalid_type' && !one.path.length))
  const nearest = ofType.sort((a, b) => a.length - b.length)[0]
  if (nearest) {
    for (const one of nearest) report(checking, one, inside)
    return
  }
  const expected = issue.errors.flat().flatMap((one) => (one.code === 'invalid_type' ? [nameOf(one.expected)] : []))
  problems.add(found.place, [...path, ...inside], `${shown} stands where ${or(expected)} is expected`)
}

function describe(
  issue: z.core.$ZodIssue,
  found: Located,
  shown: string,
): { message: string; details?: ProblemDetails } {
  switch (issue.code) {
    case 'invalid_type': {
      // a schema's own words
      if (!issue.message.startsWith('Invalid input')) return { message: sentence(issue.message, shown) }
      const quote =
        issue.expected === 'string' && found.kind === 'scalar' && shown !== '[secret]'
          ? `: put it in quotes, as "${found.source}"`
          : ''
      return { message: `${shown} stands where ${nameOf(issue.expected)} is expected${quote}` }
    }
    case 'invalid_value': {
      const words = issue.values.map(String)
      const word = found.kind === 'scalar' ? String(found.value) : ''
      return { message: `${shown} is not one of those that can be chosen`, details: hints(word, words) }
    }
    case 'invalid_union': {
      const words = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []
      const word = found.kind === 'scalar' ? String(found.value) : ''
      return { message: `${shown} is not one of those that can be chosen`, details: hints(word, words) }
    }
    case 'too_small':
    case 'too_big':
      return { message: sizeMessage(issue, shown) }
    case 'not_multiple_of':
      return { message: `${shown} is not a multiple of ${issue.divisor}` }
    case 'invalid_format':
      return {
        message: sentence(issue.message.startsWith('Invalid') ? `not a valid ${issue.format}` : issue.message, shown),
      }
    default:
      return { message: sentence(issue.message, shown) }
  }
}

function sizeMessage(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, shown: string): string {
  if (!/^(Too (small|big)|Invalid)/.test(issue.message)) return sentence(issue.message, shown)
  const small = issue.code === 'too_small'
  const limit = String(small ? issue.minimum : issue.maximum)
  if (issue.origin === 'number' || issue.origin === 'int')
    return `${shown} is too ${small ? 'small' : 'large'}: ${issue.inclusive === false ? (small ? 'above' : 'below') : small ? 'at least' : 'at most'} ${limit}`
  if (small && limit === '1') return 'it is empty'
  const unit = issue.origin === 'string' ? 'characters' : 'entries'
  return `it has too ${small ? 'few' : 'many'} ${unit}: ${small ? 'at least' : 'at most'} ${limit}`
}
