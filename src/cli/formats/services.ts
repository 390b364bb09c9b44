import type { ServiceJson, ServicesReport } from '../../app/services.ts'
import { formatDuration } from '../../lib/duration.ts'
import { printable } from '../../lib/printable.ts'
import { paint } from '../terminal.ts'
import { columns, markdownTable, markdownText } from './columns.ts'

type Finding = ServiceJson['findings'][number]

const span = (seconds: number | null): string => (seconds === null ? '-' : formatDuration(seconds * 1000))
const isOpen = ({ outcome, waived_until }: Finding) =>
  waived_until === null && (outcome === 'fail' || outcome === 'unknown')

const HEAD = ['SERVICE', 'TIER', 'PROVEN', 'COPIES', 'NEWEST', 'RPO', 'RTO', 'FAIL', 'UNKNOWN'] as const

function row(service: ServiceJson): string[] {
  const proven = service.copies.filter(({ standing }) => standing === 'proven')
  const ages = proven.flatMap(({ age_seconds }) => age_seconds ?? [])
  const number = (outcome: string) =>
    String(service.findings.filter((one) => isOpen(one) && one.outcome === outcome).length)
  return [
    service.name,
    service.tier === null ? '-' : String(service.tier),
    service.ladder.rung ?? 'nothing',
    `${proven.length} of ${service.copies.length}`,
    ages.length === 0 ? '-' : span(ages.reduce((a, b) => Math.min(a, b))),
    span(service.rpo_seconds),
    span(service.rto_seconds),
    number('fail'),
    number('unknown'),
  ]
}

/** Two tables: the services, and under each what is open. */
export function servicesTable({ services, summary }: ServicesReport, all: boolean): string {
  if (services.length === 0) return 'No services are declared: write them under services: in the configuration.\n'
  const lines = columns(HEAD, services.map(row))
  for (const service of services) {
    const shown = service.findings.filter((finding) => all || isOpen(finding))
    if (shown.length === 0) continue
    lines.push('', paint('bold', printable(service.name)))
    for (const finding of shown) {
      const style =
        finding.outcome === 'fail'
          ? finding.severity === 'critical'
            ? 'red'
            : 'yellow'
          : finding.outcome === 'unknown'
            ? 'magenta'
            : 'dim'
      const waived =
        finding.waived_until === null ? '' : ` (accepted until ${finding.waived_until} by ${finding.waived_by})`
      lines.push(
        `  ${paint(style, finding.outcome.toUpperCase())} ${finding.rule}: ${printable(finding.reason + waived)}`,
      )
      if (finding.advice !== null) lines.push(paint('dim', `    ${printable(finding.advice)}`))
    }
  }
  lines.push('', totals(summary))
  return `${lines.join('\n')}\n`
}

export function servicesMarkdown({ services, summary }: ServicesReport, all: boolean): string {
  const lines = ['# Services', '', ...markdownTable(HEAD, services.map(row)), '', totals(summary)]
  for (const service of services) {
    const shown = service.findings.filter((finding) => all || isOpen(finding))
    if (shown.length === 0) continue
    lines.push('', `## ${markdownText(service.name)}`, '')
    lines.push(
      ...markdownTable(
        ['Rule', 'Outcome', 'Why', 'What to do'],
        shown.map(({ rule, outcome, severity, reason, advice }) => [rule, severity ?? outcome, reason, advice ?? '-']),
      ),
    )
  }
  return `${lines.join('\n')}\n`
}

function totals({ services, pass, fail, unknown, waived }: ServicesReport['summary']): string {
  const number = services === 1 ? '1 service' : `${services} services`
  return `${number}: ${fail} findings, ${unknown} unknown, ${waived} accepted, ${pass} passed`
}
