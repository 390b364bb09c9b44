import type { Finding } from './finding.ts'
import type { Instant } from './instant.ts'
import type { Json } from './json.ts'
import type { CheckId } from './recovery-point.ts'
import type { Waiver } from './service.ts'
import type { ServiceRuleId } from './service-rule.ts'
import type { Severity } from './severity.ts'

/** What one rule says of one service. */
export interface ServiceFinding {
  service: string
  rule: ServiceRuleId
  /** unknown: it could not be judged, which is never as good as a pass. */
  outcome: Finding['outcome']
  /** How bad it is; null unless it failed. */
  severity: Severity | null
  /** A sentence for people. */
  reason: string
  /** What to do instead; null: nothing. */
  advice: string | null
  evidence: Readonly<Record<string, Json>>
  /** The waiver that is in force: the finding stands, and is accepted until then. */
  waiver: Waiver | null
  /** The instant at which this will turn by itself; null: only news can change it. */
  changesAt: Instant | null
  /** The incident that it calls for; null: none, since it did not fail, is accepted, or is a remark (severity info). */
  alarm: ServiceAlarm | null
}

export interface ServiceAlarm {
  /** As the rule rates it, or as it is set for the service: a tier 1 alone wakes nobody. */
  severity: Severity
  /** What it names, each by the checks that prove it: it only repeats, if of each a check has an incident that says the same. */
  echoes: readonly (readonly CheckId[])[]
  /** When time alone made it fail; null: news did. Before that is told, the checks of `echoes` are looked at once more. */
  turnedAt: Instant | null
}
