import type { Instant } from './instant.ts'

/** What a store says of itself: until when nobody can delete what is in it. */
export interface Immutability {
  /** "object lock, compliance", "vault lock", "append-only": in the vendor's words. */
  how: string
  /** Null: for as long as it is. */
  until: Instant | null
}
