import type { Bell } from '../lib/bell.ts'
import { redact } from '../lib/redact.ts'
import type { TaskContext } from '../tasks/context.ts'
import { deliverChannel } from '../tasks/deliver.ts'

/** Another worker may have filled the outbox: look at least this often. */
const POLL_MS = 5000

/** Empties the outbox, all channels side by side so that a slow one delays no other, until the signal aborts. */
export async function runDeliverLoop(context: TaskContext, bell: Bell, signal: AbortSignal): Promise<void> {
  const sending = new Map<string, Promise<void>>()
  // by the clock as it was then: one that says less since has jumped back, and the channel is asked again
  const waiting = new Map<string, { since: number; until: number }>()
  while (!signal.aborted) {
    const channels = await context.store.read.channelsWithPending().catch((error: unknown) => {
      context.log.error({ error: redact(String(error)) }, 'the outbox could not be read')
      return []
    })
    const now = context.clock.now()
    for (const channel of channels) {
      const wait = waiting.get(channel)
      if (sending.has(channel) || (wait && wait.since <= now && now < wait.until)) continue
      sending.set(channel, send(channel))
    }
    const next = Math.min(POLL_MS, ...[...waiting.values()].map(({ until }) => Math.max(20, until - now)))
    await bell.wait(next, context.clock, signal)
  }
  await Promise.all(sending.values())

  async function send(channel: string): Promise<void> {
    try {
      const next = await deliverChannel(channel, context, signal)
      if (next === null) waiting.delete(channel)
      else waiting.set(channel, { since: context.clock.now(), until: next })
    } catch (error) {
      context.log.error({ channel, error: redact(String(error)) }, 'the outbox could not be worked on')
      const now = context.clock.now()
      waiting.set(channel, { since: now, until: now + POLL_MS })
    } finally {
      sending.delete(channel)
      // what was queued while the last message was on its way was passed over
      bell.ring()
    }
  }
}
