import { z } from 'zod'

/** The parts of a bundle that are read to check it. All of it may be hostile: what is shown of it is kept to harmless signs. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const time = z.string().regex(/^[-+0-9TZ:.]{1,40}$/)
const number = z.int().min(0)

export const headerForm = z.object({
  version: number,
  chain: z.string().regex(/^[0-9a-f-]{1,64}$/),
  from: time.nullable(),
  to: time.nullable(),
  first: z.int().min(1),
  prev: sha256,
  exported_at: time,
  key: sha256,
  public_key: z.string(),
})
export type Header = z.output<typeof headerForm>

export const endForm = z.object({ entries: number, seq: number, head: sha256, sha256, public_key: z.string() })

export const checkpointForm = z.object({ public_key: z.string(), signature: z.string() })

/** Entries up to `to` were older than they are kept; the one after goes on from `hash`. */
export const cutForm = checkpointForm.extend({ from: number, to: number, hash: sha256 })

/** The end of a line, after the text that is hashed. */
const CLOSED = /^,"hash":"([0-9a-f]{64})"\}$/
const CLOSED_CHARS = 75
const ENTRY = /^\{"seq":(\d{1,15}),"at":"([-+0-9TZ:.]{1,40})","kind":"([a-z-]{1,40})","prev":"([0-9a-f]{64})","body":/
const ENTRY_CHARS = 250
const SIGNED = /^(.*),"signature":"([A-Za-z0-9+/=]+)"\}$/

/** The text of a line and the hash that it closes with; null: it has none. */
export function closed(line: Buffer): { text: Buffer; hash: string } | null {
  const text = line.subarray(0, Math.max(0, line.length - CLOSED_CHARS))
  const hash = CLOSED.exec(line.toString('latin1', text.length))?.[1]
  return hash === undefined ? null : { text, hash }
}

/** The text of the last line and its signature; null: it has none. */
export function signed(line: Buffer): { text: string; signature: string } | null {
  const [, text, signature] = SIGNED.exec(line.toString()) ?? []
  return text === undefined || signature === undefined ? null : { text, signature }
}

export interface EntryStart {
  seq: number
  at: string
  kind: string
  prev: string
  /** Where the body begins. */
  length: number
}

/** How an entry's line begins; null: it is none. */
export function entryStart(line: Buffer): EntryStart | null {
  const [start, seq, at, kind, prev] = ENTRY.exec(line.toString('latin1', 0, ENTRY_CHARS)) ?? []
  if (start === undefined || at === undefined || kind === undefined || prev === undefined) return null
  return { seq: Number(seq), at, kind, prev, length: start.length }
}

export function startsWith(line: Buffer, text: string): boolean {
  return line.toString('latin1', 0, text.length) === text
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
