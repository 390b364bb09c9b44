import { isIPv6 } from 'node:net'

/** So many at once, then one more every `everyMs`. */
export interface Allowance {
  burst: number
  everyMs: number
}

interface Bucket {
  tokens: number
  at: number
}

const MOST_REMOTES = 10_000

/** Limits attempts that fail (at the login, at hooks): per remote address, and of all together. */
export class LoginAttempts {
  readonly #perRemote: Allowance
  readonly #overall: Allowance
  readonly #remotes = new Map<string, Bucket>()
  readonly #all: Bucket

  constructor(perRemote: Allowance = { burst: 5, everyMs: 15_000 }, overall: Allowance = { burst: 40, everyMs: 2000 }) {
    this.#perRemote = perRemote
    this.#overall = overall
    this.#all = { tokens: overall.burst, at: 0 }
  }

  /** The milliseconds after which the next attempt may be made; null: now. It takes none. */
  wait(remote: string, now: number): number | null {
    const bucket = this.#remotes.get(networkOf(remote))
    if (bucket) fill(bucket, this.#perRemote, now)
    fill(this.#all, this.#overall, now)
    const waitMs = Math.max(bucket ? missing(bucket, this.#perRemote, now) : 0, missing(this.#all, this.#overall, now))
    return waitMs > 0 ? waitMs : null
  }

  /** Takes one attempt; null: go on. Otherwise the milliseconds after which the next may be made. */
  take(remote: string, now: number): number | null {
    const key = networkOf(remote)
    const bucket = this.#remotes.get(key) ?? { tokens: this.#perRemote.burst, at: now }
    fill(bucket, this.#perRemote, now)
    fill(this.#all, this.#overall, now)
    // the newest stand last: the longest unused make room first
    this.#remotes.delete(key)
    this.#remotes.set(key, bucket)
    for (const old of this.#remotes.keys()) {
      if (this.#remotes.size <= MOST_REMOTES) break
      this.#remotes.delete(old)
    }
    const waitMs = Math.max(missing(bucket, this.#perRemote, now), missing(this.#all, this.#overall, now))
    if (waitMs > 0) return waitMs
    bucket.tokens -= 1
    this.#all.tokens -= 1
    return null
  }

  /** Gives a successful attempt back. */
  succeeded(remote: string): void {
    const bucket = this.#remotes.get(networkOf(remote))
    if (bucket) bucket.tokens = Math.min(this.#perRemote.burst, bucket.tokens + 1)
    this.#all.tokens = Math.min(this.#overall.burst, this.#all.tokens + 1)
  }
}

function fill(bucket: Bucket, allowance: Allowance, now: number): void {
  // a clock that jumped back starts the count anew: nobody is locked out by it
  if (now < bucket.at) bucket.at = now
  const earned = Math.floor((now - bucket.at) / allowance.everyMs)
  if (earned === 0) return
  bucket.tokens = Math.min(allowance.burst, bucket.tokens + earned)
  bucket.at += earned * allowance.everyMs
}

function missing(bucket: Bucket, allowance: Allowance, now: number): number {
  return bucket.tokens >= 1 ? 0 : bucket.at + allowance.everyMs - now
}

/** Whoever has one IPv6 address has 2^64 of them: they count as one. */
function networkOf(remote: string): string {
  const address = remote.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0')
  return [...front, ...zeros, ...back]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16))
    .join(':')
}
