import type { Instant } from './instant.ts'
import type { Severity } from './severity.ts'

/** The rules that judge services, in the order of reports; src/evaluation/services/rules has a file for each. */
export const SERVICE_RULES = [
  'rpo',
  'copies',
  'off-site',
  'copies-strict',
  'immutability',
  'encryption',
  'key-access',
  'app-consistency',
  'retention',
  'drill-recency',
  'rto',
  'restore-order',
  'ownership',
  'domains',
  'contradictions',
  'shrinkage',
] as const
export type ServiceRuleId = (typeof SERVICE_RULES)[number]

/** How a rule is set for one service, where that is not as for all. */
export interface RuleTuning {
  /** What a failure counts as; off: the rule does not judge this service. */
  severity: Severity | 'off' | null
  reason: string | null
  owner: string | null
  /** It holds up to and excluding this instant; null: for good. */
  until: Instant | null
  /** copies: how many there are to be, with production. */
  least?: number | undefined
  /** shrinkage: the part of the usual size below which a point is too small. */
  below?: number | undefined
  /** retention: so many points more than are kept may wait for the next prune. */
  spare?: number | undefined
  /** contradictions: so much older than a job's success a point may be, in milliseconds. */
  withinMs?: number | undefined
}

export type RuleTunings = Readonly<Partial<Record<ServiceRuleId, RuleTuning>>>
