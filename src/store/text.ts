import { createHash } from 'node:crypto'

/**
 * What comes from outside, made fit for a column. PostgreSQL's text can't hold NUL, its b-tree entries must stay under
 * 2,704 bytes (https://www.postgresql.org/docs/15/btree-implementation.html), and neither database knows lone surrogates.
 */

const KEY_BYTES = 1_200
const WORD_BYTES = 400
const TEXT_CHARS = 100_000
const SEARCH_BYTES = 800
const SORT_CHARS = 120

/** The whole of it, but for what no column can hold. */
export function clean(value: string): string {
  const whole = value.isWellFormed() ? value : value.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole
}

/** An id: two of them fit an index entry. A longer one is cut, its digest keeps it unique. */
export function key(value: string): string {
  return cut(value, KEY_BYTES)
}

function cut(value: string, bytes: number): string {
  const text = clean(value)
  // a UTF-16 unit is at most three bytes of UTF-8
  if (text.length <= bytes / 3 || Buffer.byteLength(text) <= bytes) return text
  // of what came in, so that two long ids that differ in a NUL alone stay two
  const digest = createHash('sha256').update(JSON.stringify(value)).digest('hex')
  return `${firstBytes(text, bytes - 100)}~${digest}`
}

/** A source, a type, an owner: what lists are filtered by. All of them together fit an index entry. */
export function word(value: string): string {
  return cut(value, WORD_BYTES)
}

export function wordOrNull(value: string | null): string | null {
  return value === null ? null : word(value)
}

function firstBytes(text: string, bytes: number): string {
  if (text.length <= bytes / 3) return text
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\ufffd+$/, '')
}

/** Text that is only shown. */
export function text(value: string): string {
  return clean(value.length > TEXT_CHARS ? `${value.slice(0, TEXT_CHARS)}…` : value)
}

export function textOrNull(value: string | null): string | null {
  return value === null ? null : text(value)
}

/** As people compare names: any case. */
export function sortable(name: string): string {
  return clean(folded(name).slice(0, SORT_CHARS))
}

/** What a search looks through, and what is searched for. */
export function searchable(...parts: readonly string[]): string {
  const kept: string[] = []
  for (const part of parts.map(folded)) if (!kept.some((other) => other.includes(part))) kept.push(part)
  return firstBytes(clean(kept.join('\n')), SEARCH_BYTES)
}

function folded(value: string): string {
  return value.normalize('NFC').toLowerCase()
}

/** A number for a bigint column. Throws RangeError on NaN. */
export function whole(value: number): number {
  if (Number.isNaN(value)) throw new RangeError('not a number')
  return Math.trunc(Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER))
}

export function wholeOrNull(value: number | null): number | null {
  return value === null ? null : whole(value)
}
