import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import type { Check } from '../domain/check.ts'
import type { DrillRecord } from '../domain/drill.ts'
import type { IncidentType } from '../domain/incident.ts'
import type { Instant } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { ServiceDrill } from '../domain/service-drill.ts'
import { type SubjectId, serviceSubject } from '../domain/subject.ts'
import type { Span } from '../domain/watch-record.ts'
import { type CopyView, JOB, type ServiceView } from '../evaluation/services/estate.ts'
import { indexProofs } from '../evaluation/services/proof-index.ts'
import { globToRegExp } from '../lib/glob.ts'
import { breather, inSlices } from '../lib/time-slice.ts'
import { buildingReport, type ReportFacts } from '../planning/report/build.ts'
import { type Frame, frameOf } from '../planning/report/course.ts'
import { type IncidentTally, incidentTally } from '../planning/report/incident-tally.ts'
import type { Report, ServiceReport } from '../planning/report/report.ts'
import { limitsOf, proofsOf, serviceReport } from '../planning/report/service-report.ts'
import type { Page, Reader } from '../store/store.ts'
import { isPulled } from './pulled.ts'
import { DRILLS, readEstate, withPoints } from './read-estate.ts'
import { readPasts } from './read-pasts.ts'
import { readWatchRecord } from './watch-record.ts'

export interface ReportRequest {
  period: Span
  /** Names or patterns; empty: all. */
  services: readonly string[]
  owners: readonly string[]
  tiers: readonly number[]
}

export interface ReportOptions {
  now: Instant
  /** Which Backproof says so: its address, or its machine's name. */
  instance: string
  version: string
  signal?: AbortSignal
  onProgress?(done: number, total: number): void
}

/** Checks whose history is held at once. */
const BATCH = 60

/**
 * Compliance over a period, by what the store remembers. Memory grows with services and checks, not with their history; others
 * get their turn meanwhile.
 */
export async function makeReport(
  config: Config,
  read: Reader,
  request: ReportRequest,
  options: ReportOptions,
): Promise<Report> {
  const { now, signal } = options
  const breathe = breather()
  const { estate, checks } = await readEstate(config, read, { now, points: false, ...(signal && { signal }) })
  const proving = new Set(estate.views.flatMap(checksOf))
  const views = estate.views.filter(selects(request))
  // what has not happened yet is not judged
  const until = request.period.to < now ? request.period.to : now
  const frame = frameOf({ from: request.period.from, to: until }, await readWatchRecord(read))
  const retired = await retiredProofs(config, read, frame.period.from)
  const bound: Bound[] = []
  for (const view of views) {
    const proofs = view.copies.map((copy) => proofsOf(copy, retired(copy)))
    const about = new Set([serviceSubject(view.service.name), ...proofs.flat(), ...checksOf(view)])
    bound.push({ view, proofs, tally: incidentTally(frame.period), about })
    await breathe()
  }
  // what reports by itself is looked at only when it is silent
  const pulled = new Set(config.sources.filter(isPulled).map(({ name }) => name))
  const { total, open } = await tallyIncidents(read, frame, bound)
  const services: ServiceReport[] = []
  for (let from = 0; from < bound.length; ) {
    if (signal?.aborted) break
    const limits = new Map<CheckId, Set<number>>()
    let to = from
    for (let next = bound[to]; next && (to === from || limits.size < BATCH); next = bound[++to]) {
      const ofCopies = limitsOf(next.view)
      for (const [copy, proofs] of next.proofs.entries())
        for (const id of proofs) limits.set(id, new Set([...(limits.get(id) ?? []), ...(ofCopies[copy] ?? [])]))
    }
    const batch = bound.slice(from, to)
    const pasts = await readPasts(read, limits, frame.period)
    // the points of all would fill the memory
    const pointed = await withPoints(
      batch.map(({ view }) => view),
      read,
    )
    for (const [n, { view, proofs, tally }] of batch.entries()) {
      const drills = await drillsWithin(view, read, frame.period)
      services.push(serviceReport({ view: pointed[n] ?? view, proofs, incidents: tally, drills }, pasts, frame, now))
      await breathe()
    }
    from = to
    options.onProgress?.(to, bound.length)
  }
  const facts: ReportFacts = {
    now,
    instance: options.instance,
    version: options.version,
    period: request.period,
    selection: { services: request.services, owners: request.owners, tiers: request.tiers },
    frame,
    scopes: (await read.scopes()).filter(({ source }) => pulled.has(source)),
    checksWithoutService: checks - proving.size,
    services,
    incidents: total.totals(),
    openIncidents: open,
  }
  return inSlices(buildingReport(facts))
}

