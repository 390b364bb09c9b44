import { z } from 'zod'
import { INCIDENT_STATES } from '../domain/incident.ts'
import { instant, parseInstant } from '../domain/instant.ts'
import { DELIVERY_STATES } from '../domain/notification.ts'
import { SETTING_KINDS } from '../domain/setting-kind.ts'
import { SEVERITIES } from '../domain/severity.ts'
import { STATUSES } from '../domain/status.ts'
import { SUBJECT_KINDS } from '../domain/subject.ts'
import { duration } from '../lib/fields.ts'
import { LOSS_KINDS } from '../planning/loss.ts'
import { CSV_TABLES } from '../planning/report/csv.ts'
import { REPORT_FORMATS } from '../planning/report/render.ts'

/** What may be asked. Unknown parameters are refused: a filter that is misspelt must not show everything. */

/** PostgreSQL takes no NUL in a text. */
export const plain = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => !text.includes('\0'), 'holds a NUL character')
export const word = () => plain(4096).min(1)

/** A list of the allowed words: repeated (?status=ok&status=due) or with commas (?status=ok,due). */
export const listOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : [value]).flatMap((part) => part.split(',')).filter(Boolean))
    .pipe(z.array(z.enum(words)))
    .optional()
    .meta({
      description: `Some of ${words.join(', ')}: repeated, or with commas.`,
      openapi: { type: 'array', items: { type: 'string', enum: words } },
    })

/** Accepts ISO 8601 and gives epoch milliseconds. */
export const time = () =>
  z
    .string()
    .max(64)
    .transform((value, context) => {
      const at = /^\d{4}-\d\d-\d\d/.test(value) ? parseInstant(value) : null
      if (at !== null) return at
      context.addIssue({ code: 'custom', message: 'not a time: write it as 2026-11-20T12:00:00Z' })
      return z.NEVER
    })
    .meta({ openapi: { type: 'string', format: 'date-time' } })

export const limit = (usual: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `must be a whole number from 1 to ${most}`)
    .transform(Number)
    .pipe(z.int().min(1).max(most))
    .default(usual)
    .meta({
      description: 'At most so many.',
      openapi: { type: 'integer', minimum: 1, maximum: most, default: usual },
    })

export const cursor = plain(8192).optional().describe('next_cursor of the page before.')

const checkFilters = {
  source: word().optional(),
  account: word().optional(),
  type: word().optional(),
  status: listOf(STATUSES),
  owner: word().optional(),
  q: plain(200).optional().describe('Part of the id or name, any case.'),
}

export const summaryQuery = z.strictObject(checkFilters)
export const checksQuery = z.strictObject({ ...checkFilters, limit: limit(50, 500), cursor })
export const pointsQuery = z.strictObject({ limit: limit(100, 1000), since: time().optional() })
export const listQuery = z.strictObject({ limit: limit(100, 1000) })
export const incidentsQuery = z.strictObject({
  state: listOf(INCIDENT_STATES),
  severity: listOf(SEVERITIES),
  kind: listOf(SUBJECT_KINDS),
  check: word().optional(),
  service: word().optional(),
  source: word().optional().describe('Those of the source itself, not of its checks.'),
  limit: limit(50, 500),
  cursor,
})
export const deliveriesQuery = z.strictObject({
  state: z.enum(DELIVERY_STATES).optional(),
  channel: word().optional(),
  limit: limit(100, 500),
})
const serviceFilters = {
  q: plain(200).optional().describe('Part of the name, the owner or a label, any case.'),
  owner: word().optional(),
  tier: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number')
    .transform(Number)
    .optional()
    .meta({ openapi: { type: 'integer' } }),
  outcome: listOf(['pass', 'fail', 'unknown']),
  severity: listOf(SEVERITIES),
}
export const servicesQuery = z.strictObject({ ...serviceFilters, limit: limit(50, 500), cursor })
export const runbookQuery = z.strictObject({ format: z.enum(['html', 'markdown', 'json']).default('html') })
/** KIND:VALUE, repeated: a value may hold commas. */
const losses = z
  .union([word(), z.array(word())])
  .transform((value) => (Array.isArray(value) ? value : [value]))
  .pipe(z.array(z.string()).max(50))
  .meta({
    description: `What is lost, all at once, as KIND:VALUE: ${LOSS_KINDS.join(', ')}. Repeat it.`,
    openapi: { type: 'array', items: { type: 'string' } },
  })
