import type { FaultKind, SourceFault } from '../../domain/source-fault.ts'
import { formatDuration } from '../../lib/duration.ts'
import type { ExecResult } from '../../lib/exec.ts'
import { redact } from '../../lib/redact.ts'
import type { Repository } from './config.ts'

const ADVICE = {
  password: 'Check password, password_file or password_command: they must fit this repository.',
  storage: 'Check the keys of the storage in extra_env or in the environment.',
  ssh: 'Check that the account that runs Backproof can log in there by ssh without being asked.',
  denied: 'Grant the permissions that "backproof permissions" prints.',
  network: 'Check the address and the network from this machine; it is tried again at the next look.',
  certificate: 'The certificate of the storage is not trusted here: set RESTIC_CACERT in extra_env.',
  throttled: 'The storage asks for fewer requests: look less often, or set cache_dir.',
  locked: 'Somebody else holds the repository; it is tried again at the next look.',
  'not-found': 'Check the address; if it is right, the repository is gone.',
  unreadable: 'Run "restic check" on it: files of the repository are damaged or missing.',
  'too-new': 'Install a newer restic: the repository was made by one that this one does not understand.',
  memory: 'Give restic more memory, or set mode: fast.',
  program: 'Install the program that restic calls (ssh, rclone) on this machine.',
  clock: "set this machine's clock by NTP: ages would be wrong too",
  tool: null,
}

