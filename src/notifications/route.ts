import type { NotificationItem } from '../domain/notification.ts'
import type { Route } from '../domain/route.ts'
import type { Severity } from '../domain/severity.ts'

/** What routes may ask beyond the message itself. */
export interface Routing {
  /** Of a check, with its source's; the labels of a service. */
  tags: Readonly<Record<string, string>>
  /** Severities that the incident had before: who was told of a warning also hears of its escalation and its end. */
  earlierSeverities?: readonly Severity[] | undefined
}

/** What happened, with what routes may ask of it. */
export type RoutableItem = NotificationItem & Routing

export interface Destination {
  channel: string
  /** Reminder interval in milliseconds; null: none. */
  repeatMs: number | null
}

/** The channels that hear of an item, each once. Without routes all do; with routes that don't match nobody does. */
export function routesFor(item: RoutableItem, routes: readonly Route[], channels: readonly string[]): Destination[] {
  if (routes.length === 0) return channels.map((channel) => ({ channel, repeatMs: null }))
  // a message about the present state goes where that belongs; news of a change also goes where the old state was told
  const earlier = item.kind === 'opened' || item.kind === 'reminder' ? [] : (item.earlierSeverities ?? [])
  const found = new Map<string, number | null>()
  for (const severity of new Set([item.severity, ...earlier]))
    for (const route of matching(item, severity, routes))
      for (const channel of route.to) found.set(channel, sooner(found.get(channel) ?? null, route.repeatMs))
  return [...found].map(([channel, repeatMs]) => ({ channel, repeatMs }))
}

function matching(item: RoutableItem, severity: Severity, routes: readonly Route[]): Route[] {
  const out: Route[] = []
  for (const route of routes) {
    if (!matches(item, severity, route.match)) continue
    out.push(route)
    if (!route.continue) break
  }
  return out
}

/** Every condition that is given must hold. */
function matches(item: RoutableItem, severity: Severity, match: Route['match']): boolean {
  return (
    (!match.severity || match.severity.includes(severity)) &&
    (!match.source || (item.subject !== 'service' && match.source.includes(item.source))) &&
    (!match.owner || (item.owner !== null && match.owner.includes(item.owner))) &&
    (!match.type || match.type.includes(item.type) || match.type.includes(kindOf(item))) &&
    Object.entries(match.tags ?? {}).every(([key, value]) => Object.hasOwn(item.tags, key) && item.tags[key] === value)
  )
}

/** What `type` of a route may also name: "restic", "ebs-snapshot"; "service" and "source" for what is no check. */
function kindOf(item: RoutableItem): string {
  return item.subject === 'service' || item.subject === 'source' ? item.subject : item.checkType
}

function sooner(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
