import { compareKeys, type S3Object } from '../../lib/s3/index.ts'

export interface Found {
  key: string
  sizeBytes: number
  at: number
  storageClass: string | null
}

/** Points that a look hands on, of each kind. */
const GOOD = 100
const OTHERS = 10
/** A store's clock may be this much ahead of ours. */
const SKEW_MS = 5 * 60_000

/** Keeps the greatest few of very many, in memory that does not grow with them. */
class Greatest<T> {
  readonly #limit: number
  readonly #compare: (a: T, b: T) => number
  #held: T[] = []

  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit
    this.#compare = compare
  }

  add(items: readonly T[]): void {
    for (const item of items) this.#held.push(item)
    if (this.#held.length > 8 * this.#limit) this.#cut()
  }

  #cut(): void {
    this.#held.sort(this.#compare)
    if (this.#held.length > this.#limit) this.#held.splice(0, this.#held.length - this.#limit)
  }

  /** Smallest first. */
  sorted(): readonly T[] {
    this.#cut()
    return this.#held
  }
}

const byDate = (a: Found, b: Found) => a.at - b.at || compareKeys(a.key, b.key)

/** What a look has seen of one dump: its newest objects and its last keys, whatever the order they came in. */
export class Tally {
  readonly #matches: (key: string) => boolean
  readonly #minSizeBytes: number
  readonly #now: number
  readonly #good = new Greatest(GOOD, byDate)
  readonly #others = new Greatest(OTHERS, byDate)
  readonly #last = new Greatest<Found>(GOOD, (a, b) => compareKeys(a.key, b.key))
  matching = 0

  constructor(matches: (key: string) => boolean, minSizeBytes: number, now: number) {
    this.#matches = matches
    this.#minSizeBytes = minSizeBytes
    this.#now = now
  }

  isGood(found: Found): boolean {
    return found.sizeBytes >= this.#minSizeBytes && found.at <= this.#now + SKEW_MS
  }

  /** Adds a page, its keys ascending. */
  add(objects: readonly S3Object[]): void {
    const good: Found[] = []
    const others: Found[] = []
    const all: Found[] = []
    for (const { key, sizeBytes, lastModifiedAt: at, storageClass } of objects) {
      if (!this.#matches(key)) continue
      const found = { key, sizeBytes, at, storageClass }
      all.push(found)
      if (this.isGood(found)) good.push(found)
      else others.push(found)
    }
    this.matching += all.length
    this.#good.add(newest(good, GOOD))
    this.#others.add(newest(others, OTHERS))
    this.#last.add(all.slice(-GOOD).map(detached))
  }

  /** The newest good objects, oldest first. */
  good(): readonly Found[] {
    return this.#good.sorted()
  }

  /** The newest that are too small or dated in the future, oldest first. */
  others(): readonly Found[] {
    return this.#others.sorted()
  }

  newest(): Found | null {
    return this.good().at(-1) ?? null
  }

  /** The last keys in the order of keys. */
  last(): readonly Found[] {
    return this.#last.sorted()
  }
}

function newest(found: Found[], limit: number): Found[] {
  const few = found.length > limit ? found.sort(byDate).slice(-limit) : found
  return few.map(detached)
}

/** A string cut from a page keeps the whole page in memory: what is kept is copied. */
function detached(found: Found): Found {
  const { key, storageClass } = found
  return { ...found, key: copy(key), storageClass: storageClass === null ? null : copy(storageClass) }
}

function copy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
