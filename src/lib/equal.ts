/**
 * Whether two JSON-like values are the same, whatever the order of their keys. An absent key equals undefined. `but`: keys
 * of the values themselves that may differ.
 */
export function equal(a: unknown, b: unknown, but: readonly string[] = NONE): boolean {
  if (a === b) return true
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false
  for (const key in a) if (!equal(a[key], b[key]) && !but.includes(key)) return false
  for (const key in b) if (b[key] !== undefined && !(key in a) && !but.includes(key)) return false
  return true
}

const NONE: readonly string[] = []

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