/** A service with the checks that prove or proved its copies, and what its incidents are about. */
interface Bound {
  view: ServiceView
  proofs: readonly (readonly CheckId[])[]
  tally: IncidentTally
  about: ReadonlySet<SubjectId>
}

const idOf = ({ check }: { check: Check }): CheckId => check.id

function checksOf({ copies }: ServiceView): CheckId[] {
  return copies.flatMap((copy) => copy.checks.map(idOf))
}

/** Drills of one page. */
const PAGE = 1000

/** All drills of a service in a period: its view has the newest alone, which is enough where they reach back far enough. */
async function drillsWithin(view: ServiceView, read: Reader, { from, to }: Span): Promise<ServiceDrill[]> {
  const known = Map.groupBy(view.drills, ({ part }) => part).values()
  const whole = known.every((drills) => drills.length < DRILLS || drills.some(({ at }) => at < from))
  if (whole) return view.drills.filter(({ at }) => at >= from && at < to)
  const service = view.service.name
  const checks = [...new Set(checksOf(view))]
  const found: ServiceDrill[] = []
  let cursor: string | null = null
  do {
    const page: Page<DrillRecord> = await read.drills({ service, checks }, PAGE, cursor)
    for (const drill of page.items) {
      if (drill.at < from) return found
      // what was restored for another service as a whole is told of that alone
      const part = drill.service === null ? drill.check : null
      if (drill.at < to && (part !== null || drill.service === service)) found.push({ ...drill, service, part })
    }
    cursor = page.next
  } while (cursor !== null)
  return found
}

function selects({ services, owners, tiers }: ReportRequest): (view: ServiceView) => boolean {
  const names = services.map((name) => globToRegExp(name))
  return ({ service: { name, owner, tier } }) =>
    (names.length === 0 || names.some((pattern) => pattern.test(name))) &&
    (owners.length === 0 || (owner !== null && owners.includes(owner))) &&
    (tiers.length === 0 || (tier !== null && tiers.includes(tier)))
}

/** The checks that proved a copy and are gone since then: their time counts as long as they were there. */
async function retiredProofs(config: Config, read: Reader, since: Instant): Promise<(copy: CopyView) => CheckId[]> {
  const gone: Check[] = []
  for await (const check of read.retiredSince(since)) if (check.type !== JOB) gone.push(check)
  if (gone.length === 0) return () => []
  const find = indexProofs(gone.map((check) => ({ check, tags: policyFor(config, check).tags, points: null })))
  return ({ copy }) => (find(copy) ?? []).map(idOf)
}

/** Tells each service its incidents; returns those of all, each counted once, and how many of each type are open of everything. */
async function tallyIncidents(
  read: Reader,
  { period }: Frame,
  bound: readonly Bound[],
): Promise<{ total: IncidentTally; open: Map<IncidentType, number> }> {
  const breathe = breather()
  const tallies = new Map<SubjectId, IncidentTally[]>()
  for (const { tally, about } of bound) {
    await breathe()
    for (const id of about) {
      const known = tallies.get(id)
      if (known) known.push(tally)
      else tallies.set(id, [tally])
    }
  }
  const total = incidentTally(period)
  const open = new Map<IncidentType, number>()
  for await (const incident of read.incidentsBetween(period.from, period.to)) {
    const { type, resolvedAt } = incident
    if (resolvedAt === null || resolvedAt >= period.to) open.set(type, (open.get(type) ?? 0) + 1)
    const found = tallies.get(incident.subject)
    if (found) total.add(incident)
    for (const tally of found ?? []) tally.add(incident)
    await breathe()
  }
  return { total, open }
}
