import type { Clock } from '../../lib/clock.ts'

export interface Bucket {
  /** Requests that may be made at once. */
  size: number
  refillPerSecond: number
}

/**
 * Half of what Amazon publishes for EC2's calls with pages or filters (100, refilled at 20 a second, for each account,
 * region and API), so that others in the account are never throttled because of us.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export const EC2_BUCKET: Bucket = { size: 50, refillPerSecond: 10 }

/** A token bucket: take() resolves when one more request may go out, in the order of the calls, or when the signal aborts. */
export class RateLimit {
  readonly #bucket: Bucket
  readonly #clock: Clock
  #tokens: number
  #at: number

  constructor(bucket: Bucket, clock: Clock) {
    this.#bucket = bucket
    this.#clock = clock
    this.#tokens = bucket.size
    this.#at = clock.now()
  }

  async take(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.now()
    const { size, refillPerSecond } = this.#bucket
    // a clock that jumps back refills nothing
    const refilled = (Math.max(0, now - this.#at) / 1000) * refillPerSecond
    this.#tokens = Math.min(size, this.#tokens + refilled) - 1
    this.#at = now
    // below zero it is owed: each that comes later waits for longer
    if (this.#tokens < 0) await this.#clock.sleep((-this.#tokens / refillPerSecond) * 1000, signal)
  }
}
