/** The batcher is closed: it takes nothing more. */
export class BatcherClosedError extends Error {
  override name = 'BatcherClosedError'
}

export interface Batcher<T, R> {
  /** The item's own result, once its batch is committed; rejects with what its commit threw. */
  add: (item: T) => Promise<R>
  /** Takes nothing more, and resolves when all that was taken is committed or has failed. */
  close: () => Promise<void>
}

interface Waiting<T, R> {
  item: T
  resolve(result: R): void
  reject(error: unknown): void
}

/**
 * Group commit: while one batch is committed the next one gathers, so that batches grow with the load and nobody waits
 * for a timer. One commit runs at a time, in the order of the items. `commit` gives a result for each item, in their
 * order; when it throws, only that batch has failed. With `maxWaitMs` the first item of an idle time waits that long for
 * company. Memory is bounded by the callers: each awaits its item.
 */
export function batcher<T, R>(
  commit: (items: T[]) => Promise<readonly R[]>,
  { maxItems, maxWaitMs = 0 }: { maxItems: number; maxWaitMs?: number },
): Batcher<T, R> {
  if (!(maxItems >= 1)) throw new RangeError(`a batch has at least one item, not ${maxItems}`)
  let waiting: Waiting<T, R>[] = []
  let running: Promise<void> | null = null
  let closed = false
  let enough: (() => void) | null = null

  async function run(): Promise<void> {
    // what arrives in the same turn of the event loop comes along
    await gather()
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxItems)
      waiting = waiting.slice(maxItems)
      await commitBatch(batch)
    }
    running = null
  }

  function gather(): Promise<void> {
    return new Promise((resolve) => {
      if (maxWaitMs <= 0 || closed) {
        setImmediate(resolve)
        return
      }
      const timer = setTimeout(resolve, maxWaitMs)
      enough = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function commitBatch(batch: Waiting<T, R>[]): Promise<void> {
    try {
      const results = await commit(batch.map(({ item }) => item))
      if (results.length !== batch.length)
        throw new RangeError(`the commit gave ${results.length} results for ${batch.length} items`)
      for (const [index, result] of results.entries()) batch[index]?.resolve(result)
    } catch (error) {
      for (const each of batch) each.reject(error)
    }
  }

  return {
    add(item) {
      if (closed) return Promise.reject(new BatcherClosedError('it is shutting down and takes nothing more'))
      const { promise, resolve, reject } = Promise.withResolvers<R>()
      waiting.push({ item, resolve, reject })
      if (waiting.length >= maxItems) enough?.()
      running ??= run()
      return promise
    },
    async close() {
      closed = true
      enough?.()
      await running
    },
  }
}
