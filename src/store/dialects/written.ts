import { randomUUID } from 'node:crypto'

/** More ids than these are forgotten together: whoever asks then reads all of them. */
const MOST = 500_000

/** Which checks an embedded database was told to write, in the memory of the one process that writes it. */
export interface Written {
  add(id: string): void
  /** A transaction has ended, however: from here on its rows may be seen. */
  settle(): void
  mark(): string
  /** Null: that is not known any more. */
  since(mark: string): string[] | null
}

export function writtenIds(): Written {
  const life = randomUUID()
  const pending = new Set<string>()
  /** Each with the number of the transaction that wrote it last, in their order. */
  const known = new Map<string, number>()
  let count = 0
  let forgotten = 0
  return {
    add: (id) => void pending.add(id),
    settle() {
      if (pending.size === 0) return
      count += 1
      for (const id of pending) {
        known.delete(id)
        known.set(id, count)
      }
      pending.clear()
      if (known.size <= MOST) return
      known.clear()
      forgotten = count
    },
    mark: () => `${life} ${count}`,
    since(mark) {
      const [whose, number] = mark.split(' ')
      const from = Number(number)
      if (whose !== life || !(from >= forgotten)) return null
      return [...known].filter(([, at]) => at > from).map(([id]) => id)
    },
  }
}
