import type { Check } from '../domain/check.ts'
import type { IncidentType } from '../domain/incident.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import { serviceSubject } from '../domain/subject.ts'
import { type Echoes, incidentFinding } from '../incidents/of-service.ts'
import { type Transition, transition } from '../incidents/transition.ts'
import type { ScopeState, Writer } from '../store/store.ts'
import type { TaskContext } from './context.ts'
import { bySubject, retireUndeclared, saveTransitions } from './judge.ts'
import { type EstateKeeper, estateKeeper, type JudgedService, type Untold } from './keep-estate.ts'
import { clockFault } from './observe.ts'
import { recordFindings } from './record-findings.ts'
import { underLease } from './under-lease.ts'

/** Longer than reading and judging the largest estate takes; a worker that dies holds others up for no longer. */
const LEASE_MS = 120_000
/** Set once the services of this database were judged. */
const JUDGED = 'services-judged-at'

/**
 * judged: `changesAt` is when a finding will turn by itself. taken: another worker is at it. unseen: nothing can be said, since
 * sources were not looked at yet, or the clock is not believed.
 */
export type ServicesOutcome = { outcome: 'judged'; changesAt: Instant | null } | { outcome: 'taken' | 'unseen' }

export interface JudgeOptions {
  patient: boolean
  signal: AbortSignal
  keeper?: EstateKeeper
}

/**
 * Judges all services by what the store knows, and opens, changes and ends their incidents in one transaction: one message a
 * channel, however much there is to say. `patient`: the first time of all, wait until each scope was looked at once. `keeper`: knows
 * what was said before; without it all of it is read and told again.
 */
export async function judgeServices(
  context: TaskContext,
  { patient, signal, keeper = estateKeeper(context, true) }: JudgeOptions,
): Promise<ServicesOutcome> {
  const { store } = context
  const now = instant(context.clock.now())
  const scopes = await store.read.scopes()
  if (!(await isSeen(context, scopes, patient))) return { outcome: 'unseen' }
  // by a clock that has jumped back, what is too old would be fresh
  const newest = scopes.reduce<Instant | null>(
    (last, { lastCompleteAt: at }) => (at !== null && at > (last ?? 0) ? at : last),
    null,
  )
  if (clockFault(newest, now)) return { outcome: 'unseen' }
  const reading = await underLease('services', LEASE_MS, context, async (write) => {
    const reading = await keeper.read(signal)
    // what was cut short is not whole
    if (reading === null || signal.aborted) return null
    await keeper.tell(async (untold) => {
      const { looks, waiting } = await write((tx) => commit(tx, untold, scopes, context, now))
      context.onDeliveries()
      if (looks) context.onDue()
      return waiting
    })
    return reading
  })
  return reading === null ? { outcome: 'taken' } : { outcome: 'judged', changesAt: reading.changesAt }
}

/** Before anything was looked at all is unknown, or seems to be. Later, what is new is unknown by itself. */
async function isSeen(context: TaskContext, scopes: readonly ScopeState[], patient: boolean): Promise<boolean> {
  if ((await context.store.read.value(JUDGED)) !== null) return true
  const seen = scopes.filter(({ status }) => status !== 'never').length
  return seen > 0 && (!patient || seen === scopes.length)
}

/** `looks`: whether any was asked for; `waiting`: services of which something waits for one. */
async function commit(
  tx: Writer,
  { whole, judged }: Untold,
  scopes: readonly ScopeState[],
  context: TaskContext,
  now: Instant,
): Promise<{ looks: boolean; waiting: ReadonlySet<string> }> {
  const subjects = judged.map(({ view }) => serviceSubject(view.service.name))
  const unresolved = bySubject(await (whole ? tx.unresolvedOfKind('service') : tx.unresolvedIncidents(subjects)))
  const waiting = new Set<string>()
  const { echoes, unsure } = await echoesOf(tx, judged, scopes, now)
  const transitions: Transition[] = []
  for (const { view, findings } of judged) {
    const found = findings.map((finding) => incidentFinding(finding, view.service, echoes))
    // a failure that was made unknown waits for a look
    if (found.some(({ outcome }, n) => outcome === 'unknown' && findings[n]?.outcome === 'fail'))
      waiting.add(view.service.name)
    const [first] = found
    if (first) transitions.push(transition(unresolved.get(first.subject) ?? [], found, now, context.newId))
    if (first) unresolved.delete(first.subject)
  }
  await saveTransitions(tx, [...transitions, ...retireUndeclared(unresolved, context, now)], context, now)
  await recordFindings(
    tx,
    judged.map(({ view, findings }) => ({ service: view.service.name, findings })),
    whole,
    now,
  )
  await tx.setValue(JUDGED, String(now))
  let looks = false
  for (const scope of unsure) if (await tx.lookNoLaterThan(scope, now)) looks = true
  return { looks, waiting }
}

/** Incidents of checks that tell what a service's finding would tell again. */
const TELLING: ReadonlySet<IncidentType> = new Set(['BACKUP_STALE', 'BACKUP_MISSING', 'BACKUP_FAILED'])
/** Its news come by themselves: there is nothing to look at. */
const REPORTS = 'heartbeat'

/** `unsure`: scopes that were found wanting and have to be looked at before that is believed. */
async function echoesOf(
  tx: Writer,
  judged: readonly JudgedService[],
  scopes: readonly ScopeState[],
  now: Instant,
): Promise<{ echoes: Echoes; unsure: ReadonlySet<string> }> {
  const lookedAt = new Map(
    scopes.map((scope) => [scope.id, Math.max(scope.lastCompleteAt ?? 0, scope.lastFailedAt ?? 0)]),
  )
  const checks = new Map<CheckId, Check>()
  for (const { view, findings } of judged) {
    const named = new Set(findings.flatMap(({ alarm }) => alarm?.echoes.flat() ?? []))
    if (named.size === 0) continue
    for (const { check } of view.copies.flatMap((copy) => copy.checks))
      if (named.has(check.id)) checks.set(check.id, check)
  }
  const telling = (await tx.unresolvedIncidents([...checks.keys()])).filter(({ type }) => TELLING.has(type))
  const told = new Set(telling.map(({ subject }) => subject))
  const unsure = new Set<string>()
  const echoes: Echoes = {
    isTold(id) {
      const paused = checks.get(id)?.paused ?? null
      return told.has(id) || (paused !== null && now < paused.until)
    },
    isSeenSince(id, at) {
      const check = checks.get(id)
      if (!check || check.type === REPORTS || (lookedAt.get(check.scope) ?? 0) >= at) return true
      unsure.add(check.scope)
      return false
    },
  }
  return { echoes, unsure }
}
