import { z } from 'zod'
import { DRILL_OUTCOMES } from '../domain/drill.ts'
import { cursor, limit, listOf, plain, time, word } from './requests.ts'

/** What may be asked about drills, and told of them. */

export const drillsQuery = z
  .strictObject({
    service: word().optional().describe('Its own, and those of the checks that prove its copies.'),
    check: word().optional(),
    outcome: listOf(DRILL_OUTCOMES),
    ended: z
      .enum(['true', 'false'])
      .optional()
      .transform((value) => value === 'true')
      .meta({ description: 'Also those that were withdrawn or replaced.', openapi: { type: 'boolean' } }),
    limit: limit(50, 500),
    cursor,
  })
  .refine(({ service, check }) => service === undefined || check === undefined, 'give either service or check')

const LONGEST_SECONDS = 366 * 86_400
const seconds = () => z.number('must be a number of seconds').nonnegative().max(LONGEST_SECONDS)
const words = (longest: number) => plain(longest).trim().min(1)
const list = () => z.array(words(1000)).max(100)

export const drillBody = z.strictObject({
  id: z.uuid().optional().describe('A UUID of your own: what is sent twice is recorded once.'),
  service: word().nullish().describe('What was brought back as a whole.'),
  check: word().nullish().describe('Whose recovery point was restored; alone, where no service is named.'),
  at: time().describe('When it began.'),
  by: words(200).nullish().describe('Who did it; else whoever sends it.'),
  outcome: z.enum(DRILL_OUTCOMES),
  phases: z
    .array(
      z.strictObject({
        name: words(200),
        started_at: time().nullish().describe('Else it began when the one before ended.'),
        seconds: seconds(),
      }),
    )
    .max(50)
    .optional(),
  rta_seconds: seconds().nullish().describe('How long it took; else as long as its phases.'),
  rpa_seconds: seconds().nullish().describe('How much of the newest data was lost.'),
  checked: list().optional(),
  gaps: list().optional(),
  note: plain(10_000).trim().nullish(),
  replaces: word().nullish().describe('The id of the record that this one corrects.'),
  reason: words(1000).nullish().describe('Why it is corrected.'),
})

export const withdrawBody = z.strictObject({ reason: words(1000), by: words(200).nullish() })

/** What is sent to record a drill. */
export type DrillBody = z.input<typeof drillBody>
