import type { Check } from '../domain/check.ts'
import type { CheckSubject, Look } from '../domain/facts.ts'
import type { Incident } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import type { Json } from '../domain/json.ts'
import { type SubjectId, subjectOf } from '../domain/subject.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { statusItem } from '../evidence/items.ts'
import { retire, type Transition, transition } from '../incidents/transition.ts'
import { equal } from '../lib/equal.ts'
import { incidentChanged, incidentDetected } from '../metrics/events.ts'
import type { StatusChange, Writer } from '../store/store.ts'
import type { TaskContext } from './context.ts'
import { deliveriesFor, type Happening } from './notify.ts'

/** A check with news: what is known of it now, and what it was before (null: it is new). */
export interface Candidate {
  subject: CheckSubject
  previous: Check | null
  memory: Json
}

/**
 * Judges candidates and writes what follows in the transaction at hand: checks, status changes, incidents, their events
 * and the deliveries that tell of them. What has not changed is not written. Returns the checks as they are now.
 */
export async function judge(
  tx: Writer,
  candidates: readonly Candidate[],
  context: TaskContext,
  now: Instant,
): Promise<Check[]> {
  const changed: Check[] = []
  const statusChanges: StatusChange[] = []
  const verdicts = candidates.map(({ subject, previous, memory }) => {
    const before = previous?.retiredAt === null ? previous : null
    const { judgement, findings } = evaluate(subject, context.policyOf(subject), before, now)
    const check: Check = { ...subject, judgement, memory, lastLookAt: now, retiredAt: null }
    if (!previous || !sameButForTime(previous, check)) changed.push(check)
    if (judgement.status !== before?.judgement.status)
      statusChanges.push({
        check: check.id,
        at: now,
        from: before?.judgement.status ?? null,
        to: judgement.status,
        reason: judgement.reason,
      })
    return { check, findings }
  })

  const unresolved = bySubject(await tx.unresolvedIncidents(verdicts.map(({ check }) => check.id)))
  const transitions = verdicts.map(({ check, findings }) => ({
    ...transition(unresolved.get(check.id) ?? [], findings, now, context.newId),
    check,
  }))
  await tx.saveChecks(changed)
  if (changed.length > 0) tx.afterCommit(() => context.onChecks())
  await tx.addStatusChanges(statusChanges)
  await saveTransitions(tx, transitions, context, now)
  return verdicts.map(({ check }) => check)
}

/** Takes checks out of watch, with their incidents. */
export async function retireChecks(
  tx: Writer,
  checks: readonly Check[],
  reason: string,
  context: TaskContext,
  now: Instant,
): Promise<void> {
  if (checks.length === 0) return
  const unresolved = bySubject(await tx.unresolvedIncidents(checks.map((check) => check.id)))
  const transitions = checks.map((check) => ({
    ...retire(unresolved.get(check.id) ?? [], reason, now, context.newId),
    check,
  }))
  await tx.saveChecks(checks.map((check) => ({ ...check, retiredAt: now })))
  tx.afterCommit(() => context.onChecks())
  await tx.addEvidence(
    checks.map(({ id, judgement: { status } }) =>
      statusItem({ check: id, at: now, from: status, to: 'retired', reason }),
    ),
  )
  await saveTransitions(tx, transitions, context, now)
}

/** Ends the incidents of services or sources that the configuration has no more. */
export function retireUndeclared(
  unresolved: Iterable<[SubjectId, readonly Incident[]]>,
  context: TaskContext,
  now: Instant,
): Transition[] {
  return Array.from(unresolved, ([subject, gone]) =>
    retire(gone, `${subjectOf(subject).name} is not in the configuration any more.`, now, context.newId),
  )
}

/** Writes what became of incidents, of checks with the check. */
export async function saveTransitions(
  tx: Writer,
  transitions: readonly (Transition & { check?: Check })[],
  context: TaskContext,
  now: Instant,
): Promise<void> {
  const incidents = transitions.flatMap((each) => each.incidents)
  const byId = new Map(incidents.map((incident) => [incident.id, incident]))
  const happenings = transitions.flatMap(({ events, check = null }) =>
    events.flatMap((event) => {
      const incident = byId.get(event.incident)
      return incident ? [{ event, incident, check }] : []
    }),
  )
  await saveHappenings(tx, incidents, happenings, context, now)
}

/** More at once are logged as one. */
const LOGGED_EACH = 20

/** Writes incidents, what happened to them, and who is to be told, together. */
export async function saveHappenings(
  tx: Writer,
  incidents: readonly Incident[],
  happenings: readonly Happening[],
  context: TaskContext,
  now: Instant,
): Promise<void> {
  if (incidents.length === 0 && happenings.length === 0) return
  await tx.saveIncidents(incidents)
  await tx.addEvents(happenings.map(({ event }) => event))
  tx.afterCommit(() => countAndLog(happenings, context))
  await tx.addDeliveries(deliveriesFor(happenings, context, now))
}

function countAndLog(happenings: readonly Happening[], context: TaskContext): void {
  for (const { event, incident, check } of happenings) {
    incidentChanged(event.kind, event.severity)
    if (event.kind === 'opened' && incident.failedAt !== undefined && check)
      incidentDetected(check.source, event.at - incident.failedAt)
    if (happenings.length <= LOGGED_EACH)
      context.log.info(
        {
          [subjectOf(incident.subject).kind]: subjectOf(incident.subject).name,
          type: incident.type,
          severity: event.severity,
        },
        `incident ${event.kind}`,
      )
  }
  if (happenings.length > LOGGED_EACH) context.log.info({ count: happenings.length }, 'many incidents changed at once')
}

export function bySubject(incidents: readonly Incident[]): Map<SubjectId, Incident[]> {
  return Map.groupBy(incidents, ({ subject }) => subject)
}

const OF_THE_LOOK = ['look', 'lastLookAt']
const withoutTries = (look: Look) => (look.outcome === 'failed' ? look.fault : null)

/** Nothing to write: all but the time of the look and the count of its tries is as it was. */
function sameButForTime(a: Check, b: Check): boolean {
  return equal(withoutTries(a.look), withoutTries(b.look)) && equal(a, b, OF_THE_LOOK)
}
