import type { Check } from '../domain/check.ts'
import { type Instant, instant } from '../domain/instant.ts'
import { scanFinished } from '../metrics/events.ts'
import { type ScanContext, typeOfChecks } from '../sources/source.ts'
import type { ScopeLease } from '../store/store.ts'
import { commitBlindness, commitSightings } from './commit-look.ts'
import type { TaskContext } from './context.ts'
import { declareFound } from './declare.ts'
import { clockFault, type Outlook, observe } from './observe.ts'
import { tellCheckOutcomes } from './outgoing.ts'
import type { PulledSource } from './pulled.ts'

/** A scope is not looked at again before this, however soon one of its checks will turn. */
const SOONEST_MS = 30_000
/** First wait after a failed look; it doubles with each failure, up to the scope's own interval. */
const RETRY_MS = 60_000

/**
 * One look at one scope, from its source to the outbox. Every batch of checks commits as a whole; a worker that has lost
 * its lease writes nothing, and neither does a look that the end of the process has cut. Throws LeaseLostError and StoreError.
 */
export async function lookAtScope(
  lease: ScopeLease,
  configured: PulledSource,
  context: TaskContext,
  signal: AbortSignal,
  shutdown: AbortSignal,
): Promise<void> {
  const startedAt = instant(context.clock.now())
  let memory: unknown
  const scan: ScanContext = {
    now: startedAt,
    signal,
    log: context.log,
    directory: context.config().directory,
    memory: lease.state.memory,
    remember: (kept) => {
      memory = kept
    },
  }
  const fault = clockFault(lease.state.lastCompleteAt, startedAt)
  const outlook: Outlook = fault
    ? { outcome: 'failed', fault }
    : await observe(configured.source, lease.state, configured.config, scan)

  if (shutdown.aborted) return

  const now = fault ? startedAt : instant(Math.max(startedAt, context.clock.now()))
  const tries = outlook.outcome === 'failed' ? lease.state.failures + 1 : 0
  const batches =
    outlook.outcome === 'complete'
      ? commitSightings(lease, outlook.sightings, outlook.points, context, now)
      : commitBlindness(
          lease,
          { outcome: 'failed', fault: outlook.fault, tries },
          typeOfChecks(configured.source),
          context,
          now,
        )
  const heard: Check[] = []
  let changesAt: Instant | null = null
  for await (const checks of batches) {
    for (const { judgement } of checks) changesAt = earlier(changesAt, judgement.changesAt)
    if (configured.source.push) heard.push(...checks)
  }

  const found = memory !== undefined && outlook.outcome === 'complete' && configured.source.discovers?.(lease.state)
  await context.store.write(async (tx) => {
    await tx.finishLook(lease, {
      at: now,
      status: outlook.outcome,
      tookMs: now - startedAt,
      fault: outlook.outcome === 'failed' ? outlook.fault : null,
      failures: tries,
      nextLookAt: nextLook(now, tries, changesAt, configured.everyMs),
      ...(memory === undefined || outlook.outcome === 'failed' ? {} : { memory }),
    })
    if (found) await declareFound(tx, configured, context, now)
  })
  if (found) context.onDue()
  scanFinished(configured.name, outlook.outcome, now - startedAt)
  context.onDeliveries()
  await tellCheckOutcomes(heard, context.config(), { clock: context.clock, log: context.log, signal })
}

/** After its interval, or as soon as a check will turn (to confirm it first), or after a pause that grows with failures. */
export function nextLook(now: Instant, tries: number, changesAt: Instant | null, everyMs: number): Instant {
  const interval = tries === 0 ? everyMs : Math.min(everyMs, RETRY_MS * 2 ** Math.min(tries - 1, 20))
  const regular = now + interval
  // a check turns just after changesAt
  const turning = changesAt === null ? regular : Math.max(changesAt + 1, now + Math.min(SOONEST_MS, interval))
  return instant(Math.min(regular, turning))
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || (b !== null && b < a) ? b : a
}
