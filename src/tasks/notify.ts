import type { Check } from '../domain/check.ts'
import type { Incident, IncidentEvent, IncidentEventKind } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import type { Delivery } from '../domain/notification.ts'
import { group } from '../notifications/group.ts'
import type { RoutableItem } from '../notifications/route.ts'
import type { TaskContext } from './context.ts'

/** Acknowledging and noting are for the dashboard; what is superseded is told by what takes its place. */
const TOLD: ReadonlySet<IncidentEventKind> = new Set(['opened', 'escalated', 'resolved', 'reminder'])

export interface Happening {
  event: IncidentEvent
  incident: Incident
  check: Check
}

/** The deliveries that tell of what happened in one commit: at most one message a channel. */
export function deliveriesFor(happenings: readonly Happening[], context: TaskContext, now: Instant): Delivery[] {
  const config = context.config()
  const items = happenings
    .filter(({ event }) => TOLD.has(event.kind))
    .map((happening) => itemOf(happening, context, now))
  if (items.length === 0) return []
  return group(items, now, context.newId, {
    routes: config.routes,
    channels: config.channels.map((channel) => channel.name),
    url: config.server.baseUrl,
  })
}

export function itemOf({ event, incident, check }: Happening, context: TaskContext, now: Instant): RoutableItem {
  const { judgement, resource, facts } = check
  return {
    event: event.id,
    kind: event.kind,
    at: event.at,
    incident: incident.id,
    type: incident.type,
    state: incident.state,
    severity: event.severity,
    reason: event.reason,
    check: check.id,
    checkType: check.type,
    source: check.source,
    status: judgement.status,
    resource: {
      id: resource.id,
      name: resource.name,
      provider: resource.provider,
      account: resource.account,
      region: resource.region,
    },
    earlierSeverities: incident.severities,
    tags: context.policyOf(check).tags,
    owner: judgement.owner,
    services: judgement.services,
    lastRecoveryPointAt: facts.newestGood?.recoverableTo ?? null,
    ageMs: facts.newestGood ? now - facts.newestGood.recoverableTo : null,
    thresholdMs: judgement.thresholdMs,
    thresholdFrom: judgement.thresholdFrom,
  }
}
