import type { ConditionType } from './condition.ts'

/** How the things of one scope are kept: how many there are, and what their conditions say. */
export interface Upkeep {
  /** Those that conditions are told of. */
  kept: number
  /** Those of them of which no condition fails or is unknown. */
  well: number
  conditions: readonly ConditionCount[]
}

export interface ConditionCount {
  type: ConditionType
  pass: number
  fail: number
  unknown: number
}
