import { z } from 'zod'
import { CONDITION_TYPES } from '../domain/condition.ts'
import type { Compliance } from '../tasks/read-compliance.ts'
import { named } from './schemas.ts'

export const compliance = named(
  'Compliance',
  'How many backups are kept as they should be, of each source that can say.',
  z.object({
    items: z.array(
      z.object({
        source: z.string(),
        rate: z.number().describe('0 to 1: (well + good) / (kept + backed_up).'),
        kept: z.int().describe('Vaults, plans and regions that conditions are told of.'),
        well: z.int().describe('Those of them of which no condition fails or is unknown.'),
        backed_up: z.int().describe('Resources that are backed up and not paused.'),
        good: z.int().describe('Those of them that are ok or due.'),
        conditions: z.array(
          z.object({ type: z.enum(CONDITION_TYPES), pass: z.int(), fail: z.int(), unknown: z.int() }),
        ),
      }),
    ),
  }),
)

export function presentCompliance(found: readonly Compliance[]): z.output<typeof compliance> {
  return {
    items: found.map(({ source, rate, kept, well, backedUp, good, conditions }) => ({
      source,
      rate,
      kept,
      well,
      backed_up: backedUp,
      good,
      conditions: [...conditions],
    })),
  }
}
