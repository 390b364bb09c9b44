import type { Check } from '../domain/check.ts'
import type { Incident, IncidentEvent } from '../domain/incident.ts'
import { type Instant, toIso } from '../domain/instant.ts'
import { type Delivery, subjectOfItem } from '../domain/notification.ts'
import type { Ping } from '../domain/ping.ts'
import { type Subject, subjectOf } from '../domain/subject.ts'
import type { KnownPoint, ScopeState, StatusChange } from '../store/store.ts'
import type { Health } from './context.ts'
import type * as incidents from './incident-schemas.ts'
import type * as schemas from './schemas.ts'

/** From the domain's shapes to those of the API (and of `check --format json`): pure. */

const iso = (at: Instant | null): string | null => (at === null ? null : toIso(at))
const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000)

export function presentCheck(check: Check, now: Instant): schemas.CheckJson {
  const { facts, judgement, resource, look } = check
  const newest = facts.newestGood?.recoverableTo ?? null
  return {
    id: check.id,
    source: check.source,
    scope: check.scope,
    type: check.type,
    resource: {
      id: resource.id,
      name: resource.name,
      provider: resource.provider,
      account: resource.account,
      region: resource.region,
    },
    status: judgement.status,
    severity: judgement.severity,
    since: toIso(judgement.since),
    reason: judgement.reason,
    detail: check.detail,
    last_recovery_point_at: iso(newest),
    // clocks that differ by moments make no negative ages
    age_seconds: newest === null ? null : Math.max(0, Math.floor((now - newest) / 1000)),
    threshold_seconds: seconds(judgement.thresholdMs),
    threshold_from: judgement.thresholdFrom,
    deadline_at: iso(judgement.deadlineAt),
    changes_at: iso(judgement.changesAt),
    owner: judgement.owner,
    tier: judgement.tier,
    services: [...judgement.services],
    tags: { ...resource.tags },
    paused: check.paused && {
      until: toIso(check.paused.until),
      by: check.paused.by,
      reason: check.paused.reason,
    },
    last_look_at: toIso(check.lastLookAt),
    first_seen_at: toIso(check.firstSeenAt),
    retired_at: iso(check.retiredAt),
    running_since: iso(facts.running?.since ?? null),
    point_count: facts.pointCount,
    newest_failure: facts.newestFailure && {
      at: toIso(facts.newestFailure.at),
      reason: facts.newestFailure.reason,
    },
    fault: look.outcome === 'failed' ? { ...look.fault } : null,
  }
}

export function presentPoint(point: KnownPoint): schemas.RecoveryPointJson {
  return {
    id: point.id,
    recoverable_to: toIso(point.recoverableTo),
    completed_at: iso(point.completedAt),
    size_bytes: point.sizeBytes,
    state: point.state,
    problem: point.problem,
    first_seen_at: toIso(point.firstSeenAt),
    gone_at: iso(point.goneAt),
  }
}

export function presentStatusChange(change: StatusChange): schemas.StatusChangeJson {
  return { at: toIso(change.at), from: change.from, to: change.to, reason: change.reason }
}

export function presentPing(ping: Ping): schemas.PingJson {
  return {
    id: ping.id,
    at: toIso(ping.at),
    kind: ping.kind,
    run_id: ping.runId,
    exit_status: ping.exitStatus,
    body: ping.body,
    remote: ping.remote,
  }
}

export function presentIncident(incident: Incident): incidents.IncidentJson {
  const subject = subjectOf(incident.subject)
  return {
    id: incident.id,
    subject,
    check: checkOf(subject),
    type: incident.type,
    rule: incident.rule,
    severity: incident.severity,
    state: incident.state,
    reason: incident.reason,
    advice: incident.advice ?? null,
    owner: incident.about?.owner ?? null,
    tier: incident.about?.tier ?? null,
    failed_at: iso(incident.failedAt ?? null),
    detected_after_seconds:
      incident.failedAt === undefined ? null : Math.max(0, (incident.openedAt - incident.failedAt) / 1000),
    opened_at: toIso(incident.openedAt),
    acknowledged_at: iso(incident.acknowledgedAt),
    acknowledged_by: incident.acknowledgedBy,
    resolved_at: iso(incident.resolvedAt),
    resolved_by: incident.resolvedBy,
  }
}

const checkOf = ({ kind, name }: Subject): string | null => (kind === 'check' ? name : null)

export function presentEvent(event: IncidentEvent): incidents.IncidentEventJson {
  return {
    id: event.id,
    kind: event.kind,
    at: toIso(event.at),
    severity: event.severity,
    reason: event.reason,
    by: event.by,
  }
}

export function presentDelivery(delivery: Delivery): incidents.DeliveryJson {
  return {
    id: delivery.id,
    channel: delivery.channel,
    state: delivery.state,
    attempts: delivery.attempts,
    created_at: toIso(delivery.createdAt),
    next_attempt_at: delivery.state === 'pending' ? toIso(delivery.nextAttemptAt) : null,
    finished_at: iso(delivery.finishedAt),
    last_error: delivery.lastError,
    test: delivery.notification.test,
    items: delivery.notification.items.map((item) => ({
      incident: item.incident,
      subject: subjectOfItem(item),
      check: checkOf(subjectOfItem(item)),
      kind: item.kind,
      at: toIso(item.at),
      severity: item.severity,
      reason: item.reason,
    })),
    omitted: delivery.notification.omitted.reduce((sum, { count }) => sum + count, 0),
  }
}

export function presentScope(scope: ScopeState): schemas.ScopeJson {
  return {
    id: scope.id,
    name: scope.name,
    status: scope.status,
    last_started_at: iso(scope.lastStartedAt),
    last_complete_at: iso(scope.lastCompleteAt),
    last_failed_at: iso(scope.lastFailedAt),
    took_seconds: seconds(scope.tookMs),
    failures: scope.failures,
    next_look_at: toIso(scope.nextLookAt),
    fault: scope.fault && { ...scope.fault },
  }
}

export function presentHealth(health: Health): schemas.HealthJson {
  return {
    ok: health.database === null && health.scheduler === null && health.configuration === null,
    database: health.database,
    scheduler: health.scheduler,
    configuration: health.configuration,
    last_cycle_at: iso(health.lastCycleAt),
  }
}
