import type { Observation } from '../../../domain/observation.ts'
import type { Scope } from '../../../domain/scope.ts'
import type { Clock } from '../../../lib/clock.ts'
import { type Bucket, openBucket } from '../../../lib/s3/index.ts'
import { observeDump } from '../../parts/s3-dump/observe.ts'
import type { ScanContext } from '../../source.ts'
import type { Account } from '../account.ts'
import type { AwsDump } from './config.ts'

/** A bucket, read as whoever the account is entered as. */
export function openAwsBucket(
  account: Account,
  { bucket, own }: AwsDump,
  endpoint: string | undefined,
  clock: Clock,
): Bucket {
  const { credentials } = account.options(account.homeRegion)
  return openBucket({ endpoint, region: own.region ?? account.homeRegion, bucket, credentials, retry: { clock } })
}

/** One dump, as a check that is called like its scope. */
export async function* lookAtDump(
  account: Account,
  bucket: Bucket,
  dump: AwsDump,
  scope: Scope,
  context: ScanContext,
): AsyncIterable<Observation> {
  const resource = {
    name: dump.own.name ?? `${dump.bucket}/${dump.prefix}`,
    provider: 'aws',
    account: await account.id(context.signal),
    region: dump.own.region ?? null,
  }
  yield* observeDump(bucket, dump, { check: scope.id, resource }, context)
}
