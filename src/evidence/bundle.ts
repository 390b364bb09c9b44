import { createHash } from 'node:crypto'
import { type Instant, toIso } from '../domain/instant.ts'
import { type ChainHead, DOMAINS, digest, type EvidenceEntry, entryText } from './entry.ts'
import type { Signer } from './key.ts'

/** The version of the format. A reader of one version refuses all others. */
export const BUNDLE_VERSION = 1

export interface BundleRange {
  /** What was asked for; null: from the beginning, up to the end. */
  from: Instant | null
  to: Instant | null
  /** The number of the first entry, and the hash of the one before it. */
  first: number
  prev: string
}

export interface BundleOptions {
  chain: string
  range: BundleRange
  /** Where the chain is said to stand at its end; null: wherever the entries end. */
  end: { seq: number; hash: string } | null
  exportedAt: Instant
  /** Of Backproof. */
  version: string
  signer: Signer
}

/**
 * A bundle as text: a header, one line for each entry, and a signed end. Each line but the end closes with the hash of what stands
 * before it in the line. Yields text of many lines at once; returns where the chain stands after the last entry.
 */
export async function* bundle(
  pages: AsyncIterable<readonly EvidenceEntry[]>,
  { chain, range, end: wanted, exportedAt, version, signer }: BundleOptions,
): AsyncGenerator<string, ChainHead> {
  const whole = createHash('sha256')
  const given = (text: string) => {
    whole.update(text)
    return text
  }
  const iso = (at: Instant | null) => (at === null ? null : toIso(at))
  const header = JSON.stringify({
    backproof: 'evidence',
    version: BUNDLE_VERSION,
    chain,
    from: iso(range.from),
    to: iso(range.to),
    first: range.first,
    prev: range.prev,
    exported_at: toIso(exportedAt),
    exported_by: `backproof ${version}`,
    key: signer.fingerprint,
    public_key: signer.base64,
  }).slice(0, -1)
  yield given(`${header},"hash":"${digest(DOMAINS.header, header)}"}\n`)
  let entries = 0
  let last: { seq: number; hash: string } = { seq: range.first - 1, hash: range.prev }
  for await (const page of pages) {
    entries += page.length
    last = page.at(-1) ?? last
    // as the database has it: what was touched there must show
    yield given(page.map((entry) => `${entryText(entry)},"hash":"${entry.hash}"}\n`).join(''))
  }
  const { seq, hash } = wanted ?? last
  const end = JSON.stringify({
    end: true,
    entries,
    seq,
    head: hash,
    sha256: whole.digest('hex'),
    public_key: signer.base64,
  }).slice(0, -1)
  yield `${end},"signature":"${signer.sign(DOMAINS.end, end)}"}\n`
  return { chain, seq, hash }
}
