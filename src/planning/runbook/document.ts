import { singleQuoted } from '../../lib/shell.ts'

/** A text as it is written for people, before it is Markdown or HTML. */
export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; ordered: boolean; items: readonly string[] }
  | { kind: 'table'; head: readonly string[]; rows: readonly (readonly string[])[] }
  | { kind: 'code'; lines: readonly string[] }

/** What a report has on top: a whole and its parts, as a bar and in words. */
export interface Shares {
  kind: 'shares'
  title: string
  parts: readonly Part[]
}

export interface Part {
  label: string
  /** 0 to 1. */
  share: number
  /** The share as people read it. */
  text: string
  /** Its colour, as CSS and PDF have it: "#2e7d32". It is never the only thing that tells. */
  colour: string
}

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', level, text })
export const paragraph = (text: string): Block => ({ kind: 'paragraph', text })
export const items = (list: readonly string[], ordered = false): Block => ({ kind: 'list', ordered, items: list })
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): Block => ({
  kind: 'table',
  head,
  rows,
})
export const shares = (title: string, parts: readonly Part[]): Shares => ({ kind: 'shares', title, parts })
export const code = (lines: readonly string[]): Block => ({ kind: 'code', lines })

/** The same for the shell: quoted where it is not a plain word, so that a hostile name stays one argument. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) && !word.startsWith('-') ? word : singleQuoted(word)
}
