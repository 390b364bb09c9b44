import type { ConfiguredSource } from '../config/config.ts'
import { instant } from '../domain/instant.ts'
import type { ScopeId } from '../domain/scope.ts'
import type { Bell } from '../lib/bell.ts'
import { redactedMessage } from '../lib/redact.ts'
import type { NewsQueue, QueuedNews } from '../sources/source.ts'
import type { TaskContext } from '../tasks/context.ts'
import type { NewsDesk } from '../tasks/news-desk.ts'
import { isPulled } from '../tasks/pulled.ts'

/** The first wait after a fault; it doubles up to the longest. */
const RETRY_MS = 1000
const LONGEST_RETRY_MS = 5 * 60_000
/** What is not understood is left for others that may read the queue, and for its own dead-letter queue; after so many times it is removed. */
const MOST_TRIES = 5
/** A new configuration is taken up this often at the latest; `changed` says it at once. */
const POLL_MS = 30_000

/** Fetches news of each source that has a queue, until the signal aborts: then within a moment. `troubles`: why they can't be, by source. */
export async function runNewsLoop(
  context: TaskContext,
  desk: NewsDesk,
  changed: Bell,
  signal: AbortSignal,
  troubles: Map<string, string>,
): Promise<void> {
  const running = new Map<string, { config: unknown; end: AbortController; done: Promise<void> }>()
  while (!signal.aborted) {
    const wanted = new Map(context.config().sources.map((configured) => [configured.name, configured]))
    for (const [name, { config, end }] of running)
      if (wanted.get(name)?.config !== config) {
        end.abort()
        running.delete(name)
        troubles.delete(name)
      }
    for (const [name, configured] of wanted) {
      const queue = running.has(name) ? null : queueOf(configured)
      if (!queue) continue
      const end = new AbortController()
      const both = AbortSignal.any([signal, end.signal])
      running.set(name, { config: configured.config, end, done: fetchNews(name, queue, context, desk, both, troubles) })
    }
    await changed.wait(POLL_MS, context.clock, signal)
  }
  await Promise.all([...running.values()].map(({ done }) => done))
}

function queueOf(configured: ConfiguredSource): NewsQueue | null {
  return isPulled(configured) ? (configured.source.queue?.(configured.name, configured.config) ?? null) : null
}

async function fetchNews(
  source: string,
  queue: NewsQueue,
  context: TaskContext,
  desk: NewsDesk,
  signal: AbortSignal,
  troubles: Map<string, string>,
): Promise<void> {
  let failures = 0
  try {
    while (!signal.aborted) {
      try {
        const askedAt = context.clock.now()
        const received = await queue.receive(signal)
        const isHasty = received.length === 0 && context.clock.now() - askedAt < RETRY_MS
        const settled = await Promise.all(received.map((one) => settle(source, one, desk)))
        await queue.remove(
          settled.flatMap((receipt) => receipt ?? []),
          signal,
        )
        troubles.delete(source)
        if (failures > 0) {
          context.log.info({ source }, 'events are fetched again')
          await haveLookedAt(queue.scope, context)
        }
        failures = 0
        // neither a database that takes nothing nor a queue that won't wait for something to come has us turn round and round
        if (isHasty || settled.includes(null)) await context.clock.sleep(RETRY_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        failures += 1
        const message = redactedMessage(error)
        troubles.set(source, message)
        context.log.error({ source, error: message }, 'events could not be fetched from their queue')
        if (failures === 1) await haveLookedAt(queue.scope, context)
        await context.clock.sleep(Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** (failures - 1)), signal)
      }
    }
  } finally {
    queue.close()
  }
}

/** Else it would be hours until people hear of it, or that it is over. */
async function haveLookedAt(scope: ScopeId, context: TaskContext): Promise<void> {
  try {
    await context.store.write((tx) => tx.lookNoLaterThan(scope, instant(context.clock.now())))
    context.onDue()
  } catch (error) {
    context.log.error({ scope, error: redactedMessage(error) }, 'a look could not be asked for')
  }
}

/** The receipt of what is done with; null: it stays on the queue, and comes again. */
async function settle(
  source: string,
  { receipt, tries, reception }: QueuedNews,
  desk: NewsDesk,
): Promise<string | null> {
  if (reception.outcome === 'refused') {
    if (tries < MOST_TRIES) {
      await desk.take(source, 'sqs', reception)
      return null
    }
    const detail = `removed from its queue after ${tries} times: ${reception.detail}`
    desk.refuse(source, { kind: 'sqs', outcome: 'dead', detail, remote: null })
    return receipt
  }
  return (await desk.take(source, 'sqs', reception)) === 'unavailable' ? null : receipt
}
