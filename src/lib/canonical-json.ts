/**
 * JSON whose keys are in the order of their characters, so that equal values have equal texts, however they were written. Each
 * text in it, also a key, goes through `mask`.
 */
export function canonicalJson(value: unknown, mask: (text: string) => string = (text) => text): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'string') return mask(part)
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    const entries = Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries.map(([key, each]) => [mask(key), each]))
  })
}
