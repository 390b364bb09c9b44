import { instant } from '../domain/instant.ts'
import { LeaseLostError, type Writer } from '../store/store.ts'
import type { TaskContext } from './context.ts'

/** A transaction that rolls back, with LeaseLostError, unless the lease was held up to it without a break. */
export type WriteHeld = <T>(work: (tx: Writer) => Promise<T>) => Promise<T>

/**
 * Does work that one worker may do at a time, and that reads before it writes: whoever was frozen in between writes nothing.
 * Null: another is at it. `leaseMs`: longer than the work takes; one that dies holds the others up for as long.
 */
export async function underLease<T>(
  name: string,
  leaseMs: number,
  context: Pick<TaskContext, 'store' | 'clock' | 'worker'>,
  work: (write: WriteHeld) => Promise<T>,
): Promise<T | null> {
  const { store, clock, worker } = context
  const now = () => instant(clock.now())
  if (!(await store.write((tx) => tx.takeLease(name, worker, now(), leaseMs)))) return null
  try {
    return await work((change) =>
      store.write(async (tx) => {
        if (!(await tx.holdsLease(name, worker, now())))
          throw new LeaseLostError(`another worker has taken "${name}" over`)
        return change(tx)
      }),
    )
  } finally {
    await store.write((tx) => tx.dropLease(name, worker)).catch(() => undefined)
  }
}
