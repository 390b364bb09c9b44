import { z } from 'zod'
import type { ScopeId } from '../../domain/scope.ts'
import { bytes, httpUrl, secret, secretUrl, text } from '../../lib/fields.ts'
import { type ThresholdSetting, thresholdFields } from '../source.ts'
import { dateUnit, literalBase, parsePattern } from './pattern.ts'

/** What a source without any threshold of its own takes: a day, and an hour for the job. */
export const DEFAULT_MAX_AGE_MS = 25 * 3_600_000

const dumpShape = {
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
  push_url: secretUrl().describe('Uptime Kuma push or Healthchecks ping URL that hears of each look'),
}

const NAME = /^[^\s/\p{C}](?:[^/\p{C}]{0,126}[^\s/\p{C}])?$/u

const dump = z.strictObject({
  ...z.strictObject(dumpShape).partial().required({ bucket: true }).shape,
  ...thresholdFields,
})

export const s3DumpsConfig = z
  .strictObject({
    endpoint: httpUrl().optional().describe("The address of the store; Amazon's own, by region"),
    region: text()
      .refine((region) => /^[a-z0-9][a-z0-9-]{0,40}$/.test(region), 'not a region: write it as in eu-central-1')
      .optional()
      .describe('The region of the buckets; us-east-1, and a bucket elsewhere is followed there'),
    path_style: z.boolean().optional().describe('The bucket in the path and not in the host; true except at Amazon'),
    access_key_id: secret().optional(),
    secret_access_key: secret().optional(),
    session_token: secret().optional().describe('Of temporary credentials'),
    profile: text().optional().describe("A section of ~/.aws/credentials or ~/.aws/config; as Amazon's tools choose"),
    anonymous: z.boolean().optional().describe('Ask without credentials: for public buckets'),
    dumps: z
      .record(z.string().regex(NAME, 'not a name: at most 128 characters, without slashes and line breaks'), dump)
      .optional()
      .describe('The dumps by name: where each lies, and how often it comes'),
    ...z.strictObject(dumpShape).partial().shape,
    ...thresholdFields,
  })
  .superRefine((config, context) => {
    const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if ((config.access_key_id === undefined) !== (config.secret_access_key === undefined))
      issue(
        [config.access_key_id ? 'access_key_id' : 'secret_access_key'],
        'access_key_id and secret_access_key go together',
      )
    if (config.session_token && !config.access_key_id) issue(['session_token'], 'a session token needs its access key')
    const ways = (['access_key_id', 'profile', 'anonymous'] as const).filter((way) => config[way])
    if (ways[1]) issue([ways[1]], `there is ${ways[0]} too: keep one way to log in`)
    if (config.dumps) {
      if (Object.keys(config.dumps).length === 0) issue(['dumps'], 'there is nothing to look at: name a dump')
      for (const key of ['bucket', 'prefix', 'pattern', 'min_size', 'push_url'] as const)
        if (config[key] !== undefined) issue([key], `${key} belongs to one dump: write it under dumps`)
    } else if (config.bucket === undefined) issue([], 'there is nothing to look at: give bucket, or dumps')
  })

export type S3DumpsConfig = z.output<typeof s3DumpsConfig>
type DumpConfig = z.output<typeof dump>

/** One dump with all that the configuration says of it. */
export interface Dump {
  scope: ScopeId
  name: string
  bucket: string
  prefix: string
  /** How all its keys begin: the prefix up to its first date. */
  base: string
  pattern: string | null
  minSizeBytes: number
  /** When a new one is surely due, as far as this configuration says. */
  dueAfterMs: number
  own: DumpConfig
  /** The path of its settings. */
  path: string
}

/** The dumps of the source that is called `source`; a single one is called by its bucket. */
export function dumpsOf(source: string, config: S3DumpsConfig): Dump[] {
  const { bucket = '', prefix, pattern, min_size, push_url } = config
  const entries: [string, DumpConfig, string][] = config.dumps
    ? Object.entries(config.dumps).map(([name, own]) => [name, own, `sources.${source}.dumps.${name}`])
    : [[bucket, { bucket, prefix, pattern, min_size, push_url }, `sources.${source}`]]
  return entries.map(([name, own, path]) => ({
    scope: `${source}/${name}`,
    name,
    bucket: own.bucket,
    prefix: own.prefix ?? '',
    base: literalBase(own.prefix ?? ''),
    pattern: own.pattern ?? null,
    // what is empty is no backup, whatever a configuration says
    minSizeBytes: Math.max(1, own.min_size ?? 1),
    dueAfterMs: dueAfterMs(own) ?? dueAfterMs(config) ?? DEFAULT_MAX_AGE_MS,
    own,
    path,
  }))
}

function dueAfterMs({ max_age, expected_frequency_hours }: ThresholdSetting): number | null {
  return max_age ?? (expected_frequency_hours === undefined ? null : expected_frequency_hours * 3_600_000)
}
