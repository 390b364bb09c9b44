import type { Bell } from '../lib/bell.ts'
import { redact } from '../lib/redact.ts'
import type { TaskContext } from '../tasks/context.ts'
import { deliverChannel } from '../tasks/deliver.ts'

/** Another worker may have filled the outbox: look at least this often. */
const POLL_MS = 5000

/** Empties the outbox, all channels side by side so that a slow one delays no other, until the signal aborts. */
export async function runDeliverLoop(context: TaskContext, bell: Bell, signal: AbortSignal): Promise<void> {
  const sending = new Map<string, Promise<void>>()
  const dueAt = new Map<string, number>()
  while (!signal.aborted) {
    const channels = await context.store.read.channelsWithPending().catch((error: unknown) => {
      context.log.error({ error: redact(String(error)) }, 'the outbox could not be read')
      return []
    })
    const now = context.clock.now()
    for (const channel of channels) {
      if (sending.has(channel) || (dueAt.get(channel) ?? 0) > now) continue
      sending.set(channel, send(channel))
    }
    const next = Math.min(POLL_MS, ...[...dueAt.values()].map((at) => Math.max(20, at - now)))
    await bell.wait(next, context.clock, signal)
  }
  await Promise.all(sending.values())

  async function send(channel: string): Promise<void> {
    try {
      const next = await deliverChannel(channel, context, signal)
      if (next === null) dueAt.delete(channel)
      else dueAt.set(channel, next)
    } catch (error) {
      context.log.error({ channel, error: redact(String(error)) }, 'the outbox could not be worked on')
      dueAt.set(channel, context.clock.now() + POLL_MS)
    } finally {
      sending.delete(channel)
      // what was queued while the last message was on its way was passed over
      bell.ring()
    }
  }
}
