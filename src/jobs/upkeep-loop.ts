import { instant, plus } from '../domain/instant.ts'
import { redact } from '../lib/redact.ts'
import { cycleFinished } from '../metrics/events.ts'
import type { TaskContext } from '../tasks/context.ts'
import { tellWatchdogs } from '../tasks/outgoing.ts'
import { remind } from '../tasks/remind.ts'

const ROUND_MS = 60_000
const PRUNE_EVERY_MS = 3_600_000
const LEASE = 'upkeep'

/** Once a minute: reminders, and a sign of life to the watchdogs; once an hour old history is removed. */
export async function runUpkeepLoop(
  context: TaskContext,
  signal: AbortSignal,
  trouble: () => string | null,
): Promise<void> {
  let prunedAt = 0
  while (!signal.aborted) {
    await round().catch((error: unknown) => context.log.error({ error: redact(String(error)) }, 'upkeep failed'))
    await context.clock.sleep(ROUND_MS, signal)
  }

  async function round(): Promise<void> {
    const now = instant(context.clock.now())
    const config = context.config()
    const database = await context.store.ping().then(
      () => null,
      (error: unknown) => redact(String(error)),
    )
    await tellWatchdogs(config.watchdog, database ?? trouble(), { clock: context.clock, log: context.log, signal })
    if (database !== null) return
    if (trouble() === null) cycleFinished(now)
    // of several workers one does it
    if (!(await context.store.write((tx) => tx.takeLease(LEASE, context.worker, now, 2 * ROUND_MS)))) return
    await remind(context)
    if (now - prunedAt < PRUNE_EVERY_MS) return
    prunedAt = now
    let removed = 0
    // a part at a time, so that nobody waits for long
    for (let part = -1; part !== 0 && !signal.aborted; removed += part)
      part = await context.store.write((tx) => tx.prune(plus(now, -config.keepHistoryMs), now))
    if (removed > 0) context.log.info({ removed }, 'old history was removed')
  }
}
