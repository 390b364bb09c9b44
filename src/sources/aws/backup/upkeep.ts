import { z } from 'zod'
import { CONDITION_TYPES } from '../../../domain/condition.ts'
import type { ObservedCheck } from '../../../domain/observation.ts'
import type { ConditionCount, Upkeep } from '../../../domain/upkeep.ts'

const count = z.int().nonnegative()
/** What a look remembers of how vaults and plans are kept. */
const memorySchema = z.object({
  upkeep: z.object({
    kept: count,
    well: count,
    conditions: z.array(z.object({ type: z.enum(CONDITION_TYPES), pass: count, fail: count, unknown: count })),
  }),
})

export function upkeepOf(memory: unknown): Upkeep | null {
  return memorySchema.safeParse(memory).data?.upkeep ?? null
}

/** Counts what is told of vaults, of plans, and of what no plan selects. */
export function tally(checks: readonly ObservedCheck[]): Upkeep {
  const told = checks.flatMap(({ conditions }) => (conditions ? [conditions] : []))
  const counts = new Map<string, ConditionCount>()
  for (const { type, outcome } of told.flat()) {
    const before = counts.get(type) ?? { type, pass: 0, fail: 0, unknown: 0 }
    counts.set(type, { ...before, [outcome]: before[outcome] + 1 })
  }
  return {
    kept: told.length,
    well: told.filter((conditions) => conditions.every(({ outcome }) => outcome === 'pass')).length,
    conditions: [...counts.values()].sort((a, b) => (a.type < b.type ? -1 : 1)),
  }
}
