import { createHash, hash } from 'node:crypto'
import { BUNDLE_VERSION } from './bundle.ts'
import { checkpointText, cutText, DOMAINS, NO_HASH } from './entry.ts'
import {
  checkpointForm,
  closed,
  cutForm,
  type EntryStart,
  endForm,
  entryStart,
  type Header,
  headerForm,
  json,
  signed,
  startsWith,
} from './forms.ts'
import { isSignedBy, publicKeyOf } from './key.ts'
import { type Line, linesOf } from './lines.ts'
import { type Touch, Touched, type TouchKind, type Verdict, type VerifyOptions } from './verdict.ts'

/** The chain can't tell the two apart. */
const RESTORED = 'or its database was restored from a copy of before'
const PROGRESS_EVERY = 20_000

/**
 * Holds a bundle against itself, and against the keys and the head that were kept elsewhere. Reads in constant memory, up to the
 * first place that does not fit.
 */
export async function verifyBundle(chunks: AsyncIterable<Buffer>, options: VerifyOptions): Promise<Verdict> {
  const reading = new Reading(options)
  try {
    for await (const lines of linesOf(chunks)) for (const line of lines) reading.take(line)
    reading.finish()
  } catch (error) {
    if (!(error instanceof Touched)) throw error
    return { ...reading.verdict, touch: error.touch }
  }
  return reading.verdict
}

class Reading {
  readonly verdict: Verdict = {
    touch: null,
    entries: 0,
    first: null,
    last: null,
    chain: null,
    range: null,
    exportedAt: null,
    signer: null,
    pinned: false,
    checkpoints: 0,
    lastCheckpoint: null,
    otherKeys: [],
  }
  readonly #options: VerifyOptions
  readonly #whole = createHash('sha256')
  #line = 0
  #header: Header | null = null
  #ended = false
  /** Where the chain stands. */
  #seq = 0
  #hash = NO_HASH
  #at: string | null = null
  /** An entry is not where it should be: it may be elsewhere. */
  #gap: { touch: Touch; wanted: number } | null = null
  /** The chain begins after its first entry, and nobody asked for that: a cut must say why. */
  #owesCut = false
  /** Of what was kept elsewhere: what the chain holds. */
  #met: number[] = []

  constructor(options: VerifyOptions) {
    this.#options = options
  }

