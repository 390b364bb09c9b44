import { instant, plus } from '../domain/instant.ts'
import { redact } from '../lib/redact.ts'
import { cycleFinished } from '../metrics/events.ts'
import { keepEvidence } from '../tasks/checkpoint.ts'
import type { TaskContext } from '../tasks/context.ts'
import { tellWatchdogs } from '../tasks/outgoing.ts'
import { remind } from '../tasks/remind.ts'
import { notePruned, noteWatch } from '../tasks/watch-record.ts'

const ROUND_MS = 60_000
const PRUNE_EVERY_MS = 3_600_000
/** Rounds come a minute apart: more than this between two is a clock that has jumped, or a machine that has slept. */
const JUMP_MS = 15 * 60_000
const LEASE = 'upkeep'

/** Once a minute: a sign of life to the watchdogs, reminders, and signatures of evidence; once an hour old history and evidence are removed. */
export async function runUpkeepLoop(
  context: TaskContext,
  signal: AbortSignal,
  trouble: () => string | null,
): Promise<void> {
  // not at once: a clock that is wrong at the start of the machine is put right soon
  let prunedAt = context.clock.now()
  let roundAt = prunedAt
  while (!signal.aborted) {
    const now = context.clock.now()
    // by a clock that has jumped, all history may seem old: it is removed once the clock has been steady for a while
    if (Math.abs(now - roundAt) > JUMP_MS) prunedAt = now
    roundAt = now
    const prunes = now - prunedAt >= PRUNE_EVERY_MS
    if (prunes) prunedAt = now
    await upkeep(context, signal, trouble(), prunes).catch((error: unknown) =>
      context.log.error({ error: redact(String(error)) }, 'upkeep failed'),
    )
    await context.clock.sleep(ROUND_MS, signal)
  }
}

/**
 * One round of it. `trouble` is what keeps the scheduler from its work, in words; null: nothing does. `pauseMs`: how long ago the last
 * round may be for the time between to count as watched; a few minutes where nothing is said.
 */
export async function upkeep(
  context: TaskContext,
  signal: AbortSignal,
  trouble: string | null,
  prunes: boolean,
  pauseMs?: number,
): Promise<void> {
  const now = instant(context.clock.now())
  const config = context.config()
  const unwell = await context.store.ping().then(
    () => trouble,
    (error: unknown) => redact(String(error)),
  )
  await tellWatchdogs(config.watchdog, unwell, { clock: context.clock, log: context.log, signal })
  if (unwell === null) cycleFinished(now)
  // of several workers one does it
  const { read } = context.store
  const leads = await context.store.write(async (tx) => {
    const taken = await tx.takeLease(LEASE, context.worker, now, 2 * ROUND_MS)
    if (taken && unwell === null) await noteWatch(read, tx, now, pauseMs)
    return taken
  })
  if (!leads) return
  await remind(context)
  await keepEvidence(context, now, { cuts: prunes, signal })
  if (!prunes) return
  let removed = 0
  const before = plus(now, -config.keepHistoryMs)
  // a part at a time, so that nobody waits for long
  for (let part = -1; part !== 0 && !signal.aborted; removed += part)
    part = await context.store.write(async (tx) => {
      await notePruned(read, tx, before)
      return tx.prune(before, now)
    })
  if (removed > 0) context.log.info({ removed }, 'old history was removed')
}
