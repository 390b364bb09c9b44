import type { z } from 'zod'
import type { Instant } from '../domain/instant.ts'
import type { DeliveryResult, Notification } from '../domain/notification.ts'
import type { UnsafeSetting } from '../domain/unsafe-setting.ts'
import type { Log } from '../lib/log.ts'

export interface SendContext {
  now: Instant
  /** Aborts at the channel's time limit. */
  signal: AbortSignal
  log: Log
  /** The address of this instance's dashboard, where it is known. */
  baseUrl: string | null
}

/** A kind of channel. `send` makes one attempt; trying again is the outbox's work. */
export interface Notifier<C = unknown> {
  type: string
  config: z.ZodType<C>
  /** What only the file may say. A kind that does not declare it can't be made in the dashboard or by the API at all. */
  unsafe?(config: C): UnsafeSetting[]
  /** The address for people and logs, without its secrets: "#ops by hooks.slack.com", "oncall@example.com". */
  address(config: C): string
  /** Expected trouble is a result (retry, rejected), not an exception. Sends `notification.key` as the idempotency key. */
  send(notification: Notification, config: C, context: SendContext): Promise<DeliveryResult>
}
