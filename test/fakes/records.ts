import type { Check } from '../../src/domain/check.ts'
import { NO_FACTS } from '../../src/domain/facts.ts'
import type { Incident, IncidentEvent } from '../../src/domain/incident.ts'
import { type Instant, instant } from '../../src/domain/instant.ts'
import type { Delivery, NotificationItem } from '../../src/domain/notification.ts'
import type { Ping } from '../../src/domain/ping.ts'
import type { RecoveryPoint } from '../../src/domain/recovery-point.ts'

/** Noon of a day in 2026, and minutes after it. */
export function at(minutes = 0): Instant {
  return instant(Date.UTC(2026, 10, 20, 12) + minutes * 60_000)
}

export function aCheck(
  id: string,
  over: Partial<Omit<Check, 'judgement' | 'resource'>> & {
    judgement?: Partial<Check['judgement']>
    resource?: Partial<Check['resource']>
  } = {},
): Check {
  const { judgement, resource, ...rest } = over
  return {
    id,
    source: 'fleet',
    scope: 'fleet/a',
    type: 'restic',
    detail: null,
    bornAt: null,
    firstSeenAt: at(),
    facts: NO_FACTS,
    look: { outcome: 'complete' },
    paused: null,
    lastLookAt: at(),
    memory: null,
    retiredAt: null,
    ...rest,
    resource: { id, name: id, provider: null, account: null, region: null, tags: {}, ...resource },
    judgement: {
      status: 'ok',
      severity: null,
      reason: 'fine',
      since: at(),
      thresholdMs: 86_400_000,
      thresholdFrom: 'defaults.max_age',
      deadlineAt: null,
      changesAt: null,
      owner: null,
      tier: null,
      services: [],
      ...judgement,
    },
  }
}

export function aPoint(check: string, id: string, over: Partial<RecoveryPoint> = {}): RecoveryPoint {
  return {
    check,
    id,
    recoverableTo: at(),
    completedAt: at(1),
    sizeBytes: 10,
    state: 'complete',
    problem: null,
    ...over,
  }
}

export function anIncident(id: string, over: Partial<Incident> = {}): Incident {
  return {
    id,
    subject: 'fleet/web',
    rule: 'freshness',
    type: 'BACKUP_STALE',
    severity: 'warning',
    severities: ['warning'],
    state: 'open',
    reason: 'too old',
    openedAt: at(),
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    ...over,
  }
}

export function anEvent(id: string, incident: string, over: Partial<IncidentEvent> = {}): IncidentEvent {
  return { id, incident, kind: 'opened', at: at(), severity: 'warning', reason: 'too old', by: null, ...over }
}

export function anItem(incident: string): NotificationItem {
  return {
    event: `event of ${incident}`,
    kind: 'opened',
    at: at(),
    incident,
    type: 'BACKUP_STALE',
    state: 'open',
    severity: 'warning',
    reason: 'too old',
    check: 'fleet/web',
    checkType: 'restic',
    source: 'fleet',
    status: 'stale',
    resource: { id: 'web', name: 'web', provider: null, account: null, region: null },
    owner: null,
    services: [],
    lastRecoveryPointAt: null,
    ageMs: null,
    thresholdMs: null,
    thresholdFrom: 'defaults.max_age',
  }
}

export function aPing(id: string, check: string, over: Partial<Ping> = {}): Ping {
  return { id, check, at: at(), kind: 'success', runId: null, exitStatus: null, body: null, remote: null, ...over }
}

export function aDelivery(
  id: string,
  channel: string,
  over: Partial<Delivery> = {},
  incidents: string[] = [],
): Delivery {
  return {
    id,
    channel,
    state: 'pending',
    attempts: 0,
    createdAt: at(),
    triedAt: null,
    nextAttemptAt: at(),
    finishedAt: null,
    lastError: null,
    notification: { key: id, createdAt: at(), test: false, url: null, items: incidents.map(anItem), omitted: [] },
    ...over,
  }
}
