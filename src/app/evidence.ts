import { createReadStream, createWriteStream, existsSync, readFileSync, renameSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Instant, instant, parseInstant, plus, toIso } from '../domain/instant.ts'
import { bundle } from '../evidence/bundle.ts'
import type { EvidenceEntry } from '../evidence/entry.ts'
import { EvidenceKeyError, type PublicKey, publicKeyOf, type Signer } from '../evidence/key.ts'
import type { KeptHead, Verdict, VerifyOptions } from '../evidence/verdict.ts'
import { verifyBundle } from '../evidence/verify.ts'
import { systemClock } from '../lib/clock.ts'
import { codeOf } from '../lib/error-code.ts'
import { silentLog } from '../lib/log.ts'
import type { EvidenceHead, Reader } from '../store/store.ts'
import { UsageError } from './errors.ts'
import { evidenceSigner, UNSIGNED } from './evidence-key.ts'
import { type InstanceChoice, type KnownInstance, locateInstance, withStore } from './known-instance.ts'
import { version } from './root.ts'

export { publicPem } from '../evidence/key.ts'
export type { Verdict } from '../evidence/verdict.ts'

/** The public half of the key that the instance signs with. Throws EvidenceKeyError. */
export async function instanceKey(options: InstanceChoice): Promise<PublicKey> {
  return requireSigner(await locateInstance(options))
}

function requireSigner({ file, directory }: KnownInstance): Signer {
  const signer = evidenceSigner(file, { dataDir: directory, makes: false, log: silentLog })
  if (signer) return signer
  throw new EvidenceKeyError(
    file.database.url === null
      ? `there is no key in ${directory} yet: backproof serve makes it when it first signs, within a minute of its start`
      : `there is no key: ${UNSIGNED}`,
  )
}

/** Where the chain of an instance stands; null: nothing is in it. */
export async function instanceHead(options: InstanceChoice): Promise<EvidenceHead | null> {
  return withStore(await locateInstance(options), (store) => store.read.evidenceHead())
}

export interface ExportOptions extends InstanceChoice {
  /** A file that is not there yet; '-': standard output. */
  output?: string | undefined
  from?: string | undefined
  to?: string | undefined
  signal: AbortSignal
  onProgress(what: string): void
}

export interface Exported {
  path: string
  /** What a check of the bundle says; null: it went to standard output. */
  verdict: Verdict | null
  head: { seq: number; hash: string }
  key: PublicKey
}

/** Writes a signed bundle, and checks it. Throws UsageError, StoreError, EvidenceKeyError. */
export async function exportEvidence(options: ExportOptions): Promise<Exported> {
  const now = instant(systemClock.now())
  const path = options.output ?? `evidence-${toIso(now).slice(0, 10)}.jsonl`
  if (path !== '-' && existsSync(path)) throw new UsageError(`${path} is there already: say another with --output`)
  const [from, to] = [moment('--from', options.from, false), moment('--to', options.to, true)]
  const instance = await locateInstance(options)
  return withStore(instance, async (store) => {
    const signer = requireSigner(instance)
    const part = await partOf(store.read, from, to)
    const head = { seq: part.last, hash: part.end?.hash ?? '' }
    const text = bundle(pagesOf(store.read, part, options), {
      chain: part.chain,
      range: { from, to, first: part.first, prev: part.prev },
      end: part.end,
      exportedAt: now,
      version: version(),
      signer,
    })
    async function* noted() {
      const { seq, hash } = yield* text
      Object.assign(head, { seq, hash })
    }
    const { signal } = options
    if (path === '-') {
      await pipeline(Readable.from(noted()), process.stdout, { signal, end: false })
      return { path, verdict: null, head, key: signer }
    }
    const draft = `${path}.part`
    await pipeline(Readable.from(noted()), createWriteStream(draft, { mode: 0o600, flush: true }), { signal })
    const verdict = await verifyBundle(createReadStream(draft), { keys: null, expect: [], ...progressOf(options) })
    renameSync(draft, path)
    return { path, verdict, head, key: signer }
  })
}

