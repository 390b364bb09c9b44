import type { IncidentType } from '../../domain/incident.ts'
import { type Instant, toIso } from '../../domain/instant.ts'
import type { SourceFault } from '../../domain/source-fault.ts'
import { serviceRules } from '../../evaluation/services/registry.ts'
import type { Sum } from '../../lib/time-slice.ts'
import { controlResults } from './controls.ts'
import type { Frame } from './course.ts'
import { cutInto, follow } from './pieces.ts'
import type { IncidentTotals, Report, RuleTotal, ServiceReport, UnreadScope, Watch } from './report.ts'
import { stretch } from './service-report.ts'
import { addFindings, findingsOf, grouped, totalsOf } from './totals.ts'

/** So many gaps are listed, the longest; the others are counted in the sum. */
const LISTED = 20

/** How the last looks at a scope went. */
export interface ScopeFacts {
  id: string
  source: string
  status: 'never' | 'complete' | 'failed'
  lastCompleteAt: Instant | null
  fault: SourceFault | null
}

export interface ReportFacts {
  now: Instant
  instance: string
  version: string
  /** What was asked for; the frame's period ends where the report was made. */
  period: { from: Instant; to: Instant }
  selection: Report['selection']
  frame: Frame
  scopes: readonly ScopeFacts[]
  checksWithoutService: number
  services: readonly ServiceReport[]
  /** Of all services together, each counted once. */
  incidents: IncidentTotals
  /** Of everything that is watched, by type: unresolved at the end of the period. */
  openIncidents: ReadonlyMap<IncidentType, number>
}

/** Puts the report together: pure, the same facts make the same report. It stops now and then, as it goes over all services. */
export function* buildingReport(facts: ReportFacts): Sum<Report> {
  const { now, frame, services } = facts
  const byRule = ruleTotals(services)
  yield
  const totals = totalsOf(services, facts.incidents)
  yield
  const byTier = grouped(services, ({ tier }) => tier)
  yield
  const byOwner = grouped(services, ({ owner }) => owner)
  yield
  return {
    schema: 'backproof-report/1',
    generated_at: toIso(now),
    instance: facts.instance,
    version: facts.version,
    period: { from: toIso(facts.period.from), to: toIso(facts.period.to), judged_to: toIso(frame.period.to) },
    selection: facts.selection,
    watch: watchOf(facts),
    totals,
    by_tier: byTier,
    by_owner: byOwner,
    by_rule: byRule,
    controls: controlResults(byRule, facts.openIncidents),
    services,
  }
}

function watchOf({ now, frame, scopes, checksWithoutService }: ReportFacts): Watch {
  const { period, recordedFrom } = frame
  const from = recordedFrom === null ? period.to : recordedFrom > period.from ? recordedFrom : period.from
  const watchAt = follow(frame.watched)
  const cuts = frame.watched.flatMap((span) => [span.from, span.to])
  const gaps = cutInto({ from, to: period.to }, cuts, (at) => (watchAt(at) ? 'watched' : 'gap')).filter(
    ({ state }) => state === 'gap',
  )
  const longest = gaps
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, LISTED)
    .sort((a, b) => a.from - b.from)
  return {
    recorded_from: recordedFrom === null ? null : toIso(recordedFrom),
    unwatched_seconds: gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0) / 1000,
    gaps: longest.map(stretch),
    gaps_omitted: gaps.length - longest.length,
    scopes: scopes.flatMap(({ id, source, status, lastCompleteAt, fault }): UnreadScope[] =>
      status === 'complete'
        ? []
        : [
            {
              scope: id,
              source,
              status,
              since: lastCompleteAt && toIso(lastCompleteAt),
              seconds: lastCompleteAt && Math.max(0, now - lastCompleteAt) / 1000,
              fault: fault?.message ?? null,
            },
          ],
    ),
    checks_without_service: checksWithoutService,
  }
}

function ruleTotals(services: readonly ServiceReport[]): RuleTotal[] {
  const totals = new Map(
    serviceRules.map(({ id, asks }): [string, RuleTotal] => [
      id,
      { rule: id, asks, pass: 0, fail: 0, unknown: 0, waived: 0 },
    ]),
  )
  for (const { findings } of services)
    for (const finding of findings) {
      const total = totals.get(finding.rule)
      if (total) addFindings(total, findingsOf([finding]))
    }
  return [...totals.values()]
}
