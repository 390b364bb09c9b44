import { type Block, heading, items, paragraph, type Shares, table } from '../runbook/document.ts'
import { MOST_LISTED, serviceBlocks } from './document-services.ts'
import { STATES } from './pieces.ts'
import type { ControlResult, Group, Report, Totals } from './report.ts'
import { minute, percent, STATE_WORDS, span, spreadText, timeBar } from './words.ts'

export const REPORT_TITLE = 'Backup compliance report'

/** The report as people read it: the same for HTML and PDF. */
export function* reportBlocks(report: Report): Generator<Block | Shares> {
  const { period, selection, totals } = report
  const chosen = [
    ...selection.services.map((name) => `service ${name}`),
    ...selection.owners.map((owner) => `owner ${owner}`),
    ...selection.tiers.map((tier) => `tier ${tier}`),
  ]
  yield heading(1, REPORT_TITLE)
  yield paragraph(
    `From ${minute(period.from)} to ${minute(period.to)} UTC${period.judged_to === period.to ? '' : `, judged to ${minute(period.judged_to)}`}. Made ${minute(report.generated_at)} by Backproof ${report.version} at ${report.instance}. All times are UTC.${chosen.length === 0 ? '' : ` Only: ${chosen.join(', ')}.`}`,
  )
  yield paragraph(
    'This is evidence for an auditor, and no certificate: it says what Backproof saw of the services that are declared, by the objectives and copies as they are declared now. What it did not see is said below, and is never counted as compliant.',
  )
  yield* inShort(totals)
  yield* notWatched(report)
  yield heading(2, 'What the words mean')
  yield table(
    ['Time', 'Means'],
    STATES.map((state) => [STATE_WORDS[state].label, STATE_WORDS[state].means]),
  )
  if (totals.services === 0) {
    yield paragraph('No service is declared, or none is chosen: there is nothing to report on.')
    return
  }
  yield heading(2, 'By tier')
  yield groups('Tier', report.by_tier)
  yield heading(2, 'By owner')
  yield groups('Owner', report.by_owner)
  yield heading(2, 'By rule, as of now')
  yield table(
    ['Rule', 'Asks for', 'Passed', 'Failed', 'Unknown', 'Accepted'],
    report.by_rule.map(({ rule, asks, pass, fail, unknown, waived }) => [
      rule,
      asks,
      ...[pass, fail, unknown, waived].map(String),
    ]),
  )
  yield* controls(report.controls)
  yield* serviceBlocks(report.services)
}

function* inShort(totals: Totals): Generator<Block | Shares> {
  yield heading(2, 'In short')
  if (totals.rpo) yield timeBar('Time of all services that have an RPO', totals.rpo)
  const { breaches, incidents, findings } = totals
  yield table(
    ['', ''],
    [
      ['Services', `${totals.services}, of them ${totals.services_without_rpo} without an RPO`],
      [
        'Within RPO',
        `${percent(totals.rpo?.share ?? null)} of all time; ${percent(totals.rpo?.share_of_known ?? null)} of the time that is known`,
      ],
      [
        'Breaches',
        breaches.count === 0
          ? 'none seen'
          : `${breaches.count}, together ${span(breaches.seconds)}, the longest ${span(breaches.longest_seconds)}`,
      ],
      [
        'Incidents',
        `${incidents.count}, of them ${incidents.critical} critical; ${incidents.unresolved} unresolved at the end`,
      ],
      ['Time to acknowledge', `${spreadText(incidents.acknowledge_seconds)}, of ${incidents.acknowledged}`],
      ['Time to resolve', `${spreadText(incidents.resolve_seconds)}, of ${incidents.resolved}`],
      [
        'Findings now',
        `${findings.fail} failed, ${findings.unknown} unknown, ${findings.waived} accepted for a while, ${findings.pass} passed`,
      ],
      [
        'Restore drills',
        totals.drills === 0 ? 'none in this period' : `${totals.drills}, of them ${totals.drills_failed} failed`,
      ],
    ],
  )
}

