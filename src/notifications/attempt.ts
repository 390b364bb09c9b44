import { type Instant, plus } from '../domain/instant.ts'
import type { Delivery, DeliveryResult } from '../domain/notification.ts'

const FIRST_WAIT_MS = 10_000
const LONGEST_WAIT_MS = 3_600_000
const LONGEST_NOT_BEFORE_MS = 86_400_000
const GIVE_UP_AFTER_MS = 3 * 86_400_000
/** A message that waited for days behind others, or while Backproof was down, is still tried this often. */
const LEAST_ATTEMPTS = 5

/**
 * The delivery after one more attempt. Delivered and rejected ones are finished; the others are tried again after 10 s, doubling
 * to 1 h, or when the receiver asked for it (at most 24 h), until 3 days have passed.
 */
export function afterAttempt(delivery: Delivery, result: DeliveryResult, now: Instant): Delivery {
  const attempts = delivery.attempts + 1
  const tried: Delivery = { ...delivery, attempts, triedAt: now }
  if (result.outcome === 'delivered')
    return { ...tried, state: 'delivered', finishedAt: now, lastError: result.note ?? null }
  const tired = attempts >= LEAST_ATTEMPTS && now - delivery.createdAt >= GIVE_UP_AFTER_MS
  if (result.outcome === 'rejected' || tired)
    return { ...tried, state: 'dead', finishedAt: now, lastError: result.reason }
  const asked = Math.min(result.notBefore ?? now, now + LONGEST_NOT_BEFORE_MS)
  const nextAttemptAt = plus(now, Math.max(waitMs(delivery.id, attempts), asked - now))
  return { ...tried, nextAttemptAt, lastError: result.reason }
}

/** By so much the clocks of workers may differ: one that is behind must not try at once what another has just tried. */
const SKEW_MS = 60_000

/**
 * What was tried waits until its time comes, by a clock that goes on. One that says less than at that try has been put back: then
 * what was reckoned by it is void, however long or short it was, and the message is tried at once.
 */
export function isHeldBack({ triedAt, nextAttemptAt }: Delivery, now: Instant): boolean {
  return triedAt !== null && triedAt <= now + SKEW_MS && now < nextAttemptAt
}

/** Doubling, spread over 80 % to 120 % by the key: channels that failed together don't come back together. */
function waitMs(key: string, attempts: number): number {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_WAIT_MS)
  return Math.round(wait * (0.8 + 0.4 * unit(`${key} ${attempts}`)))
}

/** A number from 0 to 1 that depends on the text alone (FNV-1a). http://www.isthe.com/chongo/tech/comp/fnv/ */
function unit(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  // FNV's last step moves the low bits alone: mix them upwards
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}
