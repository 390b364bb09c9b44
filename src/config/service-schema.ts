import { z } from 'zod'
import { parseInstant } from '../domain/instant.ts'
import { CONSISTENCIES, type DOMAIN_KINDS } from '../domain/service.ts'
import { SERVICE_RULES, type ServiceRuleId } from '../domain/service-rule.ts'
import { SEVERITIES } from '../domain/severity.ts'
import { duration, httpUrl, text } from '../lib/fields.ts'
import { name } from './name.ts'

const tags = () => z.record(z.string().min(1).max(128), text())

const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/

/** "2026-11-20" (UTC) or "2026-11-20T12:00:00Z". */
const date = () =>
  text()
    .transform((value, context) => {
      const at = ISO.test(value) ? parseInstant(value) : null
      // "2026-02-30" would be the 2nd of March
      if (at !== null && (value.length > 10 || new Date(at).toISOString().startsWith(value))) return { at, value }
      context.addIssue({ code: 'custom', message: 'not a date: write 2026-11-20 or 2026-11-20T12:00:00Z' })
      return z.NEVER
    })
    .meta({ examples: ['2026-11-20', '2026-11-20T12:00:00Z'] })

const WHAT = {
  provider: 'Whose machines it lies on: aws, hetzner, our own',
  account: 'The account that owns it',
  region: 'The region that it lies in',
  site: 'A place with its own power and doors: dc-a',
  medium: 'The medium or system that holds it: s3-main, nas01, tape',
  credential: 'What can write and delete there: a name, never the secret itself',
} as const satisfies Record<(typeof DOMAIN_KINDS)[number], string>

const domainShape = {
  provider: text().optional().describe(WHAT.provider),
  account: text().optional().describe(WHAT.account),
  region: text().optional().describe(WHAT.region),
  site: text().optional().describe(WHAT.site),
  medium: text().optional().describe(WHAT.medium),
  credential: text().optional().describe(WHAT.credential),
}

export const copyShape = {
  type: text().describe(
    'What kind of copy it is: local-object-storage, off-site-object-storage, immutable-monthly, ...',
  ),
  location: text().optional().describe('Where it is: "dc-a / s3-main"'),
  check: text().optional().describe('The id of the check that proves it, or a glob'),
  tags: tags()
    .refine((value) => Object.keys(value).length > 0, 'it is empty')
    .optional()
    .describe('Tags that the resources of its checks have; values may be globs'),
  max_age: duration().optional().describe('How old this copy may be, where that is not the RPO'),
  ...domainShape,
  immutable: z.boolean().optional().describe('Nobody can change or delete it for a while: object lock, vault lock'),
  offline: z.boolean().optional().describe('No network reaches it'),
  encryption: text().optional().describe('How it is encrypted: restic, sse-kms, age; "none" where it is not'),
  keys: z.array(name()).optional().describe("Which of the service's keys it takes to read it"),
  consistency: z
    .enum(CONSISTENCIES)
    .optional()
    .describe('application: the service took part, or its log is kept; crash: as if the power had failed'),
}
const copy = z.strictObject(copyShape)

const count = z.int().min(-1).max(100_000).optional()
export const keepShape = {
  last: count.describe('The newest so many; -1: all'),
  hourly: count.describe('One of each of the newest so many hours that have any'),
  daily: count.describe('Of days'),
  weekly: count.describe('Of ISO weeks'),
  monthly: count.describe('Of months'),
  yearly: count.describe('Of years'),
}

export const keyShape = {
  name: name(),
  holders: z.array(text()).optional().describe('Who can decrypt with it in an emergency'),
  where: text().optional().describe('Where it is found when everything is down; never the key itself'),
  last_rehearsed: date().optional().describe('When somebody last decrypted a backup with it'),
  rehearse_every: duration().optional().describe('How often that is to be tried; 365d'),
}

export const waiverShape = {
  rule: z.enum(SERVICE_RULES).describe('The rule whose finding is accepted'),
  reason: text().describe('Why'),
  owner: text().describe('Who answers for it'),
  until: date().describe('The last day on which it holds, or the instant at which it ends'),
}

