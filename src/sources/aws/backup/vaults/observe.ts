import type { Condition } from '../../../../domain/condition.ts'
import { instant } from '../../../../domain/instant.ts'
import type { Observation } from '../../../../domain/observation.ts'
import { printable } from '../../../../lib/printable.ts'
import { type BackupConfig, mustBeLocked } from '../config.ts'
import type { CopyRule } from '../copied.ts'
import { observeCoverage, observePlans } from '../plans/observe.ts'
import { knownRules } from '../plans/plan.ts'
import { expectationOf, type Filling } from '../plans/schedule.ts'
import type { BackupState } from '../read.ts'
import { judgeAccess } from './access.ts'
import { judgeKeys } from './key.ts'
import { immutabilityOf, judgeLock, lockMode, lockWords } from './lock.ts'
import { type Knowledge, knowledgeOf, type NewestOf, NOTHING, newestByVault } from './newest.ts'
import { judgeNotifications } from './notifications.ts'
import { MOST_ASKED, type Posture, type PostureScope, type VaultPosture, vaultKeys } from './posture.ts'
import type { VaultFacts } from './vault.ts'

/** What is to be said of the vaults and plans of a region. */
export function* observePosture(
  posture: Posture,
  state: BackupState,
  config: BackupConfig,
  scope: PostureScope,
  copied: readonly CopyRule[],
): Generator<Observation> {
  const knowledge = knowledgeOf(state)
  const newest = newestByVault(state, knowledge)
  for (const vault of posture.watched) {
    const { name } = vault.facts
    const seen = newest.get(name)
    const known = seen?.good ? seen : (posture.filled.ofVault.get(name) ?? seen ?? NOTHING)
    yield* observeVault(vault, known, { posture, state, knowledge, config, scope, copied })
  }
  yield* observePlans(posture, state, knowledge, scope)
  if (config.unprotected !== 'off') yield* observeCoverage(posture, state, knowledge, scope)
}

interface Given {
  posture: Posture
  state: BackupState
  knowledge: Knowledge
  config: BackupConfig
  scope: PostureScope
  /** Rules that copy to this region. */
  copied: readonly CopyRule[]
}

function* observeVault(vault: VaultPosture, { good, other }: NewestOf, given: Given): Generator<Observation> {
  const { posture, knowledge, scope, copied } = given
  const { account, region, now } = scope
  const { facts } = vault
  const { name, arn } = facts
  const check = `${scope.id}/vault:${printable(name)}`
  const immutability = immutabilityOf(facts, good, now)
  const fillings = fillingsOf(facts, posture, copied)
  const bornAt = firstDueFrom(facts, fillings, posture)
  const expects = expectationOf(fillings, now)
  yield {
    kind: 'resource',
    check,
    type: 'aws-backup-vault',
    resource: { id: arn, name, provider: 'aws', account, region, tags: {} },
    detail: lockWords(facts, now),
    conditions: conditionsOf(vault, given),
    ...(immutability ? { immutability } : {}),
    ...(bornAt === null ? {} : { bornAt: instant(bornAt) }),
    ...(expects ? { expects } : {}),
  }
  for (const point of [other, good]) if (point) yield { kind: 'recovery-point', point: knowledge.tell(check, point) }
}

function conditionsOf({ facts, policy, notifications }: VaultPosture, given: Given): Condition[] {
  const { posture, state, config, scope } = given
  const { keys, topics } = posture
  const told = [judgeAccess(policy, lockMode(facts, scope.now))]
  if (notifications) told.push(judgeNotifications(notifications, topics, scope))
  const arns = vaultKeys(facts, state, scope.region)
  const own = arns.flatMap((arn) => {
    const answer = keys.get(arn)
    return answer ? [[arn, answer] as const] : []
  })
  // what is new since is asked for with the next reading
  const unasked = arns.length > MOST_ASKED ? arns.length - own.length : 0
  if (own.length > 0) told.push(judgeKeys(new Map(own), scope.now, unasked))
  if (mustBeLocked(config)(facts.name)) told.push(judgeLock(facts, scope.now))
  return told
}

/** The rules that put something in this vault, by themselves or with copies. */
function fillingsOf({ name, arn }: VaultFacts, { plans }: Posture, copied: readonly CopyRule[]): Filling[] {
  const isOwn = (id: string) => plans.some((plan) => plan.id === id)
  const fromElsewhere = copied.flatMap((rule): Filling[] =>
    rule.to === arn && !isOwn(rule.plan) ? [{ plan: rule.planName, rule, isCopy: true }] : [],
  )
  const own = plans.flatMap((plan) =>
    knownRules(plan).flatMap((rule): Filling[] => {
      if (rule.vault === name) return [{ plan: plan.name, rule, isCopy: false }]
      const isCopied = rule.airGapped === arn || rule.copies.some(({ vaultArn }) => vaultArn === arn)
      return isCopied ? [{ plan: plan.name, rule, isCopy: true }] : []
    }),
  )
  return [...own, ...fromElsewhere]
}

/** Since when something should have come: since there is the vault, and the first plan that fills it. */
function firstDueFrom({ createdAt }: VaultFacts, fillings: readonly Filling[], { plans }: Posture): number | null {
  const made = plans.flatMap(({ name, createdAt: at }) =>
    at !== null && fillings.some(({ plan }) => plan === name) ? [at] : [],
  )
  if (createdAt === null) return null
  return made.length > 0 ? Math.max(createdAt, Math.min(...made)) : createdAt
}
