import type { ConfiguredChannel } from '../config/config.ts'
import { type Instant, instant, plus } from '../domain/instant.ts'
import type { Delivery, DeliveryResult } from '../domain/notification.ts'
import { redactedMessage } from '../lib/redact.ts'
import { deliveryAttempted } from '../metrics/events.ts'
import { afterAttempt, isHeldBack } from '../notifications/attempt.ts'
import type { TaskContext } from './context.ts'

/** Beyond the longest attempt, for the writes around it: a lease that ends earlier would have another worker send too. */
const LEASE_MARGIN_MS = 15_000
const DEFAULT_TIMEOUT_MS = 30_000
/** When to ask again for a channel that another worker has. */
const TAKEN_MS = 5000

/**
 * Sends what is due in one channel's outbox, oldest first, until nothing is due: a message is never told before one that
 * came earlier. Returns when to come again; null: the outbox is empty.
 */
export async function deliverChannel(
  channel: string,
  context: TaskContext,
  signal: AbortSignal,
): Promise<Instant | null> {
  const lease = `channel:${channel}`
  try {
    for (;;) {
      const now = instant(context.clock.now())
      if (signal.aborted) return null
      const timeoutMs = context.config().channels.find(({ name }) => name === channel)?.timeoutMs ?? DEFAULT_TIMEOUT_MS
      const leaseMs = timeoutMs + LEASE_MARGIN_MS
      if (!(await context.store.write((tx) => tx.takeLease(lease, context.worker, now, leaseMs))))
        return plus(now, TAKEN_MS)
      const delivery = await context.store.read.nextDelivery(channel)
      if (delivery === null) return null
      if (isHeldBack(delivery, now)) return delivery.nextAttemptAt
      const result = await attempt(delivery, context, signal)
      deliveryAttempted(channel, result.outcome, context.clock.now() - now)
      // cut by the end of the process: not known whether it arrived, so it is sent again under the same key
      if (signal.aborted && result.outcome === 'retry') return null
      const after = afterAttempt(delivery, result, instant(context.clock.now()))
      await context.store.write((tx) => tx.saveDelivery(after))
      if (after.state === 'dead')
        context.log.error(
          { channel, delivery: delivery.id, reason: after.lastError },
          'a message could not be delivered',
        )
    }
  } finally {
    await context.store.write((tx) => tx.dropLease(lease, context.worker)).catch(() => undefined)
  }
}

async function attempt(delivery: Delivery, context: TaskContext, signal: AbortSignal): Promise<DeliveryResult> {
  const config = context.config()
  const channel: ConfiguredChannel | undefined = config.channels.find(({ name }) => name === delivery.channel)
  if (!channel)
    return { outcome: 'rejected', reason: `there is no channel ${delivery.channel} in the configuration any more` }
  const limit = AbortSignal.timeout(channel.timeoutMs)
  try {
    return await channel.notifier.send(delivery.notification, channel.config, {
      now: instant(context.clock.now()),
      signal: AbortSignal.any([signal, limit]),
      log: context.log,
      baseUrl: config.server.baseUrl,
    })
  } catch (error) {
    const message = redactedMessage(error)
    return { outcome: 'retry', reason: limit.aborted ? `no answer within ${channel.timeoutMs / 1000} s` : message }
  }
}
