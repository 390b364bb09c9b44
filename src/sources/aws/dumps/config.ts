import { z } from 'zod'
import { text } from '../../../lib/fields.ts'
import { type Dump, dumpOf, dumpSchema } from '../../parts/s3-dump/dump.ts'
import { scopeName, type ThresholdSetting } from '../../source.ts'
import { accountId, region } from '../fields.ts'

const awsDump = z.strictObject({
  ...dumpSchema.shape,
  name: text().pipe(scopeName()).optional().describe('What its check is called; its bucket and prefix'),
  account: accountId().optional().describe('Whose credentials it is read with, where the source has several accounts'),
  region: region().optional().describe('The region of the bucket; it is followed there'),
})

export const dumpChecks = z
  .array(awsDump)
  .min(1)
  .superRefine((dumps, context) => {
    const seen = new Set<string>()
    for (const [index, dump] of dumps.entries()) {
      const name = nameOf(dump)
      if (seen.has(name))
        context.addIssue({ code: 'custom', path: [index], message: `${name} is there twice: give each a name` })
      seen.add(name)
    }
  })

export type AwsDumpSettings = z.output<typeof awsDump>

/** One dump with all that the configuration says of it. */
export interface AwsDump extends Dump {
  /** "s3:acme-dumps/pg/appdb-", "s3:123456789012:acme-dumps/pg/appdb-". */
  name: string
  own: AwsDumpSettings
  /** Its place in the list. */
  index: number
}

function nameOf({ name, account, bucket, prefix = '' }: AwsDumpSettings): string {
  return `s3:${account === undefined ? '' : `${account}:`}${name ?? (prefix === '' ? bucket : `${bucket}/${prefix}`)}`
}

export function awsDumps(dumps: readonly AwsDumpSettings[], general: ThresholdSetting): AwsDump[] {
  return dumps.map((own, index) => ({ ...dumpOf(own, general), name: nameOf(own), own, index }))
}
