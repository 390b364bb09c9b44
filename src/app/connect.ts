import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { policyFor } from '../config/policy.ts'
import { systemClock } from '../lib/clock.ts'
import { newId } from '../lib/id.ts'
import { silentLog } from '../lib/log.ts'
import { openStore } from '../store/open.ts'
import { checkOnce } from '../tasks/check-once.ts'
import type { TaskContext } from '../tasks/context.ts'
import { deliverChannel } from '../tasks/deliver.ts'
import { testChannels } from '../tasks/operations.ts'
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

/**
 * Sends a test failure down the way of a real one (none named: to all): out of an outbox, by the task that empties it. The
 * outbox is one of its own, so that a running instance is not disturbed; one attempt each, side by side.
 */
export async function tryChannels(
  config: Config,
  names: readonly string[],
  signal: AbortSignal,
): Promise<TriedChannel[]> {
  const known = config.channels.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new UsageError(`there is no channel ${unknown.join(', ')}; there are: ${known.join(', ') || 'none'}`)
  const directory = mkdtempSync(join(tmpdir(), 'backproof-notify-'))
  const store = await openStore({ url: null, directory })
  const context: TaskContext = {
    store,
    clock: systemClock,
    log: silentLog,
    config: () => config,
    policyOf: (check) => policyFor(config, check),
    newId,
    worker: 'notify-test',
    onDeliveries: () => undefined,
    onDue: () => undefined,
    onChecks: () => undefined,
  }
  try {
    const deliveries = await testChannels(names.length === 0 ? null : names, context)
    return await Promise.all(
      deliveries.map(async ({ id, channel }): Promise<TriedChannel> => {
        const startedAt = performance.now()
        await deliverChannel(channel, context, signal)
        const after = await store.read.delivery(id)
        const configured = config.channels.find(({ name }) => name === channel)
        return {
          channel,
          address: configured?.notifier.address(configured.config) ?? '',
          trouble: after?.state === 'delivered' ? null : (after?.lastError ?? 'interrupted'),
          tookMs: Math.round(performance.now() - startedAt),
        }
      }),
    )
  } finally {
    await store.close()
    rmSync(directory, { recursive: true, force: true })
  }
}