interface Part {
  chain: string
  first: number
  last: number
  prev: string
  /** Null: not up to the end of the chain. */
  end: { seq: number; hash: string } | null
}

async function partOf(read: Reader, from: Instant | null, to: Instant | null): Promise<Part> {
  const head = await read.evidenceHead()
  if (!head) throw new UsageError('there is no evidence yet: no instance has seen anything (backproof serve)')
  const since = from === null ? 0 : ((await read.evidenceSince(from)) ?? head.seq + 1) - 1
  const until = to === null ? null : await read.evidenceSince(to)
  const last = until === null ? head.seq : until - 1
  const [first] = await read.evidence(since, 1)
  if (!first || first.seq > last) throw new UsageError('there is no evidence of that time')
  const end = until === null ? { seq: head.seq, hash: head.hash } : null
  return { chain: head.chain, first: first.seq, last, prev: first.prev, end }
}

const PAGE = 500

async function* pagesOf(
  read: Reader,
  { first, last }: Part,
  { onProgress }: ExportOptions,
): AsyncGenerator<EvidenceEntry[]> {
  for (let done = first - 1; done < last; ) {
    const page = (await read.evidence(done, PAGE)).filter(({ seq }) => seq <= last)
    const end = page.at(-1)
    if (!end) return
    yield page
    done = end.seq
    onProgress(`exported ${done - first + 1} of ${last - first + 1} entries`)
  }
}

/** A day is meant to its end where something ends with it. */
function moment(option: string, text: string | undefined, ends: boolean): Instant | null {
  if (text === undefined) return null
  const at = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? parseInstant(text) : null
  if (at === null) throw new UsageError(`${option} ${text} is no time: write 2026-11-20 or 2026-11-20T12:00:00Z`)
  return ends && text.length === 10 ? plus(at, 86_400_000) : at
}

function progressOf({ onProgress }: { onProgress(what: string): void }) {
  return { onProgress: (entries: number) => onProgress(`checked ${entries} entries`) }
}

export interface VerifyFileOptions {
  /** Files with the public keys that may have signed. */
  keys: readonly string[]
  /** What was kept elsewhere: heads, "SEQ:HASH", and files of earlier bundles. */
  expect: readonly string[]
  onProgress(what: string): void
}

/** Holds a bundle against itself, and against what was kept elsewhere; '-': standard input. Throws UsageError. */
export async function verifyFile(path: string, options: VerifyFileOptions): Promise<Verdict> {
  const keys = options.keys.map((file) => {
    try {
      return publicKeyOf(readText(file), file)
    } catch (error) {
      if (error instanceof EvidenceKeyError) throw new UsageError(error.message)
      throw error
    }
  })
  const common = { keys: keys.length === 0 ? null : keys, ...progressOf(options) }
  const expect: KeptHead[] = []
  for (const kept of options.expect) expect.push(headOf(kept) ?? (await endOf(kept, common)))
  return verified(path, { ...common, expect })
}

function headOf(text: string): KeptHead | null {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  return hash === undefined ? null : { seq: Number(seq), hash }
}

/** Where the chain stood at the end of an earlier bundle, which is itself held against the keys. */
async function endOf(path: string, options: Omit<VerifyOptions, 'expect'>): Promise<KeptHead> {
  if (path === '-' || !existsSync(path))
    throw new UsageError(
      `--expect ${path}: write the number, a colon and the hash, as backproof evidence head prints them, or the file of an earlier bundle`,
    )
  const { touch, last } = await verified(path, { ...options, expect: [] })
  if (touch || !last)
    throw new UsageError(`--expect ${path}: it can't vouch for another, since it was touched itself (verify it alone)`)
  return last
}

async function verified(path: string, options: VerifyOptions): Promise<Verdict> {
  const file = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 2 ** 18 })
  try {
    return await verifyBundle(file, options)
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new UsageError(`${path} can not be read: ${codeOf(error) ?? String(error)}`)
    throw error
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path} can not be read: ${codeOf(error) ?? String(error)}`)
  }
}
