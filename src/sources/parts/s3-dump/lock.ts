import type { Condition } from '../../../domain/condition.ts'
import type { Immutability } from '../../../domain/immutability.ts'
import { type Instant, instant, toIso } from '../../../domain/instant.ts'
import { type Bucket, S3Error } from '../../../lib/s3/index.ts'
import type { Dump } from './dump.ts'

export interface Lock {
  conditions?: Condition[]
  immutability?: Immutability
  /** What a person should know of it. */
  detail?: string
}

const ADVICE =
  'Give the bucket object lock with a default retention in compliance mode, as long as dumps are to be kept.'

/**
 * What is seen of the lock of the newest good object. Governance mode is no lock that holds: whoever may bypass it can
 * delete. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes
 * Throws S3Error where it may be seen another time.
 */
export async function lockOf(
  bucket: Bucket,
  dump: Dump,
  key: string | null,
  { now, signal }: { now: Instant; signal: AbortSignal },
): Promise<Lock> {
  if (dump.lock === null || key === null) return {}
  const say = (outcome: Condition['outcome'], reason: string, advice: string | null): Lock =>
    dump.lock === 'required'
      ? { conditions: [{ type: 'LOCK_MISSING', outcome, severity: 'warning', reason, advice }] }
      : { detail: reason }
  try {
    const retention = await bucket.retention(key, { signal })
    if (retention === null)
      return say('fail', `The newest dump, ${key}, is not locked: whoever may write can delete it.`, ADVICE)
    const until = instant(retention.until)
    if (until <= now) return say('fail', `The lock of the newest dump, ${key}, has ended at ${toIso(until)}.`, ADVICE)
    if (retention.mode === 'GOVERNANCE')
      return say(
        'fail',
        `The newest dump, ${key}, is locked in governance mode until ${toIso(until)}: whoever may s3:BypassGovernanceRetention can delete it.`,
        ADVICE,
      )
    return {
      ...say('pass', `The newest dump is locked until ${toIso(until)}.`, null),
      immutability: { how: 'object lock, compliance', until },
    }
  } catch (error) {
    // it was deleted meanwhile, or nobody may ask: the dumps themselves were seen
    if (!(error instanceof S3Error) || (error.kind !== 'denied' && error.kind !== 'not-found')) throw error
    return say('unknown', `Whether the newest dump is locked could not be seen: ${error.message}.`, error.advice)
  }
}
