import type { Config } from '../config/config.ts'
import type { Check } from '../domain/check.ts'
import type { Incident, IncidentEvent, IncidentEventKind, SubjectFacts } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import type { Delivery } from '../domain/notification.ts'
import type { Service } from '../domain/service.ts'
import { type Subject, subjectOf } from '../domain/subject.ts'
import { factsOfService } from '../incidents/of-service.ts'
import { group } from '../notifications/group.ts'
import type { RoutableItem } from '../notifications/route.ts'
import type { TaskContext } from './context.ts'

/** Acknowledging and noting are for the dashboard; what is superseded is told by what takes its place. */
const TOLD: ReadonlySet<IncidentEventKind> = new Set(['opened', 'escalated', 'resolved', 'reminder'])

export interface Happening {
  event: IncidentEvent
  incident: Incident
  /** What it is about, where that is a check; null: a service or source, of which the incident says enough. */
  check: Check | null
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
  const item = {
    event: event.id,
    kind: event.kind,
    at: event.at,
    incident: incident.id,
    type: incident.type,
    state: incident.state,
    severity: event.severity,
    reason: event.reason,
    earlierSeverities: incident.severities,
    advice: incident.advice ?? null,
  }
  if (!check) {
    const subject = subjectOf(incident.subject)
    const { owner, tier, tags } = factsOf(subject, incident, context)
    const rest = { ...item, owner, tags, rule: incident.rule }
    if (subject.kind === 'service') return { ...rest, subject: 'service', service: subject.name, tier }
    return { ...rest, subject: 'source', source: subject.name }
  }
  const { judgement, resource, facts } = check
  return {
    ...item,
    subject: 'check',
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
    tags: context.policyOf(check).tags,
    owner: judgement.owner,
    services: judgement.services,
    lastRecoveryPointAt: facts.newestGood?.recoverableTo ?? null,
    ageMs: facts.newestGood ? now - facts.newestGood.recoverableTo : null,
    thresholdMs: judgement.thresholdMs,
    thresholdFrom: judgement.thresholdFrom,
  }
}

const NOBODY: SubjectFacts = { owner: null, tier: null, tags: {} }

/** As it is declared now, or, once it is not any more, as it was. */
function factsOf(subject: Subject, { about = NOBODY }: Incident, context: TaskContext): SubjectFacts {
  if (subject.kind === 'service') {
    const service = servicesByName(context.config()).get(subject.name)
    return service ? factsOfService(service) : about
  }
  const source = context.config().sources.find(({ name }) => name === subject.name)
  return source ? { owner: source.owner, tier: null, tags: source.tags } : about
}

const indexes = new WeakMap<Config, ReadonlyMap<string, Service>>()

function servicesByName(config: Config): ReadonlyMap<string, Service> {
  const known = indexes.get(config)
  if (known) return known
  const index = new Map(config.services.map((service) => [service.name, service]))
  indexes.set(config, index)
  return index
}
