import { instant } from '../../../domain/instant.ts'
import type { Observation } from '../../../domain/observation.ts'
import type { ProtectedResource } from '../../../domain/protected-resource.ts'
import type { CheckId, RecoveryPoint } from '../../../domain/recovery-point.ts'
import type { SourceFault } from '../../../domain/source-fault.ts'
import { formatBytes } from '../../../lib/bytes.ts'
import { type Bucket, S3Error, type S3Object } from '../../../lib/s3/index.ts'
import { SecretError } from '../../../lib/secret.ts'
import type { ScanContext } from '../../source.ts'
import type { Dump } from './dump.ts'
import { lockOf } from './lock.ts'
import { readDump } from './read-dump.ts'

export interface Where {
  check: CheckId
  resource: Pick<ProtectedResource, 'name' | 'provider' | 'account' | 'region'>
}

/** One dump as a check of its own: its newest objects, and how the newest is locked. Throws what `dumpFault` reads. */
export async function* observeDump(
  bucket: Bucket,
  dump: Dump,
  { check, resource }: Where,
  context: ScanContext,
): AsyncIterable<Observation> {
  const { tally, memory } = await readDump(bucket, dump, context)
  const newest = tally.newest()
  const lock = await lockOf(bucket, dump, newest?.key ?? null, context)
  context.remember(memory)
  const wait = newest?.storageClass ? ARCHIVED[newest.storageClass] : undefined
  const details = [
    wait && `The newest object is archived (${newest?.storageClass}): to read it takes ${wait} of waiting first.`,
    lock.detail,
  ].filter(Boolean)
  yield {
    kind: 'resource',
    check,
    type: 's3-dump',
    resource: { ...resource, id: `s3://${dump.bucket}/${dump.prefix}`, tags: {} },
    ...lock,
    ...(details.length > 0 && { detail: details.join(' ') }),
  }
  for (const found of [...tally.others(), ...tally.good()])
    yield { kind: 'recovery-point', point: pointOf(check, dump, found) }
}

/** Tiers whose objects must be restored before they can be read. */
const ARCHIVED: Record<string, string> = {
  GLACIER: 'minutes to hours',
  DEEP_ARCHIVE: 'half a day to two days',
}

function pointOf(check: CheckId, dump: Dump, { key, lastModifiedAt: at, sizeBytes }: S3Object): RecoveryPoint {
  const tooSmall = sizeBytes < dump.minSizeBytes
  return {
    check,
    id: key,
    recoverableTo: instant(at),
    completedAt: instant(at),
    sizeBytes,
    state: tooSmall ? 'implausible' : 'complete',
    problem: tooSmall ? `${formatBytes(sizeBytes)} is less than min_size, ${formatBytes(dump.minSizeBytes)}` : null,
  }
}

/** Why a dump could not be read; null: a bug of ours. */
export function dumpFault(error: unknown): SourceFault | null {
  if (error instanceof S3Error) return { kind: error.kind, message: error.message, advice: error.advice }
  if (error instanceof SecretError)
    return { kind: 'credentials', message: error.message, advice: 'make it readable again' }
  return null
}
