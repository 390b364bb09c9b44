import { toIso } from '../../domain/instant.ts'
import { DOMAIN_KINDS, type FailureDomain } from '../../domain/service.ts'
import type { ServiceFinding } from '../../domain/service-finding.ts'
import type { CopyView, Estate, ServiceView } from '../../evaluation/services/estate.ts'
import { isDatabase } from '../../evaluation/services/rules/app-consistency.ts'
import { formatDuration } from '../../lib/duration.ts'
import { durationOf } from '../duration.ts'
import { criticalPath } from '../restore-order.ts'
import { restoreCommands } from './commands.ts'
import { type Block, code, heading, items, paragraph, table } from './document.ts'
import { drillBlocks, durationText } from './drill-blocks.ts'

const NONE = '(not declared)'
const span = (ms: number | null) => (ms === null ? NONE : formatDuration(ms))

/** What they say is of the last backup, not of the plan: `backproof services` tells it. */
const MOMENTARY: ReadonlySet<string> = new Set(['rpo', 'contradictions', 'shrinkage'])

/** The recovery plan of some services, in the order in which they come back. Holds nothing that changes with each backup: it can be kept in git. */
export function estateRunbook(estate: Estate, findingsOf: (view: ServiceView) => readonly ServiceFinding[]): Block[] {
  const { steps, cycles } = estate.order
  if (steps.length === 0)
    return [heading(1, 'Recovery plan'), paragraph('No services are declared: there is nothing to plan.')]
  const critical = criticalPath(steps, (name) => durationOf(estate.byName.get(name)).ms)
  const views = steps.flatMap(({ name }) => estate.byName.get(name) ?? [])
  return [
    heading(1, 'Recovery plan'),
    paragraph('Restore in this order, to an isolated place first. Services of one wave do not wait for each other.'),
    table(
      ['#', 'Wave', 'Service', 'Tier', 'Owner', 'RPO', 'RTO', 'Waits for', 'Takes'],
      steps.map(({ position, wave, name, tier, waitsFor }) => {
        const view = estate.byName.get(name)
        return [
          String(position),
          String(wave),
          name,
          tier === null ? '-' : String(tier),
          view?.service.owner ?? '-',
          span(view?.service.rpoMs ?? null),
          span(view?.service.rtoMs ?? null),
          waitsFor.join(', ') || '-',
          durationText(durationOf(view)),
        ]
      }),
    ),
    paragraph(
      `What takes longest: ${critical.path.join(', then ')}: ${formatDuration(critical.totalMs)}${critical.unknown.length > 0 ? `, without ${critical.unknown.join(', ')}, of which nobody knows` : ''}.`,
    ),
    ...(cycles.length > 0
      ? [
          heading(2, 'Circles'),
          paragraph('These wait for each other: find out which can start first.'),
          items(cycles.map((cycle) => cycle.join(', '))),
        ]
      : []),
    ...views.flatMap((view) => serviceBlocks(view, findingsOf(view), 2)),
  ]
}

/** The recovery plan of one service. */
export function serviceRunbook(view: ServiceView, findings: readonly ServiceFinding[]): Block[] {
  return serviceBlocks(view, findings, 1)
}

function serviceBlocks(view: ServiceView, findings: readonly ServiceFinding[], level: 1 | 2): Block[] {
  const { service } = view
  const sub = (text: string): Block => heading(level === 1 ? 2 : 3, text)
  const facts: [string, string | null][] = [
    ['Tier', service.tier === null ? null : String(service.tier)],
    ['Owner', service.owner],
    ['RPO', service.rpoMs === null ? null : formatDuration(service.rpoMs)],
    ['RTO', service.rtoMs === null ? null : formatDuration(service.rtoMs)],
    ['How it is backed up', service.method],
    ['Data', service.dataClass],
    ['Runs at', placeText(service.production)],
    ['Restored before it', service.dependsOn.join(', ') || 'nothing'],
    ['More', service.runbook],
    ...Object.entries(service.labels).map(([key, value]): [string, string] => [key, value]),
  ]
  const gaps = findings.filter(
    ({ rule, outcome }) => (outcome === 'fail' || outcome === 'unknown') && !MOMENTARY.has(rule),
  )
  return [
    heading(level, service.name),
    table(
      ['', ''],
      facts.map(([what, value]) => [what, value ?? NONE]),
    ),
    sub('Where the copies are'),
    view.copies.length === 0
      ? paragraph('No copy is declared.')
      : table(
          ['Copy', 'Place', 'Proven by', 'Encryption', 'Key', 'Locked'],
          view.copies.map((copy) => [
            copy.title,
            placeText(copy.domain) ?? NONE,
            provenBy(copy),
            copy.copy.encryption ?? '-',
            copy.copy.keys.join(', ') || '-',
            locked(copy),
          ]),
        ),
    sub('Who can decrypt'),
    service.keys.length === 0
      ? paragraph('Nobody has written it down.')
      : table(
          ['Key', 'Who has it', 'Where it is', 'Last tried'],
          service.keys.map(({ name, holders, where, lastRehearsedAt }) => [
            name,
            holders.join(', ') || NONE,
            where ?? NONE,
            lastRehearsedAt === null ? 'never' : toIso(lastRehearsedAt),
          ]),
        ),
    ...(view.copies.some(({ checks }) => checks.length > 0) ? [sub('Bring it back')] : []),
    ...view.copies.flatMap((copy) =>
      copy.checks.flatMap(({ check }) => [
        paragraph(`From ${copy.title} (${check.id}):`),
        code(restoreCommands(check, isDatabase(view))),
      ]),
    ),
    sub('Then check'),
    items(
      [
        ...(isDatabase(view)
          ? ['the schema version and the row counts of the tables that matter']
          : ['files and their checksums, owners and permissions']),
        'that the application starts, and its health endpoint answers',
        'that its credentials work, and that it reaches what it waits for',
        'how much of the newest data is missing (RPA), and how long it all took (RTA): write both down',
      ],
      true,
    ),
    sub('Last drill'),
    ...drillBlocks(view),
    sub('Gaps'),
    gaps.length === 0
      ? paragraph('None is known.')
      : table(
          ['Rule', 'Outcome', 'What to do'],
          gaps.map(({ rule, outcome, advice, waiver }) => [
            rule,
            waiver ? `${outcome}, accepted until ${toIso(waiver.until)} by ${waiver.owner}: ${waiver.reason}` : outcome,
            advice ?? '-',
          ]),
        ),
  ]
}

function provenBy({ checks, standing, copy }: CopyView): string {
  if (checks.length > 0) return checks.map(({ check }) => check.id).join(', ')
  return standing === 'unknown' && copy.check === null && copy.tags === null ? 'nothing' : 'nothing that is there'
}

function locked({ copy, checks }: CopyView): string {
  const how = [...new Set(checks.flatMap(({ check }) => check.immutability?.how ?? []))]
  if (how.length > 0) return how.join(', ')
  if (copy.immutable) return 'declared'
  return copy.offline ? 'offline, declared' : '-'
}

function placeText(domain: FailureDomain): string | null {
  const parts = DOMAIN_KINDS.flatMap((kind) => (domain[kind] === null ? [] : [`${kind} ${domain[kind]}`]))
  return parts.length === 0 ? null : parts.join(', ')
}
