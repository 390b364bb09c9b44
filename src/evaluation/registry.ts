import type { Rule } from './rule.ts'
import { clock } from './rules/clock.ts'
import { freshness } from './rules/freshness.ts'
import { readable } from './rules/readable.ts'

/** Every rule that judges a check. Adding one is one file and one line here. */
export const rules: readonly Rule[] = [freshness, readable, clock]
