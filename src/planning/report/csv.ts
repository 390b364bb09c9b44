import { DOMAIN_KINDS } from '../../domain/service.ts'
import { STATES } from './pieces.ts'
import type { Report, ServiceReport, TimeShares } from './report.ts'

type Cell = string | number | boolean | null
type Row = Readonly<Record<string, Cell | undefined>>

/** One table a file: a sheet that mixes them can be neither sorted nor summed. */
export const CSV_TABLES = [
  'services',
  'copies',
  'breaches',
  'incidents',
  'findings',
  'drills',
  'rules',
  'controls',
  'unwatched',
] as const
export type CsvTable = (typeof CSV_TABLES)[number]

interface Table {
  columns: readonly string[]
  rows(report: Report): Iterable<Row>
}

const TIME = ['share_within', 'share_within_of_known', ...STATES.map((state) => `${state}_seconds`)]

function timeCells(time: TimeShares | null): Row {
  const seconds = STATES.map((state) => [`${state}_seconds`, time?.seconds[state] ?? null])
  return {
    share_within: time?.share ?? null,
    share_within_of_known: time?.share_of_known ?? null,
    ...Object.fromEntries(seconds),
  }
}

const OF_SERVICE = ['service', 'tier', 'owner']
const ofService = ({ name, tier, owner }: ServiceReport): Row => ({ service: name, tier, owner })

/** A table with a row for each thing that services have several of. */
function perService(columns: readonly string[], of: (service: ServiceReport) => readonly object[]): Table {
  return {
    columns: [...OF_SERVICE, ...columns],
    *rows({ services }) {
      for (const service of services)
        for (const one of of(service)) {
          const cells = columns.map((column) => [column, cellOf(Reflect.get(one, column))])
          yield { ...ofService(service), ...Object.fromEntries(cells) }
        }
    },
  }
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return Array.isArray(value) ? value.join('; ') : JSON.stringify(value)
}

const TABLES: Readonly<Record<CsvTable, Table>> = {
  services: {
    columns: [
      ...OF_SERVICE,
      'period_from',
      'period_to',
      'rpo_seconds',
      'rto_seconds',
      ...TIME,
      'breaches',
      'longest_breach_seconds',
      'incidents',
      'incidents_critical',
      'incidents_unresolved',
      'mean_acknowledge_seconds',
      'mean_resolve_seconds',
      'findings_failed',
      'findings_unknown',
      'findings_accepted',
      'drills',
      'proven',
      'proven_since',
    ],
    *rows({ services, period }) {
      for (const service of services) {
        const count = (outcome: string) =>
          service.findings.filter((one) => one.waiver === null && one.outcome === outcome).length
        yield {
          ...ofService(service),
          period_from: period.from,
          period_to: period.judged_to,
          rpo_seconds: service.rpo_seconds,
          rto_seconds: service.rto_seconds,
          ...timeCells(service.rpo),
          breaches: service.breaches.count,
          longest_breach_seconds: service.breaches.longest_seconds,
          incidents: service.incidents.count,
          incidents_critical: service.incidents.critical,
          incidents_unresolved: service.incidents.unresolved,
          mean_acknowledge_seconds: service.incidents.acknowledge_seconds?.mean ?? null,
          mean_resolve_seconds: service.incidents.resolve_seconds?.mean ?? null,
          findings_failed: count('fail'),
          findings_unknown: count('unknown'),
          findings_accepted: service.findings.filter(({ waiver }) => waiver !== null).length,
          drills: service.drills.length,
          proven: service.ladder.rung,
          proven_since: service.ladder.since,
        }
      }
    },
  },
  copies: perService(
    ['title', 'standing', 'why', 'recoverable_to', ...DOMAIN_KINDS, 'limit_seconds', ...TIME, 'checks'],
    ({ copies }) => copies.map((copy) => ({ ...copy, ...copy.domain, ...timeCells(copy.time) })),
  ),
  breaches: perService(['from', 'to', 'seconds', 'ongoing'], ({ breaches }) => breaches.list),
  incidents: perService(
    [
      'id',
      'subject',
      'type',
      'severity',
      'opened_at',
      'acknowledged_at',
      'acknowledge_seconds',
      'acknowledged_by',
      'resolved_at',
      'resolve_seconds',
      'resolved_by',
      'reason',
    ],
    ({ incidents }) => incidents.list,
  ),
  findings: perService(
    ['rule', 'outcome', 'severity', 'reason', 'advice', 'accepted_until', 'accepted_by', 'accepted_why'],
    ({ findings }) =>
      findings.map((finding) => ({
        ...finding,
        accepted_until: finding.waiver?.until,
        accepted_by: finding.waiver?.owner,
        accepted_why: finding.waiver?.reason,
      })),
  ),
  drills: perService(
    ['at', 'by', 'origin', 'outcome', 'part', 'rta_seconds', 'rpa_seconds', 'gaps'],
    ({ drills }) => drills,
  ),
  rules: {
    columns: ['rule', 'asks', 'pass', 'fail', 'unknown', 'waived'],
    rows: ({ by_rule }) => by_rule.map((one) => ({ ...one })),
  },
  controls: {
    columns: [
      'framework',
      'control',
      'title',
      'coverage',
      'result',
      'pass',
      'fail',
      'unknown',
      'waived',
      'incidents',
      'rules',
      'conditions',
      'how',
    ],
    rows: (report) =>
      report.controls.map(({ findings, rules, conditions, ...one }) => ({
        ...one,
        ...findings,
        rules: rules.join('; '),
        conditions: conditions.join('; '),
      })),
  },
  unwatched: {
    columns: ['what', 'name', 'from', 'to', 'seconds', 'why'],
    *rows({ watch, period, generated_at }) {
      const { recorded_from: recorded, gaps, scopes } = watch
      if (recorded === null || recorded > period.from)
        yield { what: 'not recorded', from: period.from, to: recorded ?? period.judged_to }
      for (const { from, to, seconds } of gaps) yield { what: 'not at work', name: 'Backproof', from, to, seconds }
      for (const { scope, since, seconds, fault } of scopes)
        yield { what: 'scope', name: scope, from: since, to: generated_at, seconds, why: fault }
    },
  },
}

/** https://www.rfc-editor.org/rfc/rfc4180, in UTF-8, the first line being the names of the columns. */
export function* csvParts(report: Report, table: CsvTable): Generator<string> {
  const { columns, rows } = TABLES[table]
  yield line(columns)
  for (const row of rows(report)) yield line(columns.map((column) => row[column] ?? null))
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`
}

function field(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  // a sheet takes these for a formula, which may call out or run something: https://owasp.org/www-community/attacks/CSV_Injection
  const tame = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n']|^\s|\s$/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame
}
