import { hash } from 'node:crypto'
import { type Instant, toIso } from '../domain/instant.ts'
import type { Json } from '../domain/json.ts'

/**
 * chain: the first entry of all. status: a check turned. incident: what happened to one. finding: rules say something else of a
 * service. pause, resume: by a person. waiver: made,
 * changed, ended. drill: a restore was tried. setting: made in the dashboard. configuration: what was asked for from then on.
 * checkpoint: a signature over all before it. cut: what was older than it is kept.
 */
export const EVIDENCE_KINDS = [
  'chain',
  'status',
  'incident',
  'finding',
  'pause',
  'resume',
  'waiver',
  'drill',
  'setting',
  'configuration',
  'checkpoint',
  'cut',
] as const
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]

/** Something that enters the chain. */
export interface EvidenceItem {
  kind: EvidenceKind
  at: Instant
  /** A signature can only be made of where the chain stands when it enters. */
  body: Json | ((head: ChainHead, at: Instant) => Json)
}

/** Where a chain stands: its last entry. */
export interface ChainHead {
  chain: string
  /** 0: it has none. */
  seq: number
  hash: string
}

export interface EvidenceEntry {
  seq: number
  at: Instant
  kind: string
  /** JSON, as it was hashed: byte for byte. */
  body: string
  /** Hash of the entry before. */
  prev: string
  hash: string
}

/** What stands before the first entry. */
export const NO_HASH = '0'.repeat(64)

/** What is hashed is marked with what it is: no text of one sort can be passed off as another. */
export const DOMAINS = {
  entry: 'backproof evidence entry 1\n',
  header: 'backproof evidence header 1\n',
  checkpoint: 'backproof evidence checkpoint 1\n',
  cut: 'backproof evidence cut 1\n',
  end: 'backproof evidence end 1\n',
} as const

/** An entry's line in a bundle, without its end `,"hash":"…"}`: these bytes are what is hashed. */
export function entryText({ seq, at, kind, prev, body }: Omit<EvidenceEntry, 'hash'>): string {
  return `{"seq":${seq},"at":"${toIso(at)}","kind":"${kind}","prev":"${prev}","body":${body}`
}

export function digest(domain: string, text: string): string {
  return hash('sha256', domain + text, 'hex')
}

/** The entries of `items` after `head`, and where the chain stands then. */
export function chained(
  head: ChainHead,
  items: readonly EvidenceItem[],
): { entries: EvidenceEntry[]; head: ChainHead } {
  let { seq, hash: prev } = head
  const entries = items.map(({ kind, at, body }): EvidenceEntry => {
    const value = typeof body === 'function' ? body({ chain: head.chain, seq, hash: prev }, at) : body
    const unhashed = { seq: seq + 1, at, kind, prev, body: JSON.stringify(value) }
    const entry = { ...unhashed, hash: digest(DOMAINS.entry, entryText(unhashed)) }
    seq = entry.seq
    prev = entry.hash
    return entry
  })
  return { entries, head: { chain: head.chain, seq, hash: prev } }
}

/** What a checkpoint signs: the chain up to the entry before it, and when. */
export function checkpointText({ chain, seq, hash }: ChainHead, at: Instant | string): string {
  return `${chain}\n${seq}\n${hash}\n${typeof at === 'string' ? at : toIso(at)}\n`
}

/** Entries that were older than they are kept; the one after them goes on from `hash`. */
export interface Cut {
  from: number
  to: number
  hash: string
}

/** What a cut signs: as a checkpoint does, and what is gone. */
export function cutText(head: ChainHead, { from, to, hash }: Cut, at: Instant | string): string {
  return `${checkpointText(head, at)}${from}\n${to}\n${hash}\n`
}
