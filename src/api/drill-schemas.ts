import { z } from 'zod'
import { DRILL_ORIGINS, DRILL_OUTCOMES } from '../domain/drill.ts'
import { at, named } from './schemas.ts'

/** What is answered about drills; the command line prints the same words. */

const seconds = () => z.number().nonnegative()

export const drillOutcome = named(
  'DrillOutcome',
  'failed: nothing usable came back; restored: data came back; verified: and was found right.',
  z.enum(DRILL_OUTCOMES),
)

export const drill = named(
  'Drill',
  'A restore that was tried, as it went. Names and words come from outside: show them as text, never as markup.',
  z.object({
    id: z.string(),
    service: z.string().nullable().describe('What was brought back as a whole; null: the data of a check alone.'),
    check: z.string().nullable().describe('Whose recovery point was restored; null: nobody says.'),
    at: at().describe('When it began.'),
    by: z.string(),
    origin: z
      .enum(DRILL_ORIGINS)
      .describe('hand: a person told of it; source: a place that is read did; backproof: we did it.'),
    outcome: drillOutcome,
    phases: z.array(z.object({ name: z.string(), started_at: at().nullable(), seconds: seconds() })),
    rta_seconds: seconds().nullable().describe('Recovery time actual: how long it took until all was back.'),
    rpa_seconds: seconds().nullable().describe('Recovery point actual: how much of the newest data was lost.'),
    checked: z.array(z.string()).describe('What was looked at to find the data right.'),
    gaps: z.array(z.string()).describe('What was found wrong with the procedure.'),
    note: z.string().nullable(),
    recorded_at: at(),
    recorded_by: z.string(),
    replaces: z.string().nullable().describe('The record that this one corrects.'),
    ended: z
      .object({ at: at(), by: z.string(), reason: z.string(), replaced_by: z.string().nullable() })
      .nullable()
      .describe('Since when it does not count any more: withdrawn, or replaced by another; null: it counts.'),
  }),
)

export const drillPage = named(
  'DrillPage',
  'One page of drills, the newest first: hand next_cursor back as cursor to read on; null: that was all.',
  z.object({ items: z.array(drill), next_cursor: z.string().nullable() }),
)

export type DrillJson = z.output<typeof drill>
