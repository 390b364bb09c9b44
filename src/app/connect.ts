import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import { instant } from '../domain/instant.ts'
import { systemClock } from '../lib/clock.ts'
import { newId } from '../lib/id.ts'
import { silentLog } from '../lib/log.ts'
import { redact } from '../lib/redact.ts'
import { afterAttempt } from '../notifications/attempt.ts'
import { testDelivery } from '../notifications/test-delivery.ts'
import { checkOnce } from '../tasks/check-once.ts'
import { UsageError } from './errors.ts'

export interface Tried {
  what: string
  /** Why it did not work; null: it did. */
  trouble: string | null
}

/** Tries each source by a look, and each channel by a test message. */
export async function connect(
  config: Config,
  signal: AbortSignal,
  onProgress: (what: string) => void,
): Promise<Tried[]> {
  const { scopes } = await checkOnce({
    config,
    policyOf: (check) => policyFor(config, check),
    wants: () => true,
    clock: systemClock,
    log: silentLog,
    signal,
    onProgress: (_done, _total, scope) => onProgress(scope.id),
  })
  const tried = scopes.map(
    ({ scope, fault }): Tried => ({
      what: scope.id,
      trouble: fault && [fault.message, fault.advice].filter(Boolean).join(' '),
    }),
  )
  const channels = await tryChannels(config, [], signal)
  return [
    ...tried,
    ...channels.map(({ channel, address, trouble }): Tried => ({ what: `${channel} (${address})`, trouble })),
  ]
}

export interface TriedChannel {
  channel: string
  address: string
  trouble: string | null
  tookMs: number
}

/** One attempt at each channel (none named: all), side by side. */
export async function tryChannels(
  config: Config,
  names: readonly string[],
  signal: AbortSignal,
): Promise<TriedChannel[]> {
  const known = config.channels.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new UsageError(`there is no channel ${unknown.join(', ')}; there are: ${known.join(', ') || 'none'}`)
  return Promise.all(
    config.channels
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map(async (channel): Promise<TriedChannel> => {
        const startedAt = performance.now()
        const now = instant(systemClock.now())
        const delivery = testDelivery(channel.name, newId(), now, config.server.baseUrl)
        const context = {
          now,
          signal: AbortSignal.any([signal, AbortSignal.timeout(channel.timeoutMs)]),
          log: silentLog,
          baseUrl: config.server.baseUrl,
        }
        const result = await channel.notifier
          .send(delivery.notification, channel.config, context)
          .catch((error: unknown) => ({ outcome: 'retry' as const, reason: redact(String(error)) }))
        const after = afterAttempt(delivery, result, now)
        return {
          channel: channel.name,
          address: channel.notifier.address(channel.config),
          trouble: after.state === 'delivered' ? null : after.lastError,
          tookMs: Math.round(performance.now() - startedAt),
        }
      }),
  )
}
