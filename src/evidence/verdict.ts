import type { PublicKey } from './key.ts'

/**
 * changed: not what was written. missing: not there. reordered: there, but elsewhere. inserted: never was in the chain. signature:
 * somebody else's, or of something else.
 */
export type TouchKind = 'changed' | 'missing' | 'reordered' | 'inserted' | 'signature'

/** The first place that does not fit. */
export interface Touch {
  how: TouchKind
  /** In the file, from 1. */
  line: number
  /** The entry that is touched; null: none, but the header or the end. */
  seq: number | null
  /** When that entry was made, or the one before it where it can't be told. */
  at: string | null
  /** In words. */
  what: string
}

export interface Verdict {
  /** Null: nothing was touched. */
  touch: Touch | null
  /** Entries that fit, from the first on. */
  entries: number
  first: { seq: number; at: string } | null
  last: { seq: number; at: string; hash: string } | null
  chain: string | null
  /** What was asked for at the export; null: the whole chain. */
  range: { from: string | null; to: string | null } | null
  exportedAt: string | null
  /** The fingerprint of the key that signed the bundle; null: its end was not reached. */
  signer: string | null
  /** Whether that is one of the keys that were given. */
  pinned: boolean
  /** Signatures inside of the chain over all that stands before them. */
  checkpoints: number
  lastCheckpoint: { seq: number; at: string } | null
  /** Fingerprints of checkpoints that are not the bundle's. */
  otherKeys: string[]
}

export interface KeptHead {
  seq: number
  hash: string
}

export interface VerifyOptions {
  /** The keys that may have signed; null: whichever is in the bundle, which then vouches for itself alone. */
  keys: readonly PublicKey[] | null
  /** Heads that were kept elsewhere: the chain must hold each. */
  expect: readonly KeptHead[]
  onProgress?(entries: number): void
}

/** Thrown while a bundle is read, at the first place that does not fit. */
export class Touched extends Error {
  override name = 'Touched'
  readonly touch: Touch

  constructor(touch: Touch) {
    super(touch.what)
    this.touch = touch
  }
}
