import type { Incident } from '../../domain/incident.ts'
import { toIso } from '../../domain/instant.ts'
import type { Span } from '../../domain/watch-record.ts'
import type { IncidentLine, IncidentTotals, Spread } from './report.ts'

/** So many are listed of a service, the newest; the others are counted. */
const LISTED = 50

/** Incidents as they come, summed up: it grows no further than what is listed. */
export interface IncidentTally {
  add(incident: Incident): void
  totals(): IncidentTotals
  list(): { list: IncidentLine[]; omitted: number }
}

export function incidentTally(period: Span): IncidentTally {
  const counts = { count: 0, opened: 0, critical: 0, unresolved: 0 }
  const [acknowledged, resolved] = [spreading(), spreading()]
  let kept: Incident[] = []
  const cut = () => {
    kept = kept.sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1)).slice(0, LISTED)
  }
  return {
    add(incident) {
      const { openedAt, acknowledgedAt, resolvedAt } = incident
      counts.count += 1
      if (openedAt >= period.from) counts.opened += 1
      if (incident.severities.includes('critical')) counts.critical += 1
      if (resolvedAt === null || resolvedAt >= period.to) counts.unresolved += 1
      else resolved.add(resolvedAt - openedAt)
      if (acknowledgedAt !== null && acknowledgedAt < period.to) acknowledged.add(acknowledgedAt - openedAt)
      kept.push(incident)
      if (kept.length >= 2 * LISTED) cut()
    },
    totals: () => ({
      ...counts,
      acknowledged: acknowledged.count(),
      acknowledge_seconds: acknowledged.spread(),
      resolved: resolved.count(),
      resolve_seconds: resolved.spread(),
    }),
    list() {
      cut()
      return { list: kept.map((incident) => lineOf(incident, period)), omitted: counts.count - kept.length }
    },
  }
}

/** As things stood at the end of the period: what came after it is left out. */
function lineOf(incident: Incident, { to }: Span): IncidentLine {
  const { id, subject, type, severity, reason, openedAt } = incident
  const acknowledgedAt =
    incident.acknowledgedAt !== null && incident.acknowledgedAt < to ? incident.acknowledgedAt : null
  const resolvedAt = incident.resolvedAt !== null && incident.resolvedAt < to ? incident.resolvedAt : null
  return {
    id,
    subject,
    type,
    severity,
    reason,
    opened_at: toIso(openedAt),
    acknowledged_at: acknowledgedAt && toIso(acknowledgedAt),
    acknowledge_seconds: acknowledgedAt && (acknowledgedAt - openedAt) / 1000,
    acknowledged_by: acknowledgedAt && incident.acknowledgedBy,
    resolved_at: resolvedAt && toIso(resolvedAt),
    resolve_seconds: resolvedAt && (resolvedAt - openedAt) / 1000,
    resolved_by: resolvedAt && incident.resolvedBy,
  }
}

function spreading() {
  let [count, sum, longest] = [0, 0, 0]
  return {
    // clocks of several workers differ by moments
    add(ms: number) {
      count += 1
      sum += Math.max(0, ms)
      longest = Math.max(longest, ms)
    },
    count: () => count,
    spread: (): Spread | null => (count === 0 ? null : { mean: sum / count / 1000, longest: longest / 1000 }),
  }
}
