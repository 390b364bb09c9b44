const MASK = '[secret]'
const known = new Set<string>()
/** Longest first: a secret that begins with another one must not leave its end behind. */
let ordered: string[] | null = null

/** From now on `value` is masked by redact(). Values under 4 characters would mask half of every text: they are left. */
export function rememberSecret(value: string): void {
  if (value.length < 4 || known.has(value)) return
  known.add(value)
  known.add(encodeURIComponent(value.toWellFormed()))
  known.add(JSON.stringify(value).slice(1, -1))
  if (value.length >= SHORTEST_IN_BASE64) for (const form of inBase64(value)) known.add(form)
  ordered = null
}

/**
 * What `work` (which must be synchronous) remembers is forgotten after it: a form that is checked while it is typed must not
 * have each beginning of a password masked for good.
 */
export function forgettingSecrets<T>(work: () => T): T {
  const before = [...known]
  try {
    return work()
  } finally {
    known.clear()
    for (const value of before) known.add(value)
    ordered = null
  }
}

/** Shorter ones have so little in base64 that other texts may hold it. */
const SHORTEST_IN_BASE64 = 8

/** What of `value` stays as it is in base64, wherever in a longer text it stands: "user:password" of an authorization. */
function inBase64(value: string): string[] {
  const bytes = Buffer.byteLength(value)
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]).toString('base64')
    const form = encoded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes) * 4) / 3))
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

const PATTERNS: [pattern: RegExp, replacement: string][] = [
  // the password of a URL, also where it holds an unescaped @
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/"']+@/gi, `$1${MASK}@`],
  // tokens and signatures in a query
  [
    /([?&](?:[\w-]*token|[\w-]*key|[\w-]*secret|[\w-]*password|sig|[\w-]*signature|[\w-]*credential)=)[^&\s"'#]+/gi,
    `$1${MASK}`,
  ],
  [/(\bauthorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[^\s"',]+/gi, `$1${MASK}`],
]

/** The text with each known secret, the password of each URL, and tokens in queries and headers, masked. */
export function redact(text: string): string {
  ordered ??= [...known].sort((a, b) => b.length - a.length)
  let out = text
  for (const value of ordered) if (out.includes(value)) out = out.replaceAll(value, MASK)
  // each pattern holds one of the two; most names, which all come through here, hold none
  if (out.includes(':') || out.includes('='))
    for (const [pattern, replacement] of PATTERNS) out = out.replace(pattern, replacement)
  return out
}

/** Whether the text itself shows that it holds one: a URL with a password, a token in a query. */
export function holdsCredentials(text: string): boolean {
  return PATTERNS.some(([pattern, replacement]) => text.replace(pattern, replacement) !== text)
}

/** What went wrong, in the error's words, with secrets masked. */
export function redactedMessage(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error))
}
