import { z } from 'zod'
import { parseInstant } from '../../domain/instant.ts'

/** What a program prints, as readme.md describes it. Fields that are not known are left alone. */

const instantField = z.iso
  .datetime({ offset: true, error: 'not a time: write 2026-11-20T12:00:00Z, or with an offset' })
  .transform((text, context) => {
    const at = parseInstant(text)
    if (at !== null) return at
    context.addIssue({ code: 'custom', message: 'not a time' })
    return z.NEVER
  })

const shortText = z.string().min(1).max(1000)
/** A part of the check's id. */
const childName = z
  .string()
  .regex(
    /^[^\s/\p{C}](?:[^\p{C}]{0,198}[^\s/\p{C}])?$/u,
    'not a name: at most 200 characters, none of them a control character',
  )

const point = z.object({
  id: shortText,
  recoverable_to: instantField,
  completed_at: instantField.nullish(),
  size_bytes: z.int().nonnegative().nullish(),
  state: z.enum(['complete', 'pending', 'failed', 'implausible']).default('complete'),
  problem: z.string().nullish(),
})

const resource = z.object({
  id: shortText.nullish(),
  name: shortText.nullish(),
  provider: shortText.nullish(),
  account: shortText.nullish(),
  region: shortText.nullish(),
})

const reportedCheck = z.object({
  name: childName.nullish(),
  recovery_points: z.array(point),
  failure: z.object({ at: instantField, reason: z.string() }).nullish(),
  resource: resource.nullish(),
  tags: z.record(z.string().max(128), z.string().max(1000)).nullish(),
  detail: z.string().nullish(),
})
export type ReportedCheck = z.output<typeof reportedCheck>

const wholeReport = z.object({ checks: z.array(reportedCheck), complete: z.boolean().optional() })
/** A line is a check, or the end, or both. */
const line = z.union([
  reportedCheck.extend({ complete: z.boolean().optional() }),
  z.object({ complete: z.boolean(), recovery_points: z.undefined().optional() }),
])

/** Reads what a program has printed: one JSON object, or one a line. A string is a sentence that says what is wrong. */
export function parseReport(text: string): ReportedCheck[] | string {
  const parsed = readWhole(text) ?? readLines(text)
  if (typeof parsed === 'string') return parsed
  if (!parsed.complete) return 'it does not say "complete": true, so it is not known whether this is all'
  return problemOf(parsed.checks) ?? parsed.checks
}

type Report = { checks: ReportedCheck[]; complete: boolean }

/** Null: it is not one JSON object with `checks`. */
function readWhole(text: string): Report | string | null {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || !('checks' in value)) return null
  const report = wholeReport.safeParse(value)
  return report.success
    ? { checks: report.data.checks, complete: report.data.complete === true }
    : whatIsWrong(report.error)
}

function readLines(text: string): Report | string {
  if (text.trim() === '') return 'it has printed nothing'
  const checks: ReportedCheck[] = []
  let complete = false
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '') continue
    const where = `line ${index + 1}`
    if (complete) return `${where} comes after "complete": true`
    const value = parseJson(raw)
    // the parser's own words would quote what was printed
    if (value === undefined) return `${where} is not JSON`
    const parsed = line.safeParse(value)
    if (!parsed.success) return `${where}: ${whatIsWrong(checkProblem(value) ?? parsed.error)}`
    if (parsed.data.recovery_points) checks.push(parsed.data)
    complete = parsed.data.complete === true
  }
  return { checks, complete }
}

/** What is wrong with it as a check: a union's own error says only that nothing fits. */
function checkProblem(value: unknown): z.ZodError | null {
  return reportedCheck.safeParse(value).error ?? null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function whatIsWrong(error: z.ZodError): string {
  const [first] = error.issues
  if (!first) return 'it does not fit the schema'
  const path = first.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return `${path.replace(/^\./, '') || 'the value'}: ${first.message}`
}

function problemOf(checks: readonly ReportedCheck[]): string | null {
  const names = new Set<string>()
  for (const { name, recovery_points } of checks) {
    if (!name && checks.length > 1) return 'there are several checks, and one of them has no name'
    if (name && names.has(name)) return 'two checks have the same name'
    if (name) names.add(name)
    if (new Set(recovery_points.map(({ id }) => id)).size < recovery_points.length)
      return 'two recovery points of a check have the same id'
  }
  return null
}