function* notWatched({ watch, period }: Report): Generator<Block | Shares> {
  const { recorded_from, gaps, gaps_omitted, scopes, checks_without_service: unbound } = watch
  const lines: string[] = []
  if (recorded_from === null)
    lines.push('Nothing is recorded: no instance has watched anything yet. All of the period is not known.')
  else if (recorded_from > period.from)
    lines.push(`The record begins at ${minute(recorded_from)}: what was before it is not known.`)
  if (watch.unwatched_seconds > 0) {
    const told = gaps.map(({ from, to, seconds }) => `${minute(from)} to ${minute(to)} (${span(seconds)})`)
    lines.push(
      `Backproof itself was not at work for ${span(watch.unwatched_seconds)}: ${told.join(', ')}${gaps_omitted > 0 ? ` and ${gaps_omitted} shorter gaps` : ''}.`,
    )
  }
  if (unbound > 0)
    lines.push(
      `${unbound} ${unbound === 1 ? 'check backs' : 'checks back'} no service: no figure here speaks of ${unbound === 1 ? 'it' : 'them'}.`,
    )
  yield heading(2, 'What was not watched')
  if (lines.length > 0) yield items(lines)
  if (scopes.length === 0)
    yield paragraph(
      lines.length === 0
        ? 'Backproof was at work all the time, and every scope can be read now.'
        : 'Every scope can be read now.',
    )
  else {
    yield table(
      ['Scope that can not be read now', 'Since', 'For', 'Why'],
      scopes
        .slice(0, MOST_LISTED)
        .map(({ scope, status, since, seconds, fault }) => [
          scope,
          since === null ? 'it never was' : minute(since),
          span(seconds),
          fault ?? (status === 'never' ? 'nobody has looked yet' : '-'),
        ]),
    )
    if (scopes.length > MOST_LISTED) yield paragraph(`And ${scopes.length - MOST_LISTED} more: CSV and JSON have all.`)
  }
}

function groups(name: string, list: readonly Group<string | number | null>[]): Block {
  return table(
    [
      name,
      'Services',
      'Within RPO',
      'Of known time',
      'Breaches',
      'Breached for',
      'Incidents',
      'To acknowledge',
      'To resolve',
      'Failed',
      'Unknown',
      'Accepted',
      'Drills',
    ],
    list.map(({ key, ...of }) => [
      key === null ? '(none declared)' : String(key),
      String(of.services),
      percent(of.rpo?.share ?? null),
      percent(of.rpo?.share_of_known ?? null),
      String(of.breaches.count),
      span(of.breaches.seconds),
      String(of.incidents.count),
      span(of.incidents.acknowledge_seconds?.mean ?? null),
      span(of.incidents.resolve_seconds?.mean ?? null),
      String(of.findings.fail),
      String(of.findings.unknown),
      String(of.findings.waived),
      String(of.drills),
    ]),
  )
}

const RESULT_WORDS: Readonly<Record<ControlResult['result'], string>> = {
  'no-findings': 'no finding',
  findings: 'findings',
  unknown: 'not known',
  'not-judged': 'not judged here',
}

function* controls(list: readonly ControlResult[]): Generator<Block | Shares> {
  yield heading(2, 'Controls')
  yield paragraph(
    'Which controls the findings of now speak to, and how far. Partly: the rest is for other evidence. An accepted finding is a finding.',
  )
  for (const [framework, of] of Map.groupBy(list, (one) => one.framework)) {
    yield heading(3, framework)
    yield table(
      [
        'Control',
        'Name',
        'Answered',
        'Result',
        'Passed, failed, unknown, accepted',
        'Open incidents',
        'Rules',
        'What is judged, and what is not',
      ],
      of.map(({ control, title, coverage, result, findings, incidents, rules, conditions, how }) => [
        control,
        title,
        coverage === 'none' ? 'not' : coverage,
        RESULT_WORDS[result],
        coverage === 'none' ? '-' : `${findings.pass}, ${findings.fail}, ${findings.unknown}, ${findings.waived}`,
        conditions.length === 0 ? '-' : `${incidents} (${conditions.join(', ')})`,
        rules.join(', ') || '-',
        how,
      ]),
    )
  }
}
