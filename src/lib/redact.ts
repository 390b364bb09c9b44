const known = new Set<string>()
const MASK = '[secret]'

/** From now on `value` is masked by redact(). Values under 4 characters would mask half of every text: they are left. */
export function rememberSecret(value: string): void {
  if (value.length < 4) return
  known.add(value)
  known.add(encodeURIComponent(value))
  known.add(JSON.stringify(value).slice(1, -1))
}

/** The text with each known secret, and the password of each URL, masked. */
export function redact(text: string): string {
  let out = text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi, `$1${MASK}@`)
  for (const value of known) if (out.includes(value)) out = out.replaceAll(value, MASK)
  return out
}
