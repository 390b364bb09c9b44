import type { Instant } from '../../domain/instant.ts'
import type { ServiceDrill } from '../../domain/service-drill.ts'
import type { ServiceFinding } from '../../domain/service-finding.ts'
import type { ServiceRuleId } from '../../domain/service-rule.ts'
import { compareSeverity, type Severity } from '../../domain/severity.ts'
import type { ServiceView } from './estate.ts'
import { type Ladder, ladderOf } from './ladder.ts'
import { type Marks, marksOf } from './marks.ts'
import { timedDrills } from './timed.ts'

/** One service in a line: what a list shows of it. Holds no points and no findings: there may be ten thousand. */
export interface ServiceSummary {
  view: ServiceView
  /** The worst of its findings that are not waived; pass: nothing is wrong, and nothing unknown. */
  outcome: 'pass' | 'fail' | 'unknown'
  /** The gravest of its failures; null: it has none. */
  severity: Severity | null
  counts: Record<'pass' | 'fail' | 'unknown' | 'waived', number>
  /** The rules that fail and are not waived, the gravest first: a few of them. */
  failing: readonly ServiceRuleId[]
  /** Of the rules rpo and rto. */
  rpo: ServiceFinding['outcome']
  rto: ServiceFinding['outcome']
  /** Up to when it could be recovered: the newest of its proven copies. */
  recoverableTo: Instant | null
  timed: Pick<ServiceDrill, 'at' | 'rtaMs'> | null
  marks: Marks
  ladder: Ladder
}

/** What a line has room for. */
const MOST_FAILING = 3

export function summariseService(view: ServiceView, findings: readonly ServiceFinding[], now: Instant): ServiceSummary {
  const counts = { pass: 0, fail: 0, unknown: 0, waived: 0 }
  let severity: Severity | null = null
  for (const finding of findings) {
    if (finding.waiver !== null) counts.waived += 1
    else if (finding.outcome !== 'not-applicable') counts[finding.outcome] += 1
    if (finding.waiver === null && finding.severity !== null)
      severity = severity === null || compareSeverity(finding.severity, severity) > 0 ? finding.severity : severity
  }
  const outcomeOf = (rule: string) => findings.find((finding) => finding.rule === rule)?.outcome ?? 'not-applicable'
  return {
    view,
    outcome: counts.fail > 0 ? 'fail' : counts.unknown > 0 ? 'unknown' : 'pass',
    severity,
    counts,
    failing: failingOf(findings),
    rpo: outcomeOf('rpo'),
    rto: outcomeOf('rto'),
    recoverableTo: view.proven.reduce<Instant | null>(
      (newest, { recoverableTo: at }) => (at !== null && (newest === null || at > newest) ? at : newest),
      null,
    ),
    timed: timedDrills(view.drills).whole,
    marks: marksOf(view, now),
    ladder: ladderOf(view, now),
  }
}

function failingOf(findings: readonly ServiceFinding[]): ServiceRuleId[] {
  return findings
    .flatMap(({ rule, severity, waiver }) => (severity === null || waiver !== null ? [] : [{ rule, severity }]))
    .sort((a, b) => compareSeverity(b.severity, a.severity))
    .slice(0, MOST_FAILING)
    .map(({ rule }) => rule)
}

/** From 0, the worst: how a service stands among others. */
export function rankOf({ outcome, severity }: Pick<ServiceSummary, 'outcome' | 'severity'>): number {
  if (outcome === 'fail') return severity === 'critical' ? 0 : severity === 'warning' ? 1 : 2
  return outcome === 'unknown' ? 3 : 4
}
