import type { Check } from '../domain/check.ts'
import type { Incident, IncidentType } from '../domain/incident.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { ServiceFinding } from '../domain/service-finding.ts'
import { subjectOf } from '../domain/subject.ts'
import type { Estate, ServiceView } from '../evaluation/services/estate.ts'
import { evaluateService } from '../evaluation/services/evaluate.ts'
import { type Echoes, incidentFinding } from '../incidents/of-service.ts'
import { retire, type Transition, transition } from '../incidents/transition.ts'
import { breather } from '../lib/time-slice.ts'
import type { ScopeState, Writer } from '../store/store.ts'
import type { TaskContext } from './context.ts'
import { groupBySubject, happeningsOf, saveHappenings } from './judge.ts'
import type { Happening } from './notify.ts'
import { clockFault } from './observe.ts'
import { readEstate } from './read-estate.ts'
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

interface Judged {
  view: ServiceView
  findings: readonly ServiceFinding[]
}

/**
 * Judges all services by what the store knows, and opens, changes and ends their incidents in one transaction: one message a
 * channel, however much there is to say. `patient`: the first time of all, wait until each scope was looked at once.
 */
export async function judgeServices(
  context: TaskContext,
  options: { patient: boolean; signal: AbortSignal },
): Promise<ServicesOutcome> {
  const { store } = context
  const now = instant(context.clock.now())
  const scopes = await store.read.scopes()
  if (!(await isSeen(context, scopes, options.patient))) return { outcome: 'unseen' }
  // by a clock that has jumped back, what is too old would be fresh
  const newest = scopes.reduce<Instant | null>(
    (last, { lastCompleteAt: at }) => (at !== null && at > (last ?? 0) ? at : last),
    null,
  )
  if (clockFault(newest, now)) return { outcome: 'unseen' }
  const changesAt = await underLease('services', LEASE_MS, context, async (write) => {
    const { estate } = await readEstate(context.config(), store.read, { now, points: true, signal: options.signal })
    const judged = await judgedOf(estate, now)
    // what was cut short is not whole
    if (options.signal.aborted) return null
    const looks = await write((tx) => commit(tx, judged, scopes, context, now))
    context.onDeliveries()
    if (looks) context.onDue()
    return instant(
      judged.flatMap(({ findings }) => findings).reduce((at, each) => Math.min(at, each.changesAt ?? at), NEVER),
    )
  })
  if (changesAt === null) return { outcome: 'taken' }
  return { outcome: 'judged', changesAt: changesAt === NEVER ? null : changesAt }
}

const NEVER = Number.MAX_SAFE_INTEGER

async function judgedOf(estate: Estate, now: Instant): Promise<Judged[]> {
  const breathe = breather()
  const judged: Judged[] = []
  for (const view of estate.views) {
    // of two services with one name the first counts
    if (estate.byName.get(view.service.name) === view) judged.push({ view, findings: evaluateService(view, now) })
    await breathe()
  }
  return judged
}

/** Before anything was looked at all is unknown, or seems to be. Later, what is new is unknown by itself. */
async function isSeen(context: TaskContext, scopes: readonly ScopeState[], patient: boolean): Promise<boolean> {
  if ((await context.store.read.value(JUDGED)) !== null) return true
  const seen = scopes.filter(({ status }) => status !== 'never').length
  return seen > 0 && (!patient || seen === scopes.length)
}

/** Whether a look was asked for. */
async function commit(
  tx: Writer,
  judged: readonly Judged[],
  scopes: readonly ScopeState[],
  context: TaskContext,
  now: Instant,
): Promise<boolean> {
  const unresolved = groupBySubject(await tx.unresolvedOfKind('service'))
  const { echoes, unsure } = await echoesOf(tx, judged, scopes, now)
  const happenings: Happening[] = []
  const incidents: Incident[] = []
  const take = (result: Transition) => {
    incidents.push(...result.incidents)
    happenings.push(...happeningsOf(result, null))
  }
  for (const { view, findings } of judged) {
    const found = findings.map((finding) => incidentFinding(finding, view.service, echoes))
    const [first] = found
    if (first) take(transition(unresolved.get(first.subject) ?? [], found, now, context.newId))
    if (first) unresolved.delete(first.subject)
  }
  for (const [subject, gone] of unresolved)
    take(retire(gone, `${subjectOf(subject).name} is not in the configuration any more.`, now, context.newId))
  await saveHappenings(tx, incidents, happenings, context, now)
  await recordFindings(
    tx,
    judged.map(({ view, findings }) => ({ service: view.service.name, findings })),
    now,
  )
  await tx.setValue(JUDGED, String(now))
  let looked = false
  for (const scope of unsure) if (await tx.lookNoLaterThan(scope, now)) looked = true
  return looked
}

/** Incidents of checks that tell what a service's finding would tell again. */
const TELLING: ReadonlySet<IncidentType> = new Set(['BACKUP_STALE', 'BACKUP_MISSING', 'BACKUP_FAILED'])
/** Its news come by themselves: there is nothing to look at. */
const REPORTS = 'heartbeat'

/** `unsure`: scopes that were found wanting and have to be looked at before that is believed. */
async function echoesOf(
  tx: Writer,
  judged: readonly Judged[],
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
