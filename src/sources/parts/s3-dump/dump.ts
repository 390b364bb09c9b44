import { z } from 'zod'
import { bytes, secretUrl, text } from '../../../lib/fields.ts'
import { type ThresholdSetting, thresholdFields } from '../../source.ts'
import { dateUnit, literalBase, parsePattern } from './pattern.ts'

/** What a dump without any threshold takes: a day, and an hour for the job. */
export const DUMP_MAX_AGE_MS = 25 * 3_600_000

/** The settings of one dump, each as it is where it is required. */
export const dumpShape = {
  bucket: text()
    .refine((name) => /^[A-Za-z0-9][A-Za-z0-9._:-]{1,254}$/.test(name), 'not the name of a bucket (without s3://)')
    .describe('The bucket'),
  prefix: text()
    .superRefine((prefix, context) => {
      const stray = /\{[^}]*\}?/g.exec(prefix.replace(/\{(?:yyyy|MM|dd|HH)\}/g, ''))
      if (stray)
        context.addIssue({
          code: 'custom',
          message: `${stray[0]} is no date: there are {yyyy}, {MM}, {dd} and {HH} (UTC)`,
        })
      else if (prefix.includes('{') && !prefix.includes('{yyyy}'))
        context.addIssue({ code: 'custom', message: 'a date in the prefix needs its year: {yyyy}' })
      else if (dateUnit(prefix) === null && prefix.includes('{'))
        context.addIssue({ code: 'custom', message: 'the date in the prefix has a gap: {yyyy}, then {MM}, {dd}, {HH}' })
    })
    .describe('How the keys begin; {yyyy} {MM} {dd} {HH} stand for the date in UTC. The whole bucket'),
  pattern: text()
    .superRefine((pattern, context) => {
      const parsed = parsePattern(pattern)
      if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed })
    })
    .describe('What the rest of the key must match: a glob ("*.dump.gz") or a regular expression between slashes'),
  min_size: bytes().describe('Smaller objects are no backups; 1 byte'),
  object_lock: z
    .enum(['verify', 'required'])
    .describe(
      'Whether to ask until when the newest dump is locked: verify tells it, required also opens an incident where it is not',
    ),
  push_url: secretUrl().describe('Uptime Kuma push or Healthchecks ping URL that hears of each look'),
}

export const dumpSchema = z.strictObject({
  ...z.strictObject(dumpShape).partial().required({ bucket: true }).shape,
  ...thresholdFields,
})
export type DumpSettings = z.output<typeof dumpSchema>

/** Where the objects of a dump lie, which of them count, and when the next is due. */
export interface Dump {
  bucket: string
  prefix: string
  /** How all its keys begin: the prefix up to its first date. */
  base: string
  pattern: string | null
  minSizeBytes: number
  /** When a new one is surely due, as far as its configuration says. */
  dueAfterMs: number
  lock: DumpSettings['object_lock'] | null
}

/** `general`: what its source says of all dumps. */
export function dumpOf(own: DumpSettings, general: ThresholdSetting): Dump {
  return {
    bucket: own.bucket,
    prefix: own.prefix ?? '',
    base: literalBase(own.prefix ?? ''),
    pattern: own.pattern ?? null,
    // what is empty is no backup, whatever a configuration says
    minSizeBytes: Math.max(1, own.min_size ?? 1),
    dueAfterMs: dueAfterMs(own) ?? dueAfterMs(general) ?? DUMP_MAX_AGE_MS,
    lock: own.object_lock ?? null,
  }
}

function dueAfterMs({ max_age, expected_frequency_hours }: ThresholdSetting): number | null {
  return max_age ?? (expected_frequency_hours === undefined ? null : expected_frequency_hours * 3_600_000)
}

/** What reading it takes; `bucket` is in all partitions but one AWS's own: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
export function dumpPermissions({ bucket, base, lock }: Dump, partition = 'aws') {
  const arn = `arn:${partition}:s3:::${bucket}`
  const list = {
    action: 's3:ListBucket',
    resource: arn,
    why: `to list the objects under "${base}" (it is enough where s3:prefix is like "${base}*"); nothing is read or written`,
  }
  if (lock === null) return [list]
  const why = 'to see until when the newest dump is locked; what is in it is not read'
  return [list, { action: 's3:GetObjectRetention', resource: `${arn}/${base}*`, why }]
}
