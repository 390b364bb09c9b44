const UNITS: Record<string, number> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/** Parses "1MiB", "500 kB", "1024" to bytes; null when it is no size. */
export function parseBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(text)
  const unit = UNITS[match?.[2]?.toLowerCase() ?? '?']
  return match && unit !== undefined ? Math.round(Number(match[1]) * unit) : null
}

/** "1.5 MiB": three significant digits. */
export function formatBytes(bytes: number): string {
  const step = bytes <= 0 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 2 ** (10 * step)
  return `${Number(value.toPrecision(3))} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][step]}`
}