/** Several: repeated. */
const several = <S extends z.ZodType<unknown, string>>(one: S, description: string) =>
  z
    .union([one, z.array(one).max(100)])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .optional()
    .meta({ description, openapi: { type: 'array', items: { type: 'string' } } })
const wholeNumber = () => z.string().regex(/^\d{1,4}$/, 'must be a whole number')
export const reportQuery = z.strictObject({
  from: time().optional(),
  to: time().optional(),
  last: duration()
    .optional()
    .meta({ description: 'In place of from: 30d, 12w.', openapi: { type: 'string' } }),
  service: several(word(), 'Names or patterns with *. Repeat it.'),
  owner: several(word(), 'Repeat it for several.'),
  tier: several(wholeNumber(), 'Repeat it for several.'),
  format: z.enum(REPORT_FORMATS).default('json'),
  table: z.enum(CSV_TABLES).default('services').describe('For CSV: which table.'),
})
export const simulateQuery = z.strictObject({ lose: losses })
const lossFilters = { q: plain(200).optional().describe('Part of it, any case.'), kind: listOf(LOSS_KINDS) }
export const lossesQuery = z.strictObject({ ...lossFilters, limit: limit(50, 500), cursor })
export const domainsQuery = z.strictObject({ ...lossFilters, limit: limit(500, 5000) })

/** per_check=1: with the series of each check. */
export const metricsInput = z.object({ query: z.strictObject({ per_check: z.enum(['0', '1']).optional() }) })

export const idParams = z.strictObject({ id: word().describe('URL-encoded: it may hold slashes.') })
export const settingParams = z.strictObject({ kind: z.enum(SETTING_KINDS), name: word() })
export const settingQuery = z.strictObject({
  dry_run: z
    .enum(['true', 'false'])
    .optional()
    .transform((value) => value === 'true')
    .meta({ description: 'Only checks it.', openapi: { type: 'boolean' } }),
})
export const settingBody = z.strictObject({
  yaml: z
    .string()
    .max(60_000)
    .describe('Its settings, as they stand below its name in the file. "[secret]" keeps a secret.'),
})
export const nameParams = z.strictObject({ name: word() })

/** No pause is for ever: a check that nobody will look at again is how backups are lost. */
const LONGEST_PAUSE_SECONDS = 366 * 86_400

export const pauseBody = z
  .strictObject({
    until: time().optional().describe('When it ends by itself.'),
    for_seconds: z.number().positive().max(LONGEST_PAUSE_SECONDS).optional(),
    reason: plain(1000).nullish(),
  })
  .refine((body) => (body.until === undefined) !== (body.for_seconds === undefined), {
    message: 'give either until (a time) or for_seconds',
  })

/** When a pause that is asked for now ends; a sentence when it can't be. */
export function pauseEnd(body: z.output<typeof pauseBody>, now: number): ReturnType<typeof instant> | string {
  const until = body.until ?? instant(now + (body.for_seconds ?? 0) * 1000)
  if (until <= now) return 'The end of a pause must lie in the future.'
  if (until - now > LONGEST_PAUSE_SECONDS * 1000) return 'A pause can last 366 days at most.'
  return until
}

export const noteBody = z.strictObject({ note: plain(4000).nullish() }).nullish()
export const noBody = z.strictObject({}).nullish()
export const loginBody = z.strictObject({ password: z.string().min(1).max(1024) })
