/** A queue that gives out the least first, by `compare`. */
export class Heap<T> {
  readonly #items: T[] = []
  readonly #compare: (a: T, b: T) => number

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare
  }

  push(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = items[parent]
      if (above === undefined || this.#compare(above, item) <= 0) break
      items[at] = above
      items[parent] = item
      at = parent
    }
  }

  pop(): T | undefined {
    const items = this.#items
    const least = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return least
    let at = 0
    for (;;) {
      const left = items[2 * at + 1]
      if (left === undefined) break
      const right = items[2 * at + 2]
      const [child, below] =
        right !== undefined && this.#compare(right, left) < 0 ? [2 * at + 2, right] : [2 * at + 1, left]
      if (this.#compare(last, below) <= 0) break
      items[at] = below
      at = child
    }
    items[at] = last
    return least
  }
}
