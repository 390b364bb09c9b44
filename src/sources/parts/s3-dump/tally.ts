import { compareKeys, type S3Object } from '../../../lib/s3/index.ts'

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
  #least: T | null = null

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
    if (this.#held.length === this.#limit) this.#least = this.#held[0] ?? null
  }

  /** What is less than this is not kept any more; null: nothing is known of it yet. */
  get least(): T | null {
    return this.#least
  }

  /** Smallest first. */
  sorted(): readonly T[] {
    this.#cut()
    return this.#held
  }
}

/** Oldest first; of the same instant, by key. */
export const byDate = (a: S3Object, b: S3Object) => a.lastModifiedAt - b.lastModifiedAt || compareKeys(a.key, b.key)

/** What a look has seen of one dump: its newest objects and its last keys, whatever the order they came in. */
export class Tally {
  readonly #matches: (key: string) => boolean
  readonly #minSizeBytes: number
  readonly #now: number
  readonly #good = new Greatest(GOOD, byDate)
  readonly #others = new Greatest(OTHERS, byDate)
  readonly #last = new Greatest<S3Object>(GOOD, (a, b) => compareKeys(a.key, b.key))
  matching = 0

  constructor(matches: (key: string) => boolean, minSizeBytes: number, now: number) {
    this.#matches = matches
    this.#minSizeBytes = minSizeBytes
    this.#now = now
  }

  isGood(found: S3Object): boolean {
    return found.sizeBytes >= this.#minSizeBytes && found.lastModifiedAt <= this.#now + SKEW_MS
  }

  /** Adds a page, its keys ascending. */
  add(objects: readonly S3Object[]): void {
    const good: S3Object[] = []
    const others: S3Object[] = []
    const last: S3Object[] = []
    const floor = this.#good.least?.lastModifiedAt ?? Number.NEGATIVE_INFINITY
    for (const object of objects) {
      if (!this.#matches(object.key)) continue
      this.matching++
      if (!this.isGood(object)) others.push(object)
      else if (object.lastModifiedAt >= floor) good.push(object)
    }
    for (let index = objects.length - 1; index >= 0 && last.length < GOOD; index--) {
      const object = objects[index]
      if (object && this.#matches(object.key)) last.push(object)
    }
    this.#good.add(newest(good, GOOD))
    this.#others.add(newest(others, OTHERS))
    this.#last.add(last.map(detached))
  }

  /** The newest good objects, oldest first. */
  good(): readonly S3Object[] {
    return this.#good.sorted()
  }

  /** The newest that are too small or dated in the future, oldest first. */
  others(): readonly S3Object[] {
    return this.#others.sorted()
  }

  newest(): S3Object | null {
    return this.good().at(-1) ?? null
  }

  /** The last keys in the order of keys. */
  last(): readonly S3Object[] {
    return this.#last.sorted()
  }
}

function newest(found: S3Object[], limit: number): S3Object[] {
  const few = found.length > limit ? found.sort(byDate).slice(-limit) : found
  return few.map(detached)
}

/** A string cut from a page keeps the whole page in memory: what is kept is copied. */
function detached(found: S3Object): S3Object {
  const { key, storageClass } = found
  return { ...found, key: copy(key), storageClass: storageClass === null ? null : copy(storageClass) }
}

function copy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
