import { createHash } from 'node:crypto'

/**
 * What comes from outside, made fit for a column. PostgreSQL's text can't hold NUL, its b-tree entries must stay under
 * 2,704 bytes (https://www.postgresql.org/docs/15/btree-implementation.html), and neither database knows lone surrogates.
 */

const KEY_BYTES = 1_200
const TEXT_CHARS = 100_000
const SEARCH_CHARS = 2_000
const SORT_CHARS = 200

/** The whole of it, but for what no column can hold. */
export function clean(value: string): string {
  const whole = value.isWellFormed() ? value : value.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole
}

/** An id or other indexed word: two of them fit an index entry. A longer one is cut, its digest keeps it unique. */
export function key(value: string): string {
  const text = clean(value)
  // a UTF-16 unit is at most three bytes of UTF-8
  if (text.length <= KEY_BYTES / 3 || Buffer.byteLength(text) <= KEY_BYTES) return text
  // of what came in, so that two long ids that differ in a NUL alone stay two
  const digest = createHash('sha256').update(JSON.stringify(value)).digest('hex')
  return `${Buffer.from(text).subarray(0, 1_100).toString().replace(/�$/, '')}~${digest}`
}

export function keyOrNull(value: string | null): string | null {
  return value === null ? null : key(value)
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
  return clean(kept.join('\n').slice(0, SEARCH_CHARS))
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
