import { CursorError } from './store.ts'

/** Where a page ended, for the next to go on: opaque to those who hand it back, and hostile when it comes. */
export function toCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** The parts of a cursor, of the same types as `like`. Throws CursorError. */
export function fromCursor(cursor: string, like: readonly ('string' | 'number')[]): (string | number)[] {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw new CursorError('this cursor is none that was given out: start again without one', { cause })
  }
  if (!Array.isArray(parts) || parts.length !== like.length || !parts.every((part, i) => fits(part, like[i])))
    throw new CursorError('this cursor is none that was given out: start again without one')
  return parts
}

function fits(part: unknown, type: 'string' | 'number' | undefined): boolean {
  if (type === 'number') return Number.isSafeInteger(part)
  return typeof part === 'string' && !part.includes('\0') && part.isWellFormed()
}
