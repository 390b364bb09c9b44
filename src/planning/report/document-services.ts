import { DOMAIN_KINDS } from '../../domain/service.ts'
import { type Block, heading, paragraph, type Shares, table } from '../runbook/document.ts'
import type { ServiceReport } from './report.ts'
import { minute, percent, share, span, timeBar } from './words.ts'

/** More in one document help nobody: CSV and JSON have all, and --service, --owner, --tier choose. */
export const MOST_LISTED = 1_000
const MOST_DETAILED = 200
const MOST_DRILLS = 50

export function* serviceBlocks(all: readonly ServiceReport[]): Generator<Block | Shares> {
  const worst = all.toSorted(
    (a, b) =>
      (a.rpo?.share ?? 0) - (b.rpo?.share ?? 0) || (a.tier ?? 99) - (b.tier ?? 99) || (a.name < b.name ? -1 : 1),
  )
  yield heading(2, 'Services, the least compliant first')
  yield table(
    [
      'Service',
      'Tier',
      'Owner',
      'RPO',
      'Within RPO',
      'Of known time',
      'Breaches',
      'Breached for',
      'Unknown',
      'Not watched',
      'Not recorded',
      'Incidents',
      'Failed',
      'Proven',
    ],
    worst
      .slice(0, MOST_LISTED)
      .map((one) => [
        one.name,
        one.tier === null ? '-' : String(one.tier),
        one.owner ?? '-',
        span(one.rpo_seconds),
        percent(one.rpo?.share ?? null),
        percent(one.rpo?.share_of_known ?? null),
        String(one.breaches.count),
        span(one.breaches.seconds),
        share(one.rpo, 'unknown'),
        share(one.rpo, 'unwatched'),
        share(one.rpo, 'unrecorded'),
        String(one.incidents.count),
        String(one.findings.filter(({ outcome, waiver }) => outcome === 'fail' && waiver === null).length),
        one.ladder.rung ?? 'nothing',
      ]),
  )
  if (all.length > MOST_LISTED) yield paragraph(`And ${all.length - MOST_LISTED} services more: CSV and JSON have all.`)
  if (all.length > MOST_DETAILED)
    yield paragraph(`Details follow of the first ${MOST_DETAILED}; choose others by service, owner or tier.`)
  for (const one of worst.slice(0, MOST_DETAILED)) yield* detail(one)
}

function* detail(one: ServiceReport): Generator<Block | Shares> {
  yield heading(2, one.name)
  yield paragraph(
    `Tier ${one.tier ?? 'not declared'}; owner ${one.owner ?? 'not declared'}; RPO ${span(one.rpo_seconds)}; RTO ${span(one.rto_seconds)}. Proven so far: ${one.ladder.rung ?? 'nothing'}${one.ladder.since === null ? '' : `, of ${minute(one.ladder.since)}`}${one.ladder.next === null ? '' : `; next is ${one.ladder.next}: it takes ${one.ladder.needs ?? '-'}`}.`,
  )
  if (one.rpo) yield timeBar('Within its RPO', one.rpo)
  else yield paragraph('It has no RPO: there is nothing to hold its time against.')
  const { breaches, incidents } = one
  if (breaches.list.length > 0) {
    yield heading(3, 'Breaches')
    yield table(
      ['From', 'To', 'For'],
      breaches.list.map(({ from, to, seconds, ongoing }) => [
        minute(from),
        ongoing ? `${minute(to)}, and on` : minute(to),
        span(seconds),
      ]),
    )
    if (breaches.omitted > 0) yield paragraph(`And ${breaches.omitted} shorter ones.`)
  }
  if (incidents.list.length > 0) {
    yield heading(3, 'Incidents')
    yield table(
      ['Opened', 'What', 'About', 'Severity', 'Acknowledged after', 'Resolved after', 'Reason'],
      incidents.list.map((incident) => [
        minute(incident.opened_at),
        incident.type,
        incident.subject,
        incident.severity,
        incident.acknowledge_seconds === null
          ? 'not'
          : `${span(incident.acknowledge_seconds)} (${incident.acknowledged_by ?? '-'})`,
        incident.resolve_seconds === null
          ? 'not'
          : `${span(incident.resolve_seconds)} (${incident.resolved_by ?? '-'})`,
        incident.reason,
      ]),
    )
    if (incidents.omitted > 0) yield paragraph(`And ${incidents.omitted} older ones.`)
  }
  yield heading(3, 'Copies')
  if (one.copies.length === 0) yield paragraph('No copy is declared.')
  else
    yield table(
      ['Copy', 'Now', 'Newest point', 'Failure domain', 'Limit', 'Within its limit', 'Proven by'],
      one.copies.map(({ title, standing, why, recoverable_to, domain, limit_seconds, time, checks }) => [
        title,
        why === null ? standing : `${standing}: ${why}`,
        minute(recoverable_to),
        DOMAIN_KINDS.flatMap((kind) => (domain[kind] === null ? [] : [`${kind} ${domain[kind]}`])).join(', ') ||
          '(not declared)',
        span(limit_seconds),
        percent(time?.share ?? null),
        checks.join(', ') || 'nothing',
      ]),
    )
  yield* openFindings(one)
  if (one.drills.length > 0) {
    yield heading(3, 'Drills')
    yield table(
      ['When', 'By', 'Of', 'Outcome', 'Took', 'Lost', 'Gaps'],
      one.drills
        .slice(0, MOST_DRILLS)
        .map(({ at, by, origin, outcome, part, rta_seconds, rpa_seconds, gaps }) => [
          minute(at),
          origin === 'hand' ? by : `${by} (${origin})`,
          part ?? 'the service',
          outcome,
          span(rta_seconds),
          span(rpa_seconds),
          gaps.join('; ') || '-',
        ]),
    )
    if (one.drills.length > MOST_DRILLS)
      yield paragraph(`And ${one.drills.length - MOST_DRILLS} older ones: CSV and JSON have all.`)
  }
}

function* openFindings(one: ServiceReport): Generator<Block | Shares> {
  const open = one.findings.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown')
  yield heading(3, 'Findings')
  if (open.length === 0) yield paragraph('Every rule passes.')
  else
    yield table(
      ['Rule', 'Outcome', 'Why', 'What to do', 'Accepted'],
      open.map(({ rule, outcome, severity, reason, advice, waiver }) => [
        rule,
        severity === null ? outcome : `${outcome}, ${severity}`,
        reason,
        advice ?? '-',
        waiver === null ? '-' : `until ${minute(waiver.until)} by ${waiver.owner}: ${waiver.reason}`,
      ]),
    )
}
