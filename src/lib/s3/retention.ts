import { S3Error } from './error.ts'
import { field } from './list-page.ts'

/** How one object is locked, and until when (epoch milliseconds). */
export interface Retention {
  mode: 'COMPLIANCE' | 'GOVERNANCE'
  until: number
}

/**
 * Answers that say that it is not locked: the object has no retention, or its bucket no object lock at all.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html
 */
const UNLOCKED = new Set(['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError'])

export function isUnlocked({ code, status, message }: S3Error): boolean {
  if (code === null) return false
  // "Bucket is missing Object Lock Configuration"
  return UNLOCKED.has(code) || (status === 400 && code === 'InvalidRequest' && /object lock/i.test(message))
}

/** Throws S3Error where it is no such answer. */
export function parseRetention(body: string, what: string): Retention {
  const mode = field(body, 'Mode')
  const until = Date.parse(field(body, 'RetainUntilDate') ?? '')
  if ((mode === 'COMPLIANCE' || mode === 'GOVERNANCE') && !Number.isNaN(until)) return { mode, until }
  throw new S3Error('unreadable', `${what}: the store does not say how it is locked`)
}
