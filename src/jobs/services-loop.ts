import type { Bell } from '../lib/bell.ts'
import { redactedMessage } from '../lib/redact.ts'
import type { TaskContext } from '../tasks/context.ts'
import { judgeServices } from '../tasks/judge-services.ts'
import { judgeSources } from '../tasks/judge-sources.ts'
import { type EstateKeeper, estateKeeper } from '../tasks/keep-estate.ts'

/** What comes in together is judged together. */
const GATHER_MS = 3000
/** With several workers on one database, another may have news: look at least this often whether there are any. */
const POLL_MS = 5000
/** News that nobody tells of (a drill that another process recorded) wait no longer. */
const AT_LEAST_EVERY_MS = 5 * 60_000
/** When another worker judges, or a judgement failed. */
const RETRY_MS = 10_000
/** What fails for so long is told: else nobody would hear of services any more, nor of that. */
const TOLD_AFTER_MS = 5 * 60_000
/** The first judgement waits so long for sources that were not looked at yet. */
const PATIENCE_MS = 10 * 60_000
/** Of the time, judging takes no more than one part in so many. */
const REST = 10

/**
 * Judges sources and services soon after news of checks, after a reload, and when a finding turns by itself, until the signal
 * aborts. Of several workers one does it at a time. `tell` hears why it has failed for long, and null when it goes on.
 */
export async function runServicesLoop(
  context: TaskContext,
  bell: Bell,
  signal: AbortSignal,
  tell: (trouble: string | null) => void = () => undefined,
  keeper: EstateKeeper = estateKeeper(context, true),
): Promise<void> {
  const { clock, store } = context
  const startedAt = clock.now()
  const poll = store.dialect === 'sqlite' ? AT_LEAST_EVERY_MS : POLL_MS
  let seen: number | null = null
  let dueAt = startedAt
  let failingSince: number | null = null
  while (!signal.aborted) {
    const rung = await bell.wait(Math.min(poll, Math.max(0, dueAt - clock.now())), clock, signal)
    try {
      const newest = await store.read.newestStatusChange()
      // a clock that jumps back may not put it off for longer than usual
      const due = clock.now() >= dueAt || dueAt - clock.now() > AT_LEAST_EVERY_MS
      if (signal.aborted || !(rung || due || newest !== seen)) continue
      await clock.sleep(GATHER_MS, signal)
      if (signal.aborted) return
      const begunAt = clock.now()
      dueAt = await judge(begunAt)
      seen = newest
      if (failingSince !== null) tell(null)
      failingSince = null
      await clock.sleep((clock.now() - begunAt) * REST, signal)
    } catch (error) {
      if (signal.aborted) return
      const message = redactedMessage(error)
      context.log.error({ error: message }, 'the services could not be judged')
      failingSince ??= clock.now()
      if (clock.now() - failingSince >= TOLD_AFTER_MS) tell(`services can not be judged: ${message}`)
      dueAt = clock.now() + RETRY_MS
      await clock.sleep(RETRY_MS, signal)
    }
  }

  /** When to come again at the latest. */
  async function judge(now: number): Promise<number> {
    await judgeSources(context)
    const patient = now - startedAt < PATIENCE_MS
    const result = await judgeServices(context, { patient, signal, keeper })
    if (result.outcome !== 'judged') return now + RETRY_MS
    const { changesAt } = result
    // a finding turns just after changesAt
    return Math.min(now + AT_LEAST_EVERY_MS, changesAt === null ? Number.POSITIVE_INFINITY : changesAt + 1)
  }
}
