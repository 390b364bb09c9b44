import type { Finding } from '../domain/finding.ts'
import { type SubjectFacts, serviceIncidentType } from '../domain/incident.ts'
import { type Instant, toIso } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { Service } from '../domain/service.ts'
import type { ServiceFinding } from '../domain/service-finding.ts'
import { serviceSubject } from '../domain/subject.ts'

/** What is known of the checks that findings about services repeat. */
export interface Echoes {
  /** Has an incident that says the same, or is paused by a person who knows. */
  isTold(check: CheckId): boolean
  /** Was looked at since then: nobody is woken because our own last look was too early. */
  isSeenSince(check: CheckId, at: Instant): boolean
}

export function factsOfService({ owner, tier, labels }: Service): SubjectFacts {
  return { owner, tier, tags: labels }
}

/**
 * What a finding about a service does to its incidents. What is unknown opens nothing and takes nothing back; what a check's own
 * incident tells is told by that alone; what does not apply any more is over.
 */
export function incidentFinding(found: ServiceFinding, service: Service, echoes: Echoes): Finding {
  const { rule, outcome, reason, advice, evidence, changesAt, waiver, alarm } = found
  const about = factsOfService(service)
  const finding: Finding = {
    subject: serviceSubject(service.name),
    rule,
    outcome,
    incident: null,
    reason,
    advice,
    evidence,
    changesAt,
    about,
  }
  if (outcome === 'not-applicable') return { ...finding, outcome: 'pass' }
  if (outcome !== 'fail') return finding
  if (waiver) {
    const words = `Accepted until ${toIso(waiver.until)} (${waiver.owner}: ${waiver.reason}).`
    return { ...finding, reason: words, endedBy: 'accepted' }
  }
  if (alarm === null) return { ...finding, reason: `It is a remark only. ${reason}` }
  const { turnedAt } = alarm
  // two copies of which one alone is told are not told
  const isEcho = alarm.echoes.length > 0 && alarm.echoes.every((checks) => checks.some((check) => echoes.isTold(check)))
  if (isEcho) return { ...finding, endedBy: 'superseded' }
  if (turnedAt !== null && !alarm.echoes.flat().every((check) => echoes.isSeenSince(check, turnedAt)))
    return { ...finding, outcome: 'unknown' }
  return { ...finding, incident: { type: serviceIncidentType(rule), severity: alarm.severity } }
}
