import type { Expectation } from '../../../domain/policy.ts'
import { printable } from '../../../lib/printable.ts'
import type { BackupJobFacts, PlanRule, PointFacts } from './facts.ts'
import { knownRules, type PlanFacts, type RuleFacts } from './plans/plan.ts'
import { rhythmOf } from './plans/schedule.ts'

const HOUR_MS = 3_600_000
/** AWS Backup's own, where a rule says nothing: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html */
const START_WINDOW_MS = 8 * HOUR_MS

/** What a rule of a plan has begun. */
type Begun = Pick<BackupJobFacts, 'rule' | 'createdAt' | 'startBy'>

/** What is known of the rule that made a point: jobs are forgotten after 30 days, and rules may run but once a year. */
export function begunBy({ rule, createdAt }: PointFacts, plans: readonly PlanFacts[] | null): Begun[] {
  if (!rule) return []
  const now = plans && ruleIn(rule, plans)
  if (!now) return [{ rule, createdAt, startBy: null }]
  const { plan, name, schedule, timeZone, startWithinMs } = now
  return [
    { rule: { ...rule, planName: plan, name, schedule, timeZone }, createdAt, startBy: createdAt + startWithinMs },
  ]
}

function ruleIn({ plan, id }: PlanRule, plans: readonly PlanFacts[]): (RuleFacts & { plan: string }) | null {
  const found = plans.find((one) => one.id === plan)
  const rule = found && knownRules(found).find((one) => one.id === id)
  return found && rule ? { ...rule, plan: found.name } : null
}

/**
 * When a resource is to have its next backup, by the rules of the plans that its newest jobs were begun by: the one that
 * asks for most, of those that there still are (`plans`; null: nobody says). Null: none is known, or none that can be understood.
 */
export function expectationOf(
  newestByRule: Iterable<Begun>,
  plans: readonly PlanFacts[] | null,
  now: number,
): Expectation | null {
  const all = [...newestByRule]
  const current = plans === null ? all : all.filter(({ rule }) => rule && isThere(rule, plans))
  // what had a plan and has none any more is still judged by it
  const jobs = current.length > 0 ? current : all
  let strictest: Expectation | null = null
  let least = Number.POSITIVE_INFINITY
  for (const job of jobs) {
    const { rule, createdAt, startBy } = job
    const gapMs = rule && rhythmOf(rule, now)?.longestMs
    if (!rule || !gapMs) continue
    const graceMs = (startBy === null ? START_WINDOW_MS : Math.max(0, startBy - createdAt)) + HOUR_MS
    const maxAgeMs = gapMs + graceMs
    const isDropped = jobs.some(
      ({ rule: other, createdAt: at }) =>
        other?.plan === rule.plan && other.version !== rule.version && at > createdAt + maxAgeMs,
    )
    if (isDropped || maxAgeMs >= least) continue
    least = maxAgeMs
    const from = `the rule ${printable(rule.name || rule.id)} of the backup plan ${printable(rule.planName || rule.plan)}`
    strictest = { threshold: { kind: 'age', maxAgeMs }, from }
  }
  return strictest
}

function isThere({ plan, id }: PlanRule, plans: readonly PlanFacts[]): boolean {
  const found = plans.find((one) => one.id === plan)
  return found !== undefined && ('unknown' in found.rules || found.rules.value.some((rule) => rule.id === id))
}
