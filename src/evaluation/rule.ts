import type { CheckSubject } from '../domain/facts.ts'
import type { Finding } from '../domain/finding.ts'
import type { Instant } from '../domain/instant.ts'
import type { Policy } from '../domain/policy.ts'
import type { RuleId } from '../domain/rule-id.ts'
import type { Verdict } from './status.ts'

/**
 * Judges one check by what is known of it. Pure: the same facts, policy and instant give the same finding. `verdict` is
 * what judgeStatus says of them.
 */
export interface Rule {
  id: RuleId
  evaluate(subject: CheckSubject, policy: Policy, now: Instant, verdict: Verdict): Finding
}

export function isPaused(subject: CheckSubject, now: Instant): boolean {
  return subject.paused !== null && now < subject.paused.until
}
