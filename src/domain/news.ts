import type { Instant } from './instant.ts'
import type { ScopeId } from './scope.ts'

/** What somebody else says has happened. It decides when we look, and nothing else: it is never believed. */
export interface News {
  /** The sender's own id of the message: what comes twice is told once. */
  id: string
  /** What is to be looked at; those that are no scopes of the configuration are left out. */
  scopes: readonly ScopeId[]
  /** When it happened, as the sender says; null: it does not. */
  happenedAt: Instant | null
  /** In a few words, for the log: "Backup Job State Change FAILED". */
  about: string
}

/**
 * malformed: it can't be understood. forged: its signature or secret is not the sender's. foreign: it is genuine, or may be, but from a
 * place that the configuration does not name. stale: it is too old to be sent for the first time.
 */
export type Refusal = 'malformed' | 'forged' | 'foreign' | 'stale'

/** What a receiver of a source makes of a message. */
export type Reception =
  | { outcome: 'news'; news: News }
  /** It asked whether messages are wanted, and was told so. */
  | { outcome: 'confirmed'; news: News }
  /** It says that no more will come. */
  | { outcome: 'ended'; news: News }
  | { outcome: 'refused'; why: Refusal; detail: string }
  /** It could not be judged now: the sender should try again. */
  | { outcome: 'unavailable'; detail: string }

export const HOOK_KINDS = ['sns', 'eventbridge', 'sqs'] as const
export type HookKind = (typeof HOOK_KINDS)[number]

/** A request to /hooks/KIND/SOURCE, as plain data; all of it is hostile. */
export interface HookRequest {
  kind: HookKind
  source: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
  remote: string | null
}

/**
 * accepted: a look was asked for, durably. irrelevant: it is of nothing that the configuration watches. repeated: it came before.
 * limited: too many were refused lately, so this one was not judged. dead: taken off its queue without being understood.
 */
export type NewsOutcome =
  | 'accepted'
  | 'irrelevant'
  | 'repeated'
  | 'confirmed'
  | 'ended'
  | Refusal
  | 'unavailable'
  | 'limited'
  | 'dead'
  | 'unknown'

/** A message that was not taken, for people. */
export interface RefusedNews {
  at: Instant
  kind: HookKind
  outcome: NewsOutcome
  detail: string
  remote: string | null
}
