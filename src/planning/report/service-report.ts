import { type Instant, toIso } from '../../domain/instant.ts'
import type { CheckId } from '../../domain/recovery-point.ts'
import type { ServiceDrill } from '../../domain/service-drill.ts'
import type { ServiceFinding } from '../../domain/service-finding.ts'
import { type CopyView, JOB, limitOf, type ServiceView } from '../../evaluation/services/estate.ts'
import { evaluateService } from '../../evaluation/services/evaluate.ts'
import { ladderOf } from '../../evaluation/services/ladder.ts'
import { type CheckPast, courseOfCheck, courseOfCopy, courseOfService, type Frame } from './course.ts'
import type { IncidentTally } from './incident-tally.ts'
import type { Piece } from './pieces.ts'
import type { CopyReport, DrillLine, FindingLine, ServiceReport, Stretch } from './report.ts'
import { NO_INCIDENTS, sharesOf } from './totals.ts'

/** So many breaches are listed, the longest; the others are counted. */
const LISTED = 20

/** A service with what is to be remembered of it. */
export interface ServiceFacts {
  view: ServiceView
  /** The checks that prove or proved each of its copies, in the order of the copies. */
  proofs: readonly (readonly CheckId[])[]
  incidents: IncidentTally | null
  /** Of the period, all of them; newest first. */
  drills: readonly ServiceDrill[]
}

/** What proves a copy: a job's own word does not. `retired`: also such as are gone. */
export function proofsOf(copy: CopyView, retired: readonly CheckId[] = []): CheckId[] {
  return [...copy.checks.filter(({ check }) => check.type !== JOB).map(({ check }) => check.id), ...retired]
}

/** The limits in milliseconds that the checks of each copy are held against. */
export function limitsOf({ service, copies }: ServiceView): number[][] {
  return copies.map(({ copy }) => [
    ...new Set([service.rpoMs, limitOf(service, copy)].filter((limit) => limit !== null)),
  ])
}

export function serviceReport(
  { view, proofs, incidents, drills }: ServiceFacts,
  pasts: ReadonlyMap<CheckId, CheckPast>,
  frame: Frame,
  now: Instant,
): ServiceReport {
  const { service } = view
  const courseOf = (checks: readonly CheckId[], limitMs: number) =>
    courseOfCopy(
      checks.flatMap((id) => {
        const past = pasts.get(id)
        return past ? [courseOfCheck(past, limitMs, frame)] : []
      }),
      frame,
    )
  const { rpoMs } = service
  const proven = proofs.filter((checks) => checks.some((id) => pasts.has(id)))
  const course =
    rpoMs === null
      ? null
      : courseOfService(
          proven.map((checks) => courseOf(checks, rpoMs)),
          frame,
        )
  // that nothing proves any copy is not known of the time before the first, but of all of it
  const whole: Piece[] | null = course && proven.length === 0 ? unproven(frame) : course
  const ladder = ladderOf(view, now)
  return {
    name: service.name,
    tier: service.tier,
    owner: service.owner,
    rpo_seconds: secondsOf(rpoMs),
    rto_seconds: secondsOf(service.rtoMs),
    rpo: whole && sharesOf(whole),
    breaches: breachesOf(whole ?? [], frame),
    incidents: { ...totalsOf(incidents), ...(incidents?.list() ?? { list: [], omitted: 0 }) },
    ladder: {
      rung: ladder.rung,
      since: ladder.since === null ? null : toIso(ladder.since),
      next: ladder.next?.rung ?? null,
      needs: ladder.next?.needs ?? null,
    },
    copies: view.copies.map((copy, index): CopyReport => {
      const checks = proofs[index] ?? []
      const limit = limitOf(service, copy.copy)
      const known = limit !== null && checks.some((id) => pasts.has(id))
      return {
        title: copy.title,
        standing: copy.standing,
        why: copy.why === '' ? null : copy.why,
        recoverable_to: copy.recoverableTo === null ? null : toIso(copy.recoverableTo),
        domain: copy.domain,
        limit_seconds: secondsOf(limit),
        time: known ? sharesOf(courseOf(checks, limit)) : null,
        checks,
      }
    }),
    findings: evaluateService(view, now).map(findingLine),
    drills: drills.map(
      ({ at, by, origin, outcome, part, rtaMs, rpaMs, gaps }): DrillLine => ({
        at: toIso(at),
        by,
        origin,
        outcome,
        part,
        rta_seconds: secondsOf(rtaMs),
        rpa_seconds: secondsOf(rpaMs),
        gaps,
      }),
    ),
  }
}

const secondsOf = (ms: number | null): number | null => (ms === null ? null : ms / 1000)

function unproven({ period, recordedFrom }: Frame): Piece[] {
  const from = recordedFrom === null || recordedFrom > period.to ? period.to : recordedFrom
  const known = from > period.from ? from : period.from
  return [
    { from: period.from, to: known, state: 'unrecorded' },
    { from: known, to: period.to, state: 'unknown' },
  ]
}

function totalsOf(incidents: IncidentTally | null): Omit<ServiceReport['incidents'], 'list' | 'omitted'> {
  return incidents?.totals() ?? NO_INCIDENTS
}

function breachesOf(course: readonly Piece[], { period }: Frame): ServiceReport['breaches'] {
  const breaches = course.filter(({ state }) => state === 'breached')
  const lengths = breaches.map(({ from, to }) => (to - from) / 1000)
  const list = breaches
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, LISTED)
    .sort((a, b) => a.from - b.from)
  return {
    count: breaches.length,
    seconds: lengths.reduce((sum, one) => sum + one, 0),
    longest_seconds: lengths.reduce((most, one) => Math.max(most, one), 0),
    list: list.map((piece) => ({ ...stretch(piece), ongoing: piece.to === period.to })),
    omitted: breaches.length - list.length,
  }
}

export function stretch({ from, to }: { from: Instant; to: Instant }): Stretch {
  return { from: toIso(from), to: toIso(to), seconds: (to - from) / 1000 }
}

function findingLine({ rule, outcome, severity, reason, advice, waiver }: ServiceFinding): FindingLine {
  const accepted = waiver && { reason: waiver.reason, owner: waiver.owner, until: toIso(waiver.until) }
  return { rule, outcome, severity, reason, advice, waiver: accepted }
}
