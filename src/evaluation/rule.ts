import type { CheckSubject } from '../domain/facts.ts'
import type { Finding } from '../domain/finding.ts'
import type { Instant } from '../domain/instant.ts'
import type { Policy } from '../domain/policy.ts'
import type { RuleId } from '../domain/rule-id.ts'

/** Judges one check by what is known of it. Pure: the same facts, policy and instant give the same finding. */
export interface Rule {
  id: RuleId
  evaluate(subject: CheckSubject, policy: Policy, now: Instant): Finding
}

export function isPaused(subject: CheckSubject, now: Instant): boolean {
  return subject.paused !== null && now < subject.paused.until
}
