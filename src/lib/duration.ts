const UNIT_MS: Record<string, number> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 }
const COMPACT = /^(?:\d+(?:\.\d+)?(?:ms|w|d|h|m|s))+$/
const PART = /(\d+(?:\.\d+)?)(ms|w|d|h|m|s)/g
const ISO = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/** Parses "25h", "1d", "90m", "7d12h", "1.5h" and ISO 8601 "PT25H" to milliseconds; null when it is no duration. */
export function parseDuration(text: string): number | null {
  const iso = ISO.exec(text)
  if (iso) {
    const [w = 0, d = 0, h = 0, m = 0, s = 0] = iso.slice(1).map((part) => Number(part ?? 0))
    return ((((w * 7 + d) * 24 + h) * 60 + m) * 60 + s) * 1000
  }
  if (!COMPACT.test(text)) return null
  let total = 0
  for (const [, amount, unit] of text.matchAll(PART)) total += Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN)
  return Math.round(total)
}

/** "7d 12h", "25h", "90s": at most two units, cut, never rounded up; days only from 48 h on, as people say it. */
export function formatDuration(ms: number): string {
  const seconds = Math.trunc(Math.abs(ms) / 1000)
  if (seconds === 0) return ms === 0 ? '0s' : `${Math.abs(ms)}ms`
  const [days, hours, minutes, rest] =
    seconds >= 2 * 86_400
      ? [Math.trunc(seconds / 86_400), Math.trunc((seconds % 86_400) / 3600), 0, 0]
      : seconds >= 3600
        ? [0, Math.trunc(seconds / 3600), Math.trunc((seconds % 3600) / 60), 0]
        : [0, 0, Math.trunc(seconds / 60), seconds % 60]
  const parts = [days && `${days}d`, hours && `${hours}h`, minutes && `${minutes}m`, rest && `${rest}s`].filter(Boolean)
  return parts.join(' ')
}
