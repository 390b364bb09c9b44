import type { Check } from '../domain/check.ts'
import type { Pause } from '../domain/facts.ts'
import type { Incident } from '../domain/incident.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { Delivery } from '../domain/notification.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { ScopeId } from '../domain/scope.ts'
import { subjectOf } from '../domain/subject.ts'
import { pauseItem } from '../evidence/items.ts'
import { happened } from '../incidents/transition.ts'
import { redact } from '../lib/redact.ts'
import { testDelivery } from '../notifications/test-delivery.ts'
import type { TaskContext } from './context.ts'
import { judge, saveHappenings } from './judge.ts'
import type { Happening } from './notify.ts'

/** What people have done by hand: each is one transaction. */

export async function requestLook(which: { source?: string; scope?: ScopeId }, context: TaskContext): Promise<number> {
  const count = await context.store.write((tx) => tx.requestLook(which, instant(context.clock.now())))
  context.onDue()
  return count
}

/** Somebody has seen it: no more reminders. Acknowledging twice changes nothing; a resolved incident stays resolved. */
export function acknowledge(
  id: string,
  by: string,
  note: string | null,
  context: TaskContext,
): Promise<Incident | null> {
  return changeIncident(id, context, (incident, now) =>
    incident.state === 'open'
      ? {
          kind: 'acknowledged',
          incident: { ...incident, state: 'acknowledged', acknowledgedAt: now, acknowledgedBy: by },
          by,
          note,
        }
      : null,
  )
}

/** Closes an incident by hand. If its cause is still there at the next look, a new one is opened. */
export function resolve(id: string, by: string, note: string | null, context: TaskContext): Promise<Incident | null> {
  return changeIncident(id, context, (incident, now) =>
    incident.state === 'resolved'
      ? null
      : { kind: 'resolved', incident: { ...incident, state: 'resolved', resolvedAt: now, resolvedBy: by }, by, note },
  )
}

async function changeIncident(
  id: string,
  context: TaskContext,
  change: (
    incident: Incident,
    now: Instant,
  ) => { kind: 'acknowledged' | 'resolved'; incident: Incident; by: string; note: string | null } | null,
): Promise<Incident | null> {
  const incident = await context.store.write(async (tx) => {
    const now = instant(context.clock.now())
    const current = await tx.incidentForUpdate(id)
    if (!current) return null
    const changed = change(current, now)
    if (!changed) return current
    const reason = changed.note ?? `${changed.kind === 'resolved' ? 'Resolved' : 'Acknowledged'} by ${changed.by}.`
    const event = happened(changed.incident, changed.kind, reason, now, context.newId, changed.by)
    const [check] = await tx.checksById([current.subject])
    const known = check !== undefined || subjectOf(current.subject).kind !== 'check'
    const happenings: Happening[] = known ? [{ event, incident: changed.incident, check: check ?? null }] : []
    await saveHappenings(tx, [changed.incident], happenings, context, now)
    return changed.incident
  })
  context.onDeliveries()
  return incident
}

export function pause(
  check: CheckId,
  until: Instant,
  by: string,
  reason: string | null,
  context: TaskContext,
): Promise<Check | null> {
  // it stands in the status for all to read
  return setPause(check, { until, by, reason: reason === null ? null : redact(reason) }, by, context)
}

export function resume(check: CheckId, by: string, context: TaskContext): Promise<Check | null> {
  return setPause(check, null, by, context)
}

/** What was found is judged again at once: by facts that are known, so a resumed check may be late until its next look. */
async function setPause(id: CheckId, paused: Pause | null, by: string, context: TaskContext): Promise<Check | null> {
  const check = await context.store.write(async (tx) => {
    const now = instant(context.clock.now())
    const [previous] = await tx.checksById([id])
    if (!previous || previous.retiredAt !== null) return null
    await tx.addEvidence([pauseItem(id, now, by, paused)])
    const [judged] = await judge(
      tx,
      [{ subject: { ...previous, paused }, previous, memory: previous.memory }],
      context,
      now,
    )
    if (judged?.judgement.changesAt != null) await tx.lookNoLaterThan(previous.scope, judged.judgement.changesAt)
    return judged ?? null
  })
  context.onDeliveries()
  context.onDue()
  return check
}

/** Sends a test failure down the same way as a real one: outbox, order, tries. */
export async function testChannels(channels: readonly string[] | null, context: TaskContext): Promise<Delivery[]> {
  const config = context.config()
  const now = instant(context.clock.now())
  const names = channels ?? config.channels.map((channel) => channel.name)
  const deliveries = names.map((channel) => testDelivery(channel, context.newId(), now, config.server.baseUrl))
  await context.store.write((tx) => tx.addDeliveries(deliveries))
  context.onDeliveries()
  return deliveries
}

/** Null: it is not there, or was not given up. */
export async function retryDelivery(id: string, context: TaskContext): Promise<Delivery | null> {
  const again = await context.store.write(async (tx): Promise<Delivery | null> => {
    const dead = await tx.deliveryForUpdate(id)
    if (dead?.state !== 'dead') return null
    const now = instant(context.clock.now())
    const fresh = { attempts: 0, triedAt: null, nextAttemptAt: now, finishedAt: null }
    const pending: Delivery = { ...dead, ...fresh, state: 'pending' }
    await tx.saveDelivery(pending)
    return pending
  })
  if (again) context.onDeliveries()
  return again
}