/** What restic prints, and what it means; the first that matches counts. Most of these have exit status 1. */
const PATTERNS: [RegExp, FaultKind, keyof typeof ADVICE][] = [
  [/wrong password or no key found|an empty password is not|resolving password failed/i, 'credentials', 'password'],
  [
    /permission denied \((?:publickey|password|keyboard)|host key verification failed|too many authentication failures/i,
    'credentials',
    'ssh',
  ],
  [
    /InvalidAccessKeyId|SignatureDoesNotMatch|Access Key Id you provided does not exist|signature we calculated does not match|ExpiredToken|InvalidToken|provided token (?:has expired|is malformed)|no credentials found|NoCredentialProviders|could not find default credentials|AuthenticationFailed|401 Unauthorized|response.*\(401\)/i,
    'credentials',
    'storage',
  ],
  [/executable file not found/i, 'tool', 'program'],
  [/difference between the request time and the server's time/i, 'clock', 'clock'],
  [
    /SlowDown|reduce your request rate|TooManyRequests|429 Too Many|response.*\(429\)|Throttling|RequestLimitExceeded/i,
    'throttled',
    'throttled',
  ],
  [/x509:|certificate (?:is|has|signed)|tls: failed to verify/i, 'network', 'certificate'],
  [
    /no such host|connection refused|connection reset|connection timed out|i\/o timeout|no route to host|network is unreachable|TLS handshake|could not resolve hostname|name resolution|server misbehaving|deadline exceeded|Client\.Timeout|broken pipe|unable to start the sftp session|\b50[0234]\b (?:Bad|Service|Gateway|Internal)|unexpected EOF$/im,
    'network',
    'network',
  ],
  [
    /AccessDenied|access denied|403 Forbidden|response.*\(403\)|permission denied|operation not permitted|AllAccessDisabled/i,
    'denied',
    'denied',
  ],
  [/already locked|unable to create lock/i, 'locked', 'locked'],
  // without a lock, "restic forget" may remove a snapshot between its listing and its reading
  [
    /^(?:Ignoring |could not load snapshot |Load\(<snapshot).*(?:does not exist|no such file or directory)\.?$/m,
    'locked',
    'locked',
  ],
  [/unsupported repository version|newer version of restic/i, 'unreadable', 'too-new'],
  [/out of memory|cannot allocate memory/i, 'tool', 'memory'],
  [
    /NoSuchBucket|specified bucket does not exist|Is there a repository at the following location|unable to open config file|repository does not exist|unable to open repository at .*no such file/is,
    'not-found',
    'not-found',
  ],
  [
    /invalid data returned|ciphertext verification failed|LoadUnpacked|LoadJSONUnpacked|config cannot be loaded|unable to load config|could not load snapshot|^Ignoring |hash does not match|unexpected end of JSON|invalid character .* looking for/im,
    'unreadable',
    'unreadable',
  ],
]

/** https://restic.readthedocs.io/en/stable/075_scripting.html#exit-codes */
const CODES: Record<number, [FaultKind, keyof typeof ADVICE, says: string]> = {
  3: ['unreadable', 'unreadable', 'not all of it could be read'],
  10: ['not-found', 'not-found', 'there is no repository'],
  11: ['locked', 'locked', 'the repository is locked'],
  12: ['credentials', 'password', 'wrong password or no key found'],
}

/**
 * restic says only on stderr, and with exit status 0, that it left out snapshots it could not read ("Ignoring ..."; 0.14:
 * "could not load snapshot ..."), or could not list any ("could not load snapshots"): its answer must not be believed then.
 */
const LEFT_OUT = /^(?:Ignoring |could not load snapshot|error printing)/m

/** Why this answer of restic is not the whole truth; null: it is. */
export function faultOf(result: ExecResult, repository: Repository, limitMs: number | null): SourceFault | null {
  const said = messagesIn(result.stderr)
  const fault = (kind: FaultKind, advice: keyof typeof ADVICE, why: string): SourceFault => ({
    kind,
    message: redact(`restic could not read ${repository.name} (${repository.shownUrl}): ${why}`),
    advice: ADVICE[advice],
  })
  const known = (text: string) => PATTERNS.find(([pattern]) => pattern.test(text))

  if (result.killed === 'output-limit') return fault('unreadable', 'tool', 'its answer is larger than 1 GiB')
  if (result.killed) {
    const limit = limitMs === null ? 'its time was over' : `it did not answer within ${formatDuration(limitMs)}`
    // restic tries again for a quarter of an hour what will never work, and says so
    const match = known(said.retried)
    if (match) return fault(match[1], match[2], `${limit}, trying again and again: ${short(said.retried)}`)
    return fault('timeout', 'network', limit)
  }
  if (result.signal)
    return fault(
      'tool',
      result.signal === 'SIGKILL' ? 'memory' : 'tool',
      `it was ended from outside by ${result.signal}`,
    )
  const code = said.code ?? result.code ?? 1
  if (said.interrupted || code === 130) return fault('tool', 'tool', 'it was interrupted')
  if (code === 0) {
    if (!LEFT_OUT.test(said.text)) return null
    const match = known(said.text)
    return fault(
      match?.[1] ?? 'unreadable',
      match?.[2] ?? 'unreadable',
      `it left out what it could not read: ${said.main}`,
    )
  }
  const byCode = CODES[code]
  if (byCode) return fault(byCode[0], byCode[1], said.main || byCode[2])
  const match = known(said.text)
  if (match) return fault(match[1], match[2], said.main || `exit status ${code}`)
  if (code === 2) return fault('tool', 'tool', `it crashed: ${said.main}`)
  return fault('tool', 'tool', said.main === '' ? `exit status ${code}, without a word` : said.main)
}

interface Said {
  text: string
  /** The line that says most, for people: short, without control characters. */
  main: string
  /** What it was about to try again when it ended, and why; empty: nothing. */
  retried: string
  /** Exit status as a message on stderr has it. */
  code: number | null
  interrupted: boolean
}

/** What a restic from 0.17 on says after a signal is not so: "wrong password or no key found" when it was reading the keys. */
const INTERRUPTED = /signal \w+ received, cleaning up\s*$/

/** Takes what restic printed apart: since 0.18 there are JSON messages among the lines. */
function messagesIn(stderr: string): Said {
  let code: number | null = null
  const all = stderr.split(/\r?\n/)
  const end = all.findIndex((line) => INTERRUPTED.test(line))
  const interrupted = end >= 0
  const lines = (interrupted ? all.slice(0, end) : all).flatMap((line) => {
    const message = line.startsWith('{') ? exitError(line) : null
    if (message?.code !== undefined) code = message.code
    return (message?.text ?? line).split('\n').filter((part) => part.trim() !== '')
  })
  const main =
    lines.findLast((line) =>
      /^(?:Fatal|Resolving password failed|could not load|Ignoring|panic|fatal error)\b/.test(line),
    ) ??
    lines.findLast((line) => line.includes('retrying after')) ??
    lines[0] ??
    ''
  const last = lines.findLast((line) => /retrying after|operation successful after/.test(line)) ?? ''
  const retried = last.includes('retrying after') ? last : ''
  // what ssh or rclone said of it is the reason of what restic says
  const inner = lines.findLast((line) => line.startsWith('subprocess ') && line !== main)
  return { text: lines.join('\n'), main: short(inner ? `${main} (${inner})` : main), retried, code, interrupted }
}

function exitError(line: string): { text: string; code: number | undefined } | null {
  try {
    const message: unknown = JSON.parse(line)
    if (typeof message !== 'object' || message === null) return null
    const isExit = 'message_type' in message && message.message_type === 'exit_error'
    const code = isExit && 'code' in message && typeof message.code === 'number' ? message.code : undefined
    if ('message' in message && typeof message.message === 'string') return { text: message.message, code }
    const error = 'error' in message ? message.error : null
    const inner = typeof error === 'object' && error !== null && 'message' in error ? error.message : error
    return typeof inner === 'string' ? { text: inner, code } : null
  } catch {
    return null
  }
}

function short(line: string): string {
  const plain = line
    .replace(/^Fatal: /, '')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .trim()
  return plain.length > 300 ? `${plain.slice(0, 299).toWellFormed()}…` : plain
}
