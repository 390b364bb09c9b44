import type { Condition } from '../../../../domain/condition.ts'
import type { Severity } from '../../../../domain/severity.ts'
import { formatDuration } from '../../../../lib/duration.ts'
import { printable } from '../../../../lib/printable.ts'
import type { Answer } from '../vaults/answer.ts'
import type { VaultFacts } from '../vaults/vault.ts'
import type { PlanFacts, RuleFacts } from './plan.ts'
import { rhythmOf } from './schedule.ts'
import { needsTag, type Resource, selects } from './selection.ts'

const DAY_MS = 24 * 3_600_000

/** What there is, for plans to be held against. */
export interface PlanSurroundings {
  account: string
  region: string
  now: number
  /** Those of this region, by name. */
  vaults: ReadonlyMap<string, VaultFacts>
  /** Names of the vaults of other regions of this account that copies go to. */
  elsewhere: ReadonlyMap<string, Answer<ReadonlySet<string>>>
  /** What has, or ever had, a tag. */
  resources: Answer<readonly Resource[]>
  /** When the plan has last made something, in epoch milliseconds. */
  lastMadeAt(plan: PlanFacts): number | null
}

export function judgePlan(plan: PlanFacts, given: PlanSurroundings): Condition[] {
  const { rules } = plan
  if ('unknown' in rules)
    return [
      selectsNothing(plan, given),
      tell('PLAN_TARGET_GONE', 'critical', 'unknown', rules.unknown, rules.advice),
      tell('PLAN_RETENTION', 'critical', 'unknown', rules.unknown, rules.advice),
    ]
  return [selectsNothing(plan, given), targetGone(rules.value, given), retentionWrong(rules.value, given)]
}

/** A plan that has made something lately selects something, whatever can be seen of it. */
const LATELY_MS = 2 * DAY_MS

function selectsNothing(plan: PlanFacts, { resources, now, lastMadeAt }: PlanSurroundings): Condition {
  const told = (outcome: Condition['outcome'], severity: Severity, reason: string, advice: string | null = null) =>
    tell('PLAN_SELECTS_NOTHING', severity, outcome, reason, advice)
  const { selections } = plan
  if ('unknown' in selections) return told('unknown', 'warning', selections.unknown, selections.advice)
  if (selections.value.length === 0)
    return told(
      'fail',
      'warning',
      'No resources are assigned to the plan: it backs up nothing.',
      'Assign some, or delete it.',
    )
  if ('unknown' in resources) {
    const madeAt = lastMadeAt(plan)
    if (madeAt !== null && madeAt >= now - LATELY_MS)
      return told('pass', 'warning', 'The plan has made backups lately.')
    return told('unknown', 'warning', resources.unknown, resources.advice)
  }
  const empty: string[] = []
  const unseen: string[] = []
  for (const selection of selections.value) {
    if (resources.value.some(selects(selection))) continue
    const name = printable(selection.name)
    if (needsTag(selection)) empty.push(name)
    else unseen.push(name)
  }
  const advice = 'Look for a tag that was renamed, or resources that are gone.'
  if (empty.length > 0) {
    const isAll = empty.length === selections.value.length
    const which = isAll ? "The plan's selection" : `Of the plan's selections ${list(empty)}`
    return told('fail', isAll ? 'warning' : 'info', `${which} matches no resource that exists.`, advice)
  }
  const madeAt = lastMadeAt(plan)
  if (unseen.length === selections.value.length && (madeAt === null || madeAt < now - LATELY_MS))
    return told(
      'unknown',
      'warning',
      `Whether what ${list(unseen)} names exists can't be told: AWS lists only resources that have, or had, a tag.`,
    )
  return told('pass', 'warning', 'The plan selects resources that exist.')
}

