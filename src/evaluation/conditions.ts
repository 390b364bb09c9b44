import type { Condition, ConditionType } from '../domain/condition.ts'
import type { CheckSubject } from '../domain/facts.ts'
import type { Finding } from '../domain/finding.ts'
import type { Instant } from '../domain/instant.ts'
import type { Policy } from '../domain/policy.ts'
import { isPaused } from './rule.ts'

/**
 * What the conditions of a check call for, a finding each: they open incidents and leave the status alone. Those of `before`
 * that its source tells no more are well again.
 */
export function judgeConditions(
  subject: CheckSubject,
  before: readonly Condition[] | undefined,
  policy: Policy,
  now: Instant,
): Finding[] {
  const { conditions = NONE } = subject
  const told = conditions.map((condition) => findingOf(subject, condition, policy, now))
  for (const { type } of before ?? NONE)
    if (!conditions.some((condition) => condition.type === type))
      told.push({
        ...blank(subject, type),
        outcome: 'pass',
        reason: 'Its source has nothing to say of this any more.',
      })
  return told
}

const NONE: readonly Condition[] = []

function blank(subject: CheckSubject, type: ConditionType) {
  return { subject: subject.id, rule: `condition:${type}`, incident: null, evidence: {}, changesAt: null }
}

function findingOf(subject: CheckSubject, condition: Condition, policy: Policy, now: Instant): Finding {
  const { type, severity, reason, advice, evidence = {} } = condition
  const finding = { ...blank(subject, type), evidence, reason, advice }
  if (isPaused(subject, now)) return { ...finding, outcome: 'not-applicable' }
  const outcome = subject.look.outcome === 'failed' ? 'unknown' : condition.outcome
  if (outcome !== 'fail') return { ...finding, outcome }
  return { ...finding, outcome, incident: { type, severity: policy.severity ?? severity } }
}
