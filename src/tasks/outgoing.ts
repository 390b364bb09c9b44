import type { Config } from '../config/config.ts'
import type { Check } from '../domain/check.ts'
import { instant } from '../domain/instant.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { sendOutgoingPing } from '../notifications/outgoing-ping.ts'
import type { OutgoingPing } from '../sources/source.ts'

interface OutgoingContext {
  clock: Clock
  log: Log
  signal: AbortSignal
}

const TIMEOUT_MS = 10_000
const AT_ONCE = 8

/**
 * Reports each check's outcome to the dead-man's switch that its configuration names. A heartbeat is sent at each look and
 * so is not kept in the outbox: one that is lost is followed by the next, and if none gets through the switch itself alerts.
 */
export async function tellCheckOutcomes(
  checks: readonly Check[],
  config: Config,
  context: OutgoingContext,
): Promise<void> {
  const sources = new Map(config.sources.map((configured) => [configured.name, configured]))
  const pings = checks.flatMap((check) => {
    const configured = sources.get(check.source)
    if (!configured || check.judgement.status === 'paused') return []
    const target =
      'push' in configured.source ? configured.source.push?.(configured.name, configured.config, check.id) : null
    return target ? [{ check, target }] : []
  })
  const waiting = pings.values()
  const lane = async () => {
    for (const { check, target } of waiting) {
      const { status, reason } = check.judgement
      const up = status === 'ok' || status === 'due'
      await tell(
        target,
        { status: up ? 'up' : 'down', message: up ? status : `${status}: ${reason}` },
        check.id,
        context,
      )
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, pings.length) }, lane))
}

/** Tells Backproof's own dead-man's switches how it is doing: silence is heard there as an alarm. */
export async function tellWatchdogs(
  watchdogs: readonly OutgoingPing[],
  trouble: string | null,
  context: OutgoingContext,
): Promise<void> {
  const message = trouble ?? 'ok'
  await Promise.all(
    watchdogs.map((target) => tell(target, { status: trouble ? 'down' : 'up', message }, 'Backproof itself', context)),
  )
}

async function tell(
  target: OutgoingPing,
  outcome: { status: 'up' | 'down'; message: string },
  about: string,
  context: OutgoingContext,
): Promise<void> {
  const result = await sendOutgoingPing(target, outcome, {
    now: instant(context.clock.now()),
    signal: AbortSignal.any([context.signal, AbortSignal.timeout(TIMEOUT_MS)]),
  })
  if (result.outcome !== 'delivered')
    context.log.warn({ about, reason: result.reason }, 'a heartbeat could not be sent')
}