function targetGone(rules: readonly RuleFacts[], given: PlanSurroundings): Condition {
  const gone: string[] = []
  let isOwn = false
  const unseen: { unknown: string; advice: string | null }[] = []
  for (const rule of rules) {
    const name = printable(rule.name)
    if (rule.vault && !given.vaults.has(rule.vault)) {
      isOwn = true
      gone.push(`the vault ${printable(rule.vault)} of rule ${name}`)
    }
    for (const arn of [...(rule.airGapped ? [rule.airGapped] : []), ...rule.copies.map(({ vaultArn }) => vaultArn)]) {
      const [, , , region = '', account, , vault = ''] = arn.split(':')
      // another account's vaults can't be seen from here: its failed copies are told by the jobs
      if (account !== given.account) continue
      const there = region === given.region ? { value: given.vaults } : given.elsewhere.get(region)
      if (!there) continue
      if ('unknown' in there) unseen.push(there)
      else if (!there.value.has(vault))
        gone.push(`the vault ${printable(vault)} in ${region} that rule ${name} copies to`)
    }
  }
  const told = (outcome: Condition['outcome'], reason: string, advice: string | null = null) =>
    tell('PLAN_TARGET_GONE', isOwn ? 'critical' : 'warning', outcome, reason, advice)
  if (gone.length > 0)
    return told(
      'fail',
      `${capital(list(gone))} ${gone.length > 1 ? 'do' : 'does'} not exist: what goes there fails.`,
      'Make it again, or change the plan.',
    )
  if (unseen[0]) return told('unknown', unseen[0].unknown, unseen[0].advice)
  return told('pass', 'Its vaults exist.')
}

function retentionWrong(rules: readonly RuleFacts[], { vaults, now }: PlanSurroundings): Condition {
  const refused: string[] = []
  const gaps: string[] = []
  for (const rule of rules) {
    const name = printable(rule.name)
    const { days } = rule.retention
    const vault = vaults.get(rule.vault)
    const why = vault ? refusal(vault, days) : null
    if (why) refused.push(`rule ${name} ${why}`)
    const pauseMs = rhythmOf(rule, now)?.longestMs
    if (days !== null && pauseMs && days * DAY_MS < pauseMs && !rule.isContinuous)
      gaps.push(
        `rule ${name} keeps for ${days} ${days === 1 ? 'day' : 'days'} what it makes up to every ${formatDuration(pauseMs)}`,
      )
  }
  if (refused.length > 0)
    return tell(
      'PLAN_RETENTION',
      'critical',
      'fail',
      `Each backup will be refused: ${list(refused)}.`,
      "Change the rule's retention to what the vault's lock demands.",
    )
  if (gaps.length > 0)
    return tell(
      'PLAN_RETENTION',
      'warning',
      'fail',
      `At times there is no recovery point: ${list(gaps)}.`,
      'Keep them for longer than the next one takes to come.',
    )
  return tell('PLAN_RETENTION', 'warning', 'pass', 'What it makes is kept until there is more.', null)
}

/** A locked vault refuses what would be kept for too short or too long. https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html */
function refusal(
  { isLocked, type, minRetentionDays: min, maxRetentionDays: max, name }: VaultFacts,
  days: number | null,
) {
  if (!isLocked && type === 'BACKUP_VAULT') return null
  const kept = days === null ? 'for ever' : `for ${days} days`
  if (min && days !== null && days < min)
    return `keeps ${kept}, and the locked vault ${printable(name)} takes nothing under ${min}`
  if (max && (days === null || days > max))
    return `keeps ${kept}, and the locked vault ${printable(name)} takes nothing over ${max} days`
  return null
}

function tell(
  type: Condition['type'],
  severity: Severity,
  outcome: Condition['outcome'],
  reason: string,
  advice: string | null,
): Condition {
  return { type, severity, outcome, reason, advice }
}

const MOST = 5

function list(words: readonly string[]): string {
  const shown = words.slice(0, MOST).join(', ')
  return words.length > MOST ? `${shown} and ${words.length - MOST} more` : shown
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
