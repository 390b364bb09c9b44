import type { IncidentEventKind, IncidentState, IncidentType } from './incident.ts'
import type { Instant } from './instant.ts'
import type { CheckId } from './recovery-point.ts'
import type { RuleId } from './rule-id.ts'
import type { Severity } from './severity.ts'
import type { CheckStatus } from './status.ts'
import type { Subject } from './subject.ts'

interface Item {
  event: string
  kind: IncidentEventKind
  at: Instant
  incident: string
  type: IncidentType
  state: IncidentState
  severity: Severity
  reason: string
  owner: string | null
}

export interface CheckItem extends Item {
  /** Absent in messages of before there were others. */
  subject?: 'check'
  /** What to do about it; null or absent (in messages of before it was said): the reason says it. */
  advice?: string | null
  check: CheckId
  checkType: string
  source: string
  status: CheckStatus
  resource: { id: string; name: string; provider: string | null; account: string | null; region: string | null }
  services: readonly string[]
  lastRecoveryPointAt: Instant | null
  ageMs: number | null
  thresholdMs: number | null
  thresholdFrom: string
}

export interface ServiceItem extends Item {
  subject: 'service'
  service: string
  tier: number | null
  rule: RuleId
  /** What to do about it; null: the reason says it. */
  advice: string | null
}

export interface SourceItem extends Item {
  subject: 'source'
  source: string
  rule: RuleId
  advice: string | null
}

/** One thing that happened to one incident, with all that a message needs to say about it. */
export type NotificationItem = CheckItem | ServiceItem | SourceItem

export function subjectOfItem(item: NotificationItem): Subject {
  if (item.subject === 'service') return { kind: 'service', name: item.service }
  return item.subject === 'source' ? { kind: 'source', name: item.source } : { kind: 'check', name: item.check }
}

/** What goes to one channel in one message. `key` is the same on each attempt, so that receivers can drop repeats. */
export interface Notification {
  key: string
  createdAt: Instant
  test: boolean
  /** Where to read more: the dashboard's address, when it is known. */
  url: string | null
  /** Worst first. */
  items: readonly NotificationItem[]
  /** What happened beyond `items`, counted: a message of tens of thousands of items helps nobody. */
  omitted: readonly OmittedItems[]
}

export interface OmittedItems {
  kind: IncidentEventKind
  type: IncidentType
  severity: Severity
  count: number
}

export type DeliveryResult =
  /** `note`: delivered, but not to everyone ("b@example.com was refused: 550 no such user"). */
  | { outcome: 'delivered'; note?: string }
  | { outcome: 'retry'; reason: string; notBefore?: Instant }
  | { outcome: 'rejected'; reason: string }

/** pending: to be sent at nextAttemptAt. dead: given up, shown to people until they dismiss or retry it. */
export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** A notification in the outbox of one channel. Deliveries of a channel are sent in the order of their ids. */
export interface Delivery {
  id: string
  channel: string
  state: DeliveryState
  attempts: number
  createdAt: Instant
  /** When it was last tried, by the clock as it was then; null: it never was, or is to be tried anew. */
  triedAt: Instant | null
  nextAttemptAt: Instant
  finishedAt: Instant | null
  lastError: string | null
  notification: Notification
}
