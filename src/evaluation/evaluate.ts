import type { Check, Judgement } from '../domain/check.ts'
import type { CheckSubject } from '../domain/facts.ts'
import type { Finding } from '../domain/finding.ts'
import type { Instant } from '../domain/instant.ts'
import type { Policy } from '../domain/policy.ts'
import { judgeConditions } from './conditions.ts'
import { rules } from './registry.ts'
import { judgeStatus } from './status.ts'

export interface Evaluation {
  judgement: Judgement
  findings: Finding[]
}

/**
 * Judges one check by all rules and conditions. `previous` is what it was before: it says since when the status has been
 * what it is, and which conditions are told no more.
 */
export function evaluate(
  subject: CheckSubject,
  policy: Policy,
  previous: Pick<Check, 'judgement' | 'conditions'> | null,
  now: Instant,
): Evaluation {
  const verdict = judgeStatus(subject, policy, now)
  const good = subject.facts.newestGood
  const thresholdMs =
    policy.threshold.kind === 'age'
      ? policy.threshold.maxAgeMs
      : good && verdict.deadlineAt !== null
        ? verdict.deadlineAt - good.recoverableTo
        : null
  return {
    judgement: {
      status: verdict.status,
      severity: verdict.severity && (policy.severity ?? verdict.severity),
      reason: verdict.reason,
      since: previous?.judgement.status === verdict.status ? previous.judgement.since : now,
      thresholdMs,
      thresholdFrom: policy.thresholdFrom,
      deadlineAt: verdict.deadlineAt,
      changesAt: verdict.changesAt,
      owner: policy.owner,
      tier: policy.tier,
      services: policy.services,
    },
    findings: [
      ...rules.map((rule) => rule.evaluate(subject, policy, now, verdict)),
      ...judgeConditions(subject, previous?.conditions, policy, now),
    ],
  }
}
