import type { Check } from '../domain/check.ts'
import { type Instant, instant, plus } from '../domain/instant.ts'
import type { ScopeLease } from '../store/store.ts'
import type { TaskContext } from './context.ts'
import { judge } from './judge.ts'
import { tellCheckOutcomes } from './outgoing.ts'

const BATCH = 2000
const AT_LEAST_EVERY_MS = 3_600_000

/** Judges the heartbeats of one source whose silence has gone on for too long. Their news comes by pings alone. */
export async function turnHeartbeats(lease: ScopeLease, context: TaskContext, signal: AbortSignal): Promise<void> {
  const now = instant(context.clock.now())
  // a check turns just after changesAt
  const before = plus(now, -1)
  const turned: Check[] = []
  for (;;) {
    const batch = await context.store.write(async (tx) => {
      await tx.holdScope(lease)
      const turning = await tx.checksTurning(lease.scope, before, BATCH)
      const candidates = turning.map((check) => ({ subject: check, previous: check, memory: check.memory }))
      return judge(tx, candidates, context, now)
    })
    turned.push(...batch)
    if (batch.length < BATCH) break
  }
  await context.store.write(async (tx) => {
    const next: Instant | null = await tx.nextTurn(lease.scope)
    await tx.finishLook(lease, {
      at: now,
      status: 'complete',
      tookMs: 0,
      fault: null,
      failures: 0,
      nextLookAt: instant(
        Math.min(now + AT_LEAST_EVERY_MS, next === null ? Number.MAX_SAFE_INTEGER : Math.max(next + 1, now + 1000)),
      ),
    })
  })
  context.onDeliveries()
  await tellCheckOutcomes(turned, context.config(), { clock: context.clock, log: context.log, signal })
}
