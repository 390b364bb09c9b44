import type { Instant } from '../domain/instant.ts'
import {
  type Delivery,
  type Notification,
  type NotificationItem,
  type OmittedItems,
  subjectOfItem,
} from '../domain/notification.ts'
import type { Route } from '../domain/route.ts'
import { compareSeverity } from '../domain/severity.ts'
import { WORST_FIRST } from '../domain/status.ts'
import { type RoutableItem, routesFor } from './route.ts'

/** Items that a message holds whole; the rest is counted. */
export const MAX_ITEMS = 100

export interface Grouping {
  routes: readonly Route[]
  /** All channels there are: routes to others lead nowhere. */
  channels: readonly string[]
  /** The dashboard's address, where it is known. */
  url: string | null
}

/**
 * What one commit puts in the outbox: one delivery a channel, with all that channel hears of, worst first. `newId` gives ids in
 * ascending order; a delivery's id is its notification's key. What began and ended within the commit is told to nobody.
 */
export function group(
  items: readonly RoutableItem[],
  now: Instant,
  newId: () => string,
  grouping: Grouping,
): Delivery[] {
  const known = new Set(grouping.channels)
  const byChannel = new Map<string, NotificationItem[]>()
  for (const item of worthTelling(items).sort(worstFirst)) {
    const { tags: _tags, earlierSeverities: _earlier, ...told } = item
    for (const { channel, repeatMs } of routesFor(item, grouping.routes, grouping.channels)) {
      if (!known.has(channel) || (item.kind === 'reminder' && repeatMs === null)) continue
      const own = byChannel.get(channel)
      if (own) own.push(told)
      else byChannel.set(channel, [told])
    }
  }
  return [...byChannel].map(([channel, own]) => {
    const key = newId()
    const notification = {
      key,
      createdAt: now,
      test: false,
      url: grouping.url,
      items: own.slice(0, MAX_ITEMS),
      omitted: counted(own.slice(MAX_ITEMS)),
    }
    return delivery(channel, notification)
  })
}

/** A notification as it enters the outbox of a channel: due at once. */
export function delivery(channel: string, notification: Notification): Delivery {
  return {
    id: notification.key,
    channel,
    state: 'pending',
    attempts: 0,
    createdAt: notification.createdAt,
    triedAt: null,
    nextAttemptAt: notification.createdAt,
    finishedAt: null,
    lastError: null,
    notification,
  }
}

/** Superseded incidents are told by the one that took over; an incident that opened and ended here was never seen. */
function worthTelling(items: readonly RoutableItem[]): RoutableItem[] {
  const opened = new Set<string>()
  const ended = new Set<string>()
  for (const { kind, incident } of items) {
    if (kind === 'opened') opened.add(incident)
    if (kind === 'resolved' || kind === 'superseded') ended.add(incident)
  }
  return items.filter(({ kind, incident }) => kind !== 'superseded' && !(opened.has(incident) && ended.has(incident)))
}

function worstFirst(a: NotificationItem, b: NotificationItem): number {
  return (
    Number(a.kind === 'resolved') - Number(b.kind === 'resolved') ||
    compareSeverity(b.severity, a.severity) ||
    rankOf(a) - rankOf(b) ||
    compare(subjectOfItem(a).name, subjectOfItem(b).name) ||
    compare(a.type, b.type) ||
    a.at - b.at
  )
}

/** What explains others comes first: a whole source; then checks, and the services that stand on them. */
function rankOf(item: NotificationItem): number {
  if (item.subject === 'source') return -1
  return item.subject === 'service' ? WORST_FIRST.length : WORST_FIRST.indexOf(item.status)
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

function counted(items: readonly NotificationItem[]): OmittedItems[] {
  const counts = new Map<string, OmittedItems>()
  for (const { kind, type, severity } of items) {
    const id = `${kind} ${type} ${severity}`
    const seen = counts.get(id)
    if (seen) seen.count++
    else counts.set(id, { kind, type, severity, count: 1 })
  }
  return [...counts.values()]
}