export const tuningShape = {
  severity: z
    .enum([...SEVERITIES, 'off'])
    .optional()
    .describe('What a failure counts as; info is a remark that opens no incident; off: it is not judged'),
  reason: text().optional().describe('Why'),
  owner: text().optional().describe('Who answers for it'),
  until: date().optional().describe('The last day on which it is so, or the instant at which that ends; for good'),
}

/** Of some rules, what they measure by. */
export const MEASURES = {
  copies: { least: z.int().min(1).max(20).optional().describe('How many copies there are to be, with production; 3') },
  shrinkage: {
    below: z
      .number()
      .gt(0)
      .lte(1)
      .optional()
      .describe('The part of the usual size below which a point is too small; 0.5'),
  },
  retention: {
    spare: z.int().min(0).max(100_000).optional().describe('Points beyond those to keep that may wait for a prune; 10'),
  },
  contradictions: {
    within: duration()
      .optional()
      .describe("How much older than a job's success its point may be; half of its interval"),
  },
}

const tuning = <S extends z.ZodRawShape>(shape: S) =>
  z
    .strictObject({ ...tuningShape, ...shape })
    .refine(
      (value) => Object.keys(value).some((key) => key === 'severity' || key in shape),
      'it sets nothing: give severity, or what the rule measures by',
    )

const rulesShape = {
  rpo: tuning({}).optional(),
  copies: tuning(MEASURES.copies).optional(),
  'off-site': tuning({}).optional(),
  'copies-strict': tuning({}).optional(),
  immutability: tuning({}).optional(),
  encryption: tuning({}).optional(),
  'key-access': tuning({}).optional(),
  'app-consistency': tuning({}).optional(),
  retention: tuning(MEASURES.retention).optional(),
  'drill-recency': tuning({}).optional(),
  rto: tuning({}).optional(),
  'restore-order': tuning({}).optional(),
  ownership: tuning({}).optional(),
  domains: tuning({}).optional(),
  contradictions: tuning(MEASURES.contradictions).optional(),
  shrinkage: tuning(MEASURES.shrinkage).optional(),
} satisfies Record<ServiceRuleId, z.ZodType>

export const serviceShape = {
  tier: z.int().min(1).max(9).optional().describe('1 is the gravest'),
  owner: text().optional().describe('Who is told'),
  method: text().optional().describe('How it is backed up: "app-consistent + WAL"'),
  rpo: duration().optional().describe('How much of the newest data may be lost'),
  rto: duration().optional().describe('How long it may be away'),
  depends_on: z.array(name()).optional().describe('Services that must be restored before it'),
  copies: z.array(copy).optional().describe('Where its backups are'),
  runbook: httpUrl().optional().describe('Where people read how it is recovered'),
  data_class: text().optional().describe('What kind of data it holds: confidential, personal, public'),
  labels: tags().optional().describe('Whatever else you want to know it by'),
  database: z.boolean().optional().describe('Whether it is a database; told from its name, method and checks if not'),
  production: z.strictObject(domainShape).optional().describe('Where it runs itself'),
  standard: z.enum(['3-2-1', '3-2-1-1-0']).optional().describe('What its copies are held against; 3-2-1'),
  keys: z.array(z.strictObject(keyShape)).optional().describe('Who can decrypt its backups'),
  retention: z
    .strictObject(keepShape)
    .refine((value) => Object.values(value).some((number) => number !== 0), 'it keeps nothing')
    .optional()
    .describe('How many points are to be kept, as restic forget counts them'),
  drill_every: duration().optional().describe('How often a restore is to be tried; 180d'),
  waivers: z.array(z.strictObject(waiverShape)).optional().describe('Findings that are accepted for a while'),
  rules: z.strictObject(rulesShape).optional().describe('How rules are set for it, by their names'),
}
export const service = z.strictObject(serviceShape)
export const listedService = z.strictObject({ name: name(), ...serviceShape })
