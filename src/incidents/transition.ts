import type { Finding } from '../domain/finding.ts'
import type { Incident, IncidentEvent, IncidentEventKind } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import { compareSeverity, type Severity } from '../domain/severity.ts'

/** Incidents that change, and what happened to them. */
export interface Transition {
  incidents: Incident[]
  events: IncidentEvent[]
}

/**
 * What findings about one subject do to its unresolved incidents. Unknown and not-applicable take nothing back.
 * `nextId` gives ids in rising order.
 */
export function transition(
  unresolved: readonly Incident[],
  findings: readonly Finding[],
  now: Instant,
  nextId: () => string,
): Transition {
  const result: Transition = { incidents: [], events: [] }
  for (const finding of findings) {
    if (finding.outcome === 'not-applicable') continue
    const ofRule = unresolved.filter((incident) => incident.rule === finding.rule)
    const wanted = finding.incident
    const standing = wanted && ofRule.find((incident) => incident.type === wanted.type)
    if (wanted && standing) keep(result, standing, finding, wanted.severity, now, nextId)
    if (finding.outcome !== 'unknown')
      for (const incident of ofRule) if (incident !== standing) end(result, incident, finding, now, nextId)
    if (wanted && !standing) {
      const opened: Incident = {
        id: nextId(),
        subject: finding.subject,
        rule: finding.rule,
        type: wanted.type,
        severity: wanted.severity,
        severities: [wanted.severity],
        state: 'open',
        reason: finding.reason,
        ...besides(finding),
        ...(wanted.failedAt === undefined ? {} : { failedAt: wanted.failedAt }),
        openedAt: now,
        acknowledgedAt: null,
        acknowledgedBy: null,
        resolvedAt: null,
        resolvedBy: null,
      }
      result.incidents.push(opened)
      result.events.push(happened(opened, 'opened', finding.reason, now, nextId))
    }
  }
  return result
}

/** Ends every incident of a subject that is no longer watched. */
export function retire(
  unresolved: readonly Incident[],
  reason: string,
  now: Instant,
  nextId: () => string,
): Transition {
  const result: Transition = { incidents: [], events: [] }
  for (const incident of unresolved) {
    const ended: Incident = { ...incident, state: 'resolved', resolvedAt: now, resolvedBy: 'retired' }
    result.incidents.push(ended)
    result.events.push(happened(ended, 'resolved', reason, now, nextId))
  }
  return result
}

export function happened(
  incident: Incident,
  kind: IncidentEventKind,
  reason: string,
  now: Instant,
  nextId: () => string,
  by: string | null = null,
): IncidentEvent {
  return { id: nextId(), incident: incident.id, kind, at: now, severity: incident.severity, reason, by }
}

/** What to do about it, and, of a service or source, what is known of it. */
function besides({ advice, about }: Finding): Pick<Incident, 'advice' | 'about'> {
  return { ...(advice === undefined ? {} : { advice }), ...(about === undefined ? {} : { about }) }
}

function keep(
  result: Transition,
  incident: Incident,
  finding: Finding,
  severity: Severity,
  now: Instant,
  nextId: () => string,
): void {
  const change = compareSeverity(severity, incident.severity)
  const isSameAdvice = finding.advice === undefined || finding.advice === (incident.advice ?? null)
  if (change === 0 && incident.reason === finding.reason && isSameAdvice) return
  const severities = incident.severities.includes(severity) ? incident.severities : [...incident.severities, severity]
  const kept: Incident = { ...incident, severity, severities, reason: finding.reason, ...besides(finding) }
  result.incidents.push(kept)
  if (change !== 0) result.events.push(happened(kept, change > 0 ? 'escalated' : 'eased', finding.reason, now, nextId))
}

/** Recovered; or, where something at least as grave takes its place, superseded, so that nobody is told of a recovery. */
function end(result: Transition, incident: Incident, finding: Finding, now: Instant, nextId: () => string): void {
  const superseded =
    finding.endedBy === 'superseded' ||
    (finding.incident !== null && compareSeverity(finding.incident.severity, incident.severity) >= 0)
  const ended: Incident = {
    ...incident,
    state: 'resolved',
    resolvedAt: now,
    resolvedBy: superseded ? 'superseded' : (finding.endedBy ?? 'recovery'),
  }
  result.incidents.push(ended)
  result.events.push(happened(ended, superseded ? 'superseded' : 'resolved', finding.reason, now, nextId))
}
