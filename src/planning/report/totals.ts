import { lengths, type Piece, STATES, type State } from './pieces.ts'
import type {
  Breaches,
  FindingLine,
  FindingTotals,
  Group,
  IncidentTotals,
  ServiceReport,
  Spread,
  TimeShares,
  Totals,
} from './report.ts'

export function sharesOf(pieces: readonly Piece[]): TimeShares {
  const ms = lengths(pieces)
  const seconds = { ...ms }
  for (const state of STATES) seconds[state] = ms[state] / 1000
  return sharesOfSeconds(seconds)
}

function sharesOfSeconds(seconds: Record<State, number>): TimeShares {
  const counted = STATES.reduce((sum, state) => (state === 'absent' ? sum : sum + seconds[state]), 0)
  const known = seconds.within + seconds.breached
  return {
    seconds,
    share: counted === 0 ? null : seconds.within / counted,
    share_of_known: known === 0 ? null : seconds.within / known,
  }
}

export function findingsOf(findings: readonly FindingLine[]): FindingTotals {
  const totals = { pass: 0, fail: 0, unknown: 0, waived: 0 }
  for (const { outcome, waiver } of findings) {
    if (waiver !== null) totals.waived += 1
    else if (outcome !== 'not-applicable') totals[outcome] += 1
  }
  return totals
}

export function addFindings(to: FindingTotals, more: FindingTotals): void {
  for (const key of ['pass', 'fail', 'unknown', 'waived'] as const) to[key] += more[key]
}

export const NO_INCIDENTS: IncidentTotals = {
  count: 0,
  opened: 0,
  critical: 0,
  unresolved: 0,
  acknowledged: 0,
  acknowledge_seconds: null,
  resolved: 0,
  resolve_seconds: null,
}

function addIncidents(a: IncidentTotals, b: IncidentTotals): IncidentTotals {
  const counts = { ...a }
  for (const key of ['count', 'opened', 'critical', 'unresolved', 'acknowledged', 'resolved'] as const)
    counts[key] += b[key]
  return {
    ...counts,
    acknowledge_seconds: addSpreads(a.acknowledge_seconds, a.acknowledged, b.acknowledge_seconds, b.acknowledged),
    resolve_seconds: addSpreads(a.resolve_seconds, a.resolved, b.resolve_seconds, b.resolved),
  }
}

function addSpreads(a: Spread | null, ofA: number, b: Spread | null, ofB: number): Spread | null {
  if (a === null || b === null) return a ?? b
  return { mean: (a.mean * ofA + b.mean * ofB) / (ofA + ofB), longest: Math.max(a.longest, b.longest) }
}

/** An incident that is about several services is counted with each; `incidents` counts each once, where it is given. */
export function totalsOf(services: readonly ServiceReport[], incidents?: IncidentTotals): Totals {
  const seconds = { within: 0, breached: 0, unknown: 0, paused: 0, unwatched: 0, unrecorded: 0, absent: 0 }
  const breaches: Breaches = { count: 0, seconds: 0, longest_seconds: 0 }
  const findings: FindingTotals = { pass: 0, fail: 0, unknown: 0, waived: 0 }
  let [judged, drills, failed, summed] = [0, 0, 0, NO_INCIDENTS]
  for (const service of services) {
    if (service.rpo) {
      judged += 1
      for (const state of STATES) seconds[state] += service.rpo.seconds[state]
    }
    breaches.count += service.breaches.count
    breaches.seconds += service.breaches.seconds
    breaches.longest_seconds = Math.max(breaches.longest_seconds, service.breaches.longest_seconds)
    summed = addIncidents(summed, service.incidents)
    addFindings(findings, findingsOf(service.findings))
    drills += service.drills.length
    failed += service.drills.filter(({ outcome }) => outcome === 'failed').length
  }
  return {
    services: services.length,
    services_without_rpo: services.length - judged,
    rpo: judged === 0 ? null : sharesOfSeconds(seconds),
    breaches,
    incidents: incidents ?? summed,
    findings,
    drills,
    drills_failed: failed,
  }
}

/** Totals by what services have in common; those that have it not come last. */
export function grouped<K extends string | number>(
  services: readonly ServiceReport[],
  keyOf: (service: ServiceReport) => K | null,
): Group<K | null>[] {
  return [...Map.groupBy(services, keyOf)]
    .toSorted(([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1))
    .map(([key, group]) => ({ key, ...totalsOf(group) }))
}
