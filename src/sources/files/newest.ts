/** Keeps the `limit` items with the greatest keys of any number, in memory for `limit`. */
export class Newest<T> {
  readonly #limit: number
  readonly #compare: (a: T, b: T) => number
  /** A binary heap with the least item on top: the next to go. */
  readonly #heap: T[] = []
  #dropped = false

  /** `compare` is positive when `a` is newer than `b`. */
  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit
    this.#compare = compare
  }

  /** Whether an item was too old to be kept. */
  get dropped(): boolean {
    return this.#dropped
  }

  add(item: T): void {
    const heap = this.#heap
    if (heap.length < this.#limit) {
      heap.push(item)
      this.#up(heap.length - 1)
      return
    }
    this.#dropped = true
    const least = heap[0]
    if (least === undefined || this.#compare(item, least) <= 0) return
    heap[0] = item
    this.#down(0)
  }

  /** Newest first. */
  sorted(): T[] {
    return [...this.#heap].sort((a, b) => this.#compare(b, a))
  }

  #up(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfOlder(at, parent)) return
      at = parent
    }
  }

  #down(from: number): void {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const [a, b] = [this.#heap[left], this.#heap[right]]
      if (a === undefined) return
      const child = b !== undefined && this.#compare(b, a) < 0 ? right : left
      if (!this.#swapIfOlder(child, at)) return
      at = child
    }
  }

  /** Puts the item at `child` in the place of its parent if it is the older one. */
  #swapIfOlder(child: number, parent: number): boolean {
    const [low, high] = [this.#heap[child], this.#heap[parent]]
    if (low === undefined || high === undefined || this.#compare(low, high) >= 0) return false
    this.#heap[child] = high
    this.#heap[parent] = low
    return true
  }
}
