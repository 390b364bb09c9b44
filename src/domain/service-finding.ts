import type { Finding } from './finding.ts'
import type { Instant } from './instant.ts'
import type { Json } from './json.ts'
import type { Waiver } from './service.ts'
import type { Severity } from './severity.ts'

/** What one rule says of one service. */
export interface ServiceFinding {
  service: string
  rule: string
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
}
