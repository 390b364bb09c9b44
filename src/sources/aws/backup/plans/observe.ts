import { instant } from '../../../../domain/instant.ts'
import type { Observation } from '../../../../domain/observation.ts'
import { printable } from '../../../../lib/printable.ts'
import type { PointFacts } from '../facts.ts'
import type { BackupState } from '../read.ts'
import { type Knowledge, type NewestOf, NOTHING } from '../vaults/newest.ts'
import type { Posture, PostureScope } from '../vaults/posture.ts'
import { judgePlan } from './judge-plan.ts'
import { knownRules, type PlanFacts, type RuleFacts } from './plan.ts'
import { expectationOf, type Filling } from './schedule.ts'
import { judgeUnprotected } from './unprotected.ts'

/** A check of each plan: the newest point that it has made, and whether it can work at all. */
export function* observePlans(
  posture: Posture,
  state: BackupState,
  knowledge: Knowledge,
  scope: PostureScope,
): Generator<Observation> {
  const { account, region, now } = scope
  const names = Map.groupBy(posture.plans, ({ name }) => name)
  const lastMadeAt = (plan: PlanFacts) => {
    const { good } = newestOf(plan, posture, state)
    return good && knowledge.reachOf(good)
  }
  const given = { ...posture, account, region, now, lastMadeAt }
  for (const plan of posture.plans) {
    const { id, name, arn, createdAt } = plan
    // names need not differ
    const key = names.get(name)?.length === 1 ? name : `${name}:${id}`
    const check = `${scope.id}/plan:${printable(key).replaceAll('/', '_')}`
    const expects = expectationOf(fillingsOf(plan), now)
    yield {
      kind: 'resource',
      check,
      type: 'aws-backup-plan',
      resource: { id: arn, name, provider: 'aws', account, region, tags: {} },
      detail: knownRules(plan).map(ruleWords).join(' '),
      conditions: judgePlan(plan, given),
      ...(createdAt === null ? {} : { bornAt: instant(createdAt) }),
      ...(expects ? { expects } : {}),
    }
    const { good, other } = newestOf(plan, posture, state)
    yield* pointsOf(check, [other, good], knowledge)
  }
}

/** A check of the region: the newest point of all, and what no plan selects. None where there is no plan. */
export function* observeCoverage(
  posture: Posture,
  state: BackupState,
  knowledge: Knowledge,
  scope: PostureScope,
): Generator<Observation> {
  const { account, region, now } = scope
  const { plans, resources } = posture
  if (plans.length === 0) return
  const check = `${scope.id}/coverage`
  const expects = expectationOf(plans.flatMap(fillingsOf), now)
  const made = plans.flatMap(({ createdAt }) => createdAt ?? [])
  yield {
    kind: 'resource',
    check,
    type: 'aws-backup-coverage',
    resource: { id: scope.id, name: `AWS Backup in ${region}`, provider: 'aws', account, region, tags: {} },
    detail: 'The newest recovery point that a plan of the region has made.',
    conditions: [judgeUnprotected(plans, resources)],
    ...(made.length > 0 ? { bornAt: instant(Math.min(...made)) } : {}),
    ...(expects ? { expects } : {}),
  }
  const all = plans.flatMap((plan) => newestOf(plan, posture, state).good ?? [])
  const newest = all.sort((a, b) => knowledge.reachOf(a) - knowledge.reachOf(b) || (a.id < b.id ? -1 : 1)).at(-1)
  yield* pointsOf(check, [newest ?? null], knowledge)
}

/** What a plan fills by itself. */
function fillingsOf(plan: PlanFacts): Filling[] {
  return knownRules(plan).map((rule) => ({ plan: plan.name, rule, isCopy: false }))
}

function newestOf({ id }: PlanFacts, { filled }: Posture, { points }: BackupState): NewestOf {
  const good = points.byPlan.get(id)
  return good ? { good, other: null } : (filled.ofPlan.get(id) ?? NOTHING)
}

function* pointsOf(
  check: string,
  points: readonly (PointFacts | null)[],
  knowledge: Knowledge,
): Generator<Observation> {
  for (const point of points) if (point) yield { kind: 'recovery-point', point: knowledge.tell(check, point) }
}

function ruleWords({ name, schedule, timeZone, vault, retention, copies }: RuleFacts): string {
  const kept = retention.days === null ? 'for ever' : `for ${retention.days} days`
  const also = copies.length > 0 ? `, copied to ${copies.length} ${copies.length === 1 ? 'vault' : 'vaults'}` : ''
  return printable(`${name}: ${schedule} ${timeZone} to ${vault}, kept ${kept}${also}.`)
}
