declare const brand: unique symbol

/** Epoch milliseconds, UTC. Stored as an integer, shown as ISO 8601. */
export type Instant = number & { readonly [brand]: 'Instant' }

/** Takes epoch milliseconds as an Instant; throws RangeError on NaN and infinities. */
export function instant(epochMs: number): Instant {
  if (!Number.isFinite(epochMs)) throw new RangeError(`not an instant: ${epochMs}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a number becomes an instant
  return Math.trunc(epochMs) as Instant
}

/** Parses ISO 8601 / RFC 3339 (with nanoseconds cut to milliseconds); null when it is no date. */
export function parseInstant(text: string): Instant | null {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : instant(ms)
}

/** "2026-11-20T12:00:00Z": milliseconds only where there are any. */
export function toIso(at: Instant): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

/** `at` moved by a signed number of milliseconds. */
export function plus(at: Instant, ms: number): Instant {
  return instant(at + ms)
}
