import { z } from 'zod'
import type { Expectation } from '../../../domain/policy.ts'
import { printable } from '../../../lib/printable.ts'
import type { PlanRule, PointFacts } from './facts.ts'
import { knownRules, type PlanFacts } from './plans/plan.ts'
import { COPY_TAKES_MS, rhythmOf } from './plans/schedule.ts'
import type { VaultFacts } from './vaults/vault.ts'

const HOUR_MS = 3_600_000
/** AWS Backup's own, where a rule says nothing: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html */
const START_WINDOW_MS = 8 * HOUR_MS
/** So many are remembered of a region. */
const MOST = 20

const copyRule = z.object({
  from: z.string(),
  to: z.string(),
  plan: z.string(),
  planName: z.string(),
  rule: z.string(),
  name: z.string(),
  schedule: z.string(),
  timeZone: z.string(),
  startWithinMs: z.number(),
})

/** A rule that copies what it makes to another vault: both by their ARN. */
export type CopyRule = z.output<typeof copyRule>

/** The rules of a region's plans that copy, with `vaults` of that region by their names. */
export function copyRulesOf(plans: readonly PlanFacts[], vaults: ReadonlyMap<string, VaultFacts>): CopyRule[] {
  return plans.flatMap((plan) =>
    knownRules(plan).flatMap(({ id, name, vault, copies, schedule, timeZone, startWithinMs }) => {
      const from = vaults.get(vault)?.arn
      if (from === undefined) return []
      const made = { from, plan: plan.id, planName: plan.name, rule: id, name, schedule, timeZone, startWithinMs }
      return copies.map(({ vaultArn }) => ({ ...made, to: vaultArn }))
    }),
  )
}

interface Region {
  region: string
  account: string
}

/** The rules of all regions of one configuration, as far as this process has read them. */
export class CopyRules {
  readonly #byPlace = new Map<string, readonly CopyRule[]>()

  set({ region, account }: Region, rules: readonly CopyRule[]): void {
    this.#byPlace.set(`${region}:${account}`, rules)
  }

  /** Those that copy to one region; those of regions that were not read yet as the last look at this one remembered them. */
  to({ region, account }: Region, remembered: unknown): CopyRule[] {
    const before = z.object({ copied: z.array(copyRule) }).safeParse(remembered).data?.copied ?? []
    const unread = before.filter(({ from }) => !this.#byPlace.has(placeOf(from)))
    return [...[...this.#byPlace.values()].flat(), ...unread].filter(({ to }) => placeOf(to) === `${region}:${account}`)
  }
}

/** What is remembered of the rules that copy to a region. */
export const rememberedCopies = (rules: readonly CopyRule[]): CopyRule[] => rules.slice(0, MOST)

const placeOf = (arn: string): string => arn.split(':').slice(3, 5).join(':')

/**
 * When the next copy of a resource is due where this one lies: by the rule that made its original, where AWS or a plan of the
 * same configuration tells of it; else by the rules that copy from there to here, of several by the one that asks for most.
 * Null: nobody tells.
 */
export function copyExpectation(
  point: PointFacts,
  to: string | undefined,
  rules: readonly CopyRule[],
  now: number,
): Expectation | null {
  const { made } = point
  const own = made && rules.filter(({ plan, rule }) => plan === made.plan && rule === made.id)
  const between = rules.filter((rule) => rule.to === to && isFrom(rule, point))
  const candidates = own && own.length > 0 ? own : made?.schedule ? [ofPoint(made)] : between
  let best: { rule: Candidate; maxAgeMs: number } | null = null
  for (const rule of candidates) {
    const gapMs = rhythmOf(rule, now)?.longestMs
    if (!gapMs) continue
    const maxAgeMs = gapMs + rule.startWithinMs + HOUR_MS + COPY_TAKES_MS
    if (!best || maxAgeMs < best.maxAgeMs) best = { rule, maxAgeMs }
  }
  if (!best) return null
  const { name, planName } = best.rule
  return {
    threshold: { kind: 'age', maxAgeMs: best.maxAgeMs },
    from: `the copies of the rule ${printable(name)} of the backup plan ${printable(planName)}`,
  }
}

type Candidate = Pick<CopyRule, 'name' | 'planName' | 'schedule' | 'timeZone' | 'startWithinMs'>

function ofPoint({ name, id, plan, planName, schedule, timeZone }: PlanRule): Candidate {
  return { name: name || id, planName: planName || plan, schedule, timeZone, startWithinMs: START_WINDOW_MS }
}

/** The list of one resource's points does not say which vault it was copied from. */
function isFrom({ from }: CopyRule, { source, resource }: PointFacts): boolean {
  return source === null ? placeOf(from) === placeOf(resource) : from === source
}