  take({ bytes, whole }: Line): void {
    this.#line += 1
    if (this.#gap) {
      this.#seek(bytes, this.#gap)
      return
    }
    if (this.#ended) this.#fail('inserted', 'something follows the end of the bundle')
    if (!whole) this.#fail('missing', 'the file breaks off inside of this line', { seq: this.#header && this.#seq + 1 })
    if (this.#header === null) this.#header = this.#begin(bytes)
    else if (startsWith(bytes, '{"end":')) {
      this.#end(bytes, this.#header)
      return
    } else this.#entry(bytes, this.#header)
    this.#whole.update(bytes).update('\n')
  }

  finish(): void {
    if (this.#gap) throw new Touched(this.#gap.touch)
    this.#line += 1
    if (this.#header === null) this.#fail('missing', 'the file is empty')
    if (!this.#ended)
      this.#fail('missing', 'the file breaks off here: its signed end is missing', { seq: this.#seq + 1 })
  }

  #touch(how: TouchKind, what: string, where: Partial<Touch> = {}): Touch {
    return { how, line: this.#line, seq: null, at: this.#at, what, ...where }
  }

  #fail(how: TouchKind, what: string, where: Partial<Touch> = {}): never {
    throw new Touched(this.#touch(how, what, where))
  }

  #begin(bytes: Buffer): Header {
    if (!startsWith(bytes, '{"backproof":"evidence"'))
      this.#fail('missing', 'this does not begin as a bundle of evidence does: its header is missing or was changed')
    const line = hashed(bytes, DOMAINS.header)
    const header = line && headerForm.safeParse(json(`${line.text.toString()}}`)).data
    if (!header) this.#fail('changed', 'the header was changed')
    const { version, first, prev, from, to } = header
    if (version !== BUNDLE_VERSION)
      this.#fail('changed', `this bundle is of version ${version}, and this Backproof reads version ${BUNDLE_VERSION}`)
    this.#seq = first - 1
    this.#hash = prev
    this.verdict.chain = header.chain
    this.verdict.exportedAt = header.exported_at
    if (from !== null || to !== null) this.verdict.range = { from, to }
    this.#owesCut = from === null && first > 1
    this.#hold(this.#seq, prev)
    return header
  }

  #entry(bytes: Buffer, header: Header): void {
    const wanted = this.#seq + 1
    const line = hashed(bytes, DOMAINS.entry)
    const start = line && entryStart(line.text)
    if (!line || !start) this.#fail('changed', 'what stands here is not what was written', { seq: wanted })
    const { seq, at, prev } = start
    if (seq > wanted) {
      const gone = seq === wanted + 1 ? `entry ${wanted} is` : `the entries ${wanted} to ${seq - 1} are`
      this.#gap = { touch: this.#touch('missing', `${gone} not there`, { seq: wanted }), wanted }
      return
    }
    if (seq < wanted)
      this.#fail('inserted', `entry ${seq} stands here a second time: one of the two is not of the chain`, { seq, at })
    if (prev !== this.#hash) {
      const what = `entry ${seq} was not made after the one before it: one of the two took the place of another`
      const before = this.verdict.entries > 0 ? { seq: seq - 1, line: this.#line - 1 } : { seq, at }
      this.#fail('changed', what, before)
    }
    if (start.kind === 'checkpoint' || start.kind === 'cut') this.#signature(line.text, start, header)
    this.#hold(seq, line.hash)
    this.#seq = seq
    this.#hash = line.hash
    this.#at = at
    this.verdict.entries += 1
    this.verdict.first ??= { seq, at }
    this.verdict.last = { seq, at, hash: line.hash }
    if (this.verdict.entries % PROGRESS_EVERY === 0) this.#options.onProgress?.(this.verdict.entries)
  }

  /** A checkpoint vouches for all before it; a cut is one that also says why there is nothing before the first entry. */
  #signature(line: Buffer, { seq, at, kind, length }: EntryStart, header: Header): void {
    const body = json(line.toString('utf8', length))
    const head = { chain: header.chain, seq: this.#seq, hash: this.#hash }
    const cut = kind === 'cut' ? cutForm.safeParse(body).data : undefined
    const { data: given } = checkpointForm.safeParse(body)
    const [domain, text] = cut ? [DOMAINS.cut, cutText(head, cut, at)] : [DOMAINS.checkpoint, checkpointText(head, at)]
    if (!given || !isSignedBy(given.public_key, domain, text, given.signature)) {
      const last = this.verdict.lastCheckpoint
      const since = last ? ` and after entry ${last.seq}` : ''
      const what = `this checkpoint was signed for another chain: something before it${since} was rewritten, or it was itself`
      this.#fail('signature', what, { seq, at })
    }
    const { fingerprint } = publicKeyOf(given.public_key, 'it')
    if (this.#options.keys?.every((key) => key.fingerprint !== fingerprint))
      this.#fail('signature', `this checkpoint is signed by ${fingerprint}, which is none of the keys given`, {
        seq,
        at,
      })
    if (fingerprint !== header.key && !this.verdict.otherKeys.includes(fingerprint))
      this.verdict.otherKeys.push(fingerprint)
    if (cut?.to === header.first - 1 && cut.hash === header.prev) this.#owesCut = false
    this.verdict.checkpoints += 1
    this.verdict.lastCheckpoint = { seq, at }
  }

  /** What is not in its place is looked for in the rest of the file. */
  #seek(bytes: Buffer, { touch, wanted }: { touch: Touch; wanted: number }): void {
    if (entryStart(bytes)?.seq !== wanted) return
    const what = `entry ${wanted} belongs here, and stands in line ${this.#line}`
    throw new Touched({ ...touch, how: 'reordered', what })
  }

  #end(bytes: Buffer, header: Header): void {
    const line = signed(bytes)
    const end = line && endForm.safeParse(json(`${line.text}}`)).data
    if (!end || !isSignedBy(end.public_key, DOMAINS.end, line.text, line.signature))
      this.#fail('signature', 'the end of the bundle was changed: its signature does not fit')
    const wanted = this.#seq + 1
    if (end.seq > this.#seq) {
      const gone = end.seq === wanted ? `entry ${wanted} is` : `the entries ${wanted} to ${end.seq} are`
      this.#gap = { touch: this.#touch('missing', `${gone} not there`, { seq: wanted }), wanted }
      return
    }
    const lineOf = (seq: number) => seq - header.first + 2
    if (end.seq < this.#seq)
      this.#fail('inserted', 'what stands here was added to the bundle after it had been signed', {
        seq: end.seq + 1,
        line: lineOf(end.seq + 1),
      })
    if (end.head !== this.#hash)
      this.#fail('changed', 'this is not the entry that was signed', { seq: end.seq, line: lineOf(end.seq) })
    const { fingerprint } = publicKeyOf(end.public_key, 'it')
    if (end.sha256 !== this.#whole.digest('hex') || fingerprint !== header.key || end.public_key !== header.public_key)
      this.#fail('changed', 'the header is not the one that was signed', { line: 1, at: null })
    this.verdict.signer = fingerprint
    this.verdict.pinned = this.#options.keys?.some((key) => key.fingerprint === fingerprint) ?? false
    if (this.#options.keys && !this.verdict.pinned)
      this.#fail('signature', `the bundle is signed by ${fingerprint}, which is none of the keys given`)
    if (this.#owesCut) {
      const what = `the chain begins with entry ${header.first}, and no signed cut says that what was before was removed by right`
      this.#fail('missing', what, { seq: 1, line: 2, at: null })
    }
    this.#requireExpected()
    this.#ended = true
  }

  #hold(seq: number, found: string): void {
    const kept = this.#options.expect.filter((head) => head.seq === seq)
    if (kept.length === 0) return
    const last = this.#met.at(-1)
    const since = last === undefined ? 'there or before' : `after entry ${last}, which still is`
    const what = `entry ${seq} is not the one that was kept: the chain was rewritten ${since}, ${RESTORED}`
    if (kept.some(({ hash }) => found !== hash)) this.#fail('changed', what, { seq })
    this.#met.push(seq)
  }

  #requireExpected(): void {
    const [seq] = this.#options.expect.flatMap((head) => (this.#met.includes(head.seq) ? [] : [head.seq]))
    if (seq === undefined) return
    if (seq > this.#seq && this.verdict.range?.to == null) {
      const what = `the chain ends here, and entry ${seq} was in it once: its end was cut off, ${RESTORED}`
      this.#fail('missing', what, { seq: this.#seq + 1 })
    }
    const what = `entry ${seq} is not in this part of the chain: it can not be held against what was kept`
    this.#fail('missing', what, { seq })
  }
}

/** A line whose hash is that of its text; null: it was changed. */
function hashed(bytes: Buffer, domain: string): { text: Buffer; hash: string } | null {
  const line = closed(bytes)
  if (!line || hash('sha256', Buffer.concat([Buffer.from(domain), line.text]), 'hex') !== line.hash) return null
  return line
}
