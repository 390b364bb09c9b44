import type { IncidentType, SubjectFacts } from './incident.ts'
import type { Instant } from './instant.ts'
import type { Json } from './json.ts'
import type { RuleId } from './rule-id.ts'
import type { Severity } from './severity.ts'
import type { SubjectId } from './subject.ts'

/** One rule's judgement of one subject at one instant. */
export interface Finding {
  subject: SubjectId
  rule: RuleId
  /** unknown: it could not be judged, so nothing that was found before is taken back. */
  outcome: 'pass' | 'fail' | 'unknown' | 'not-applicable'
  /** The incident that this finding calls for; null: none (a pass, or not worth one yet). */
  incident: { type: IncidentType; severity: Severity; failedAt?: Instant } | null
  /** What ends incidents that a failure does not call for; absent: that it is well again. */
  endedBy?: 'superseded' | 'accepted'
  /** A sentence for the person on call. */
  reason: string
  /** What to do about it, in a sentence; absent: the reason says it. */
  advice?: string | null
  /** Of a service or source; absent: it is about a check. */
  about?: SubjectFacts
  evidence: Readonly<Record<string, Json>>
  /** The instant at which this outcome will turn by itself; null: only news can change it. */
  changesAt: Instant | null
}
