import { z } from 'zod'
import type { ScopeId } from '../../domain/scope.ts'
import { httpUrl, secret, text } from '../../lib/fields.ts'
import { type Dump, type DumpSettings, dumpOf, dumpSchema, dumpShape } from '../parts/s3-dump/dump.ts'
import { scopeName, thresholdFields } from '../source.ts'

const ONE_DUMP = ['bucket', 'prefix', 'pattern', 'min_size', 'object_lock', 'push_url'] as const

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
      .record(scopeName(), dumpSchema)
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
      for (const key of ONE_DUMP)
        if (config[key] !== undefined) issue([key], `${key} belongs to one dump: write it under dumps`)
    } else if (config.bucket === undefined) issue([], 'there is nothing to look at: give bucket, or dumps')
  })

export type S3DumpsConfig = z.output<typeof s3DumpsConfig>

/** One dump with all that the configuration says of it. */
export interface NamedDump extends Dump {
  scope: ScopeId
  name: string
  own: DumpSettings
  /** The path of its settings. */
  path: string
}

/** The dumps of the source that is called `source`; a single one is called by its bucket. */
export function dumpsOf(source: string, config: S3DumpsConfig): NamedDump[] {
  const { bucket = '', prefix, pattern, min_size, object_lock, push_url } = config
  const entries: [string, DumpSettings, string][] = config.dumps
    ? Object.entries(config.dumps).map(([name, own]) => [name, own, `sources.${source}.dumps.${name}`])
    : [[bucket, { bucket, prefix, pattern, min_size, object_lock, push_url }, `sources.${source}`]]
  return entries.map(([name, own, path]) => ({
    ...dumpOf(own, config),
    scope: `${source}/${name}`,
    name,
    own,
    path,
  }))
}
