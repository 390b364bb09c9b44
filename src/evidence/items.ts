import { hash } from 'node:crypto'
import type { Drill, DrillEnd } from '../domain/drill.ts'
import type { Incident, IncidentEvent } from '../domain/incident.ts'
import { type Instant, toIso } from '../domain/instant.ts'
import type { Json } from '../domain/json.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { Waiver } from '../domain/service.ts'
import type { ServiceFinding } from '../domain/service-finding.ts'
import type { CheckStatus } from '../domain/status.ts'
import { redact } from '../lib/redact.ts'
import { type Cut, checkpointText, cutText, DOMAINS, type EvidenceItem } from './entry.ts'
import type { Signer } from './key.ts'

/** What things look like in the chain. These forms are what auditors read: fields may be added, none is renamed. */

const LONGEST = 2_000
const MOST = 100

/** Names and reasons come from outside: a long one is cut, its digest keeps it apart from others. */
function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…sha256:${hash('sha256', text, 'hex')}`
}

/** A person may have typed a secret. What was judged was masked when it came in, and there is too much of it to do so twice. */
function typed(text: string | null): string | null {
  return text === null ? null : short(redact(text))
}

export function statusItem(change: {
  check: CheckId
  at: Instant
  from: CheckStatus | null
  /** retired: it is not watched any more. */
  to: CheckStatus | 'retired'
  reason: string
}): EvidenceItem {
  const { check, at, from, to, reason } = change
  return { kind: 'status', at, body: { check: short(check), from, to, reason: short(reason) } }
}

/** `incident` as it is after the event; null: it is not known, and the event can't be kept either. */
export function incidentItem(event: IncidentEvent, incident: Pick<Incident, 'subject' | 'type'> | null): EvidenceItem {
  const { id, kind, at, severity, reason, by } = event
  return {
    kind: 'incident',
    at,
    body: {
      event: kind,
      event_id: short(id),
      incident: short(event.incident),
      subject: incident && short(incident.subject),
      type: incident?.type ?? null,
      severity,
      reason: by === null ? short(reason) : typed(reason),
      by: typed(by),
    },
  }
}

/** What is kept of a finding. */
export type KeptFinding = Pick<ServiceFinding, 'outcome' | 'severity' | 'reason'> & { rule: string }

/** With what the same rule said before; null: it was not judged before. */
export type TurnedFinding = KeptFinding & { from: ServiceFinding['outcome'] | null }

/** What rules say of a service where they said something else before. */
export function findingsItem(service: string, turned: readonly TurnedFinding[], at: Instant): EvidenceItem {
  const findings = turned.map(({ rule, from, outcome: to, severity, reason }) => ({
    rule: short(rule),
    from,
    to,
    severity,
    reason: short(reason),
  }))
  return { kind: 'finding', at, body: { service: short(service), findings } }
}

/** A restore that was tried, with all its figures. What it replaces does not count from here on. */
export function drillItem({ recordedAt, ...drill }: Drill): EvidenceItem {
  const { id, service, check, at, by, origin, outcome, rtaMs, rpaMs, recordedBy, replaces, reference } = drill
  const body: Json = {
    event: 'recorded',
    drill: short(id),
    service: service && short(service),
    check: check && short(check),
    began_at: toIso(at),
    by: typed(by),
    origin,
    outcome,
    phases: drill.phases.slice(0, MOST).map(({ name, tookMs }) => ({ name: typed(name), took_ms: tookMs })),
    rta_ms: rtaMs,
    rpa_ms: rpaMs,
    checked: drill.checked.slice(0, MOST).map(typed),
    gaps: drill.gaps.slice(0, MOST).map(typed),
    note: typed(drill.note),
    recorded_by: typed(recordedBy),
    replaces: replaces && short(replaces),
    reference: reference && short(reference),
  }
  return { kind: 'drill', at: recordedAt, body }
}

/** A record of a drill that does not count any more. */
export function drillEndItem(id: string, { at, by, reason, replacedBy }: DrillEnd): EvidenceItem {
  const body = { event: 'ended', drill: short(id), by: typed(by), reason: typed(reason), replaced_by: replacedBy }
  return { kind: 'drill', at, body }
}

export function pauseItem(
  check: CheckId,
  at: Instant,
  by: string,
  pause: { until: Instant; reason: string | null } | null,
): EvidenceItem {
  if (pause === null) return { kind: 'resume', at, body: { check: short(check), by: typed(by) } }
  const body = { check: short(check), until: toIso(pause.until), reason: typed(pause.reason), by: typed(by) }
  return { kind: 'pause', at, body }
}

/**
 * Somebody's word that a finding is accepted. ended: it ran out; resumed: by a clock that was ahead, and it counts again; removed: it
 * was taken out of the configuration before.
 */
export function waiverItem(
  event: 'made' | 'changed' | 'ended' | 'resumed' | 'removed',
  { service, rule, reason, owner, until }: { service: string } & Waiver,
  at: Instant,
): EvidenceItem {
  const words = { reason: typed(reason), owner: typed(owner) }
  return {
    kind: 'waiver',
    at,
    body: { event, service: short(service), rule: short(rule), ...words, until: toIso(until) },
  }
}

/** A part of the configuration that was made, changed or removed by a person, in the dashboard or by the API. */
export function settingItem(
  kind: string,
  name: string,
  event: 'saved' | 'removed',
  at: Instant,
  by: string,
): EvidenceItem {
  return { kind: 'setting', at, body: { event, setting: `${kind} ${short(name)}`, by: typed(by) } }
}

/** Signs all that the chain holds up to here. */
export function checkpointItem(signer: Signer, at: Instant): EvidenceItem {
  return {
    kind: 'checkpoint',
    at,
    body: (head) => ({
      public_key: signer.base64,
      signature: signer.sign(DOMAINS.checkpoint, checkpointText(head, at)),
    }),
  }
}

/** Says which entries are gone by right, and what the first that is left goes on from; a checkpoint too. */
export function cutItem(gone: Cut, signer: Signer, at: Instant): EvidenceItem {
  return {
    kind: 'cut',
    at,
    body: (head) => ({
      ...gone,
      public_key: signer.base64,
      signature: signer.sign(DOMAINS.cut, cutText(head, gone, at)),
    }),
  }
}
