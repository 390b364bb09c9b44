import { type Instant, instant, plus } from '../domain/instant.ts'
import type { Bell } from '../lib/bell.ts'
import { redactedMessage } from '../lib/redact.ts'
import { scanFinished } from '../metrics/events.ts'
import { LeaseLostError, type ScopeLease } from '../store/store.ts'
import type { TaskContext } from '../tasks/context.ts'
import { lookAtScope } from '../tasks/look-at-scope.ts'
import { isPulled } from '../tasks/pulled.ts'
import { turnHeartbeats } from '../tasks/turn-heartbeats.ts'

/** A scope is held for this long at a time; a worker that dies loses it after that, and another takes it over. */
export const LEASE_MS = 20_000
/** With several workers on one database, another may make a scope due: look at least this often. */
const POLL_MS = 2000
const POLL_ALONE_MS = 15_000

export interface LookLoop {
  /** Ends when the signal aborts, with no look left running. */
  done: Promise<void>
  /** Looks under way now. */
  running(): ScopeLease[]
}

/** Takes scopes as they become due and looks at them, `concurrency` at a time, until the signal aborts. */
export function startLookLoop(
  context: TaskContext,
  bell: Bell,
  signal: AbortSignal,
  onTrouble: (trouble: string | null) => void,
): LookLoop {
  const looks = new Map<ScopeLease, Promise<void>>()
  // what could not be stored stays a trouble until a look at the same scope could
  const unstored = new Map<string, string>()
  const tell = (trouble: string | null) => onTrouble(trouble ?? unstored.values().next().value ?? null)
  return { done: run(), running: () => [...looks.keys()] }

  async function run(): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      try {
        const lease = looks.size < context.config().concurrency ? await claim(context) : null
        failures = 0
        tell(null)
        if (lease) start(lease)
        else await bell.wait(await idleFor(context), context.clock, signal)
      } catch (error) {
        failures += 1
        tell(redactedMessage(error))
        context.log.error({ error: redactedMessage(error) }, 'the scheduler could not take a scope')
        await context.clock.sleep(Math.min(30_000, 500 * 2 ** failures), signal)
      }
    }
    await Promise.all(looks.values())
  }

  function start(lease: ScopeLease): void {
    const look = lookUnderLease(lease, context, signal)
      .then(() => void unstored.delete(lease.scope))
      .catch((error: unknown) => {
        const lost = error instanceof LeaseLostError
        if (lost) scanFinished(lease.state.source, 'lost', 0)
        context.log[lost ? 'warn' : 'error'](
          { scope: lease.scope, error: redactedMessage(error) },
          lost ? 'another worker has taken this scope over' : 'what was seen could not be stored',
        )
        if (lost) return
        unstored.set(lease.scope, redactedMessage(error))
        tell(null)
      })
      .finally(() => {
        looks.delete(lease)
        bell.ring()
      })
    looks.set(lease, look)
  }
}

/** Looks at each scope that is due now, once, side by side. */
export async function lookAtAllDue(context: TaskContext, signal: AbortSignal): Promise<void> {
  const lane = async () => {
    const seen = new Set<string>()
    while (!signal.aborted) {
      const lease = await claim(context)
      // one that is due again at once (a failed look, a fresh deadline) is left to the next cycle
      if (!lease || seen.has(lease.scope)) return
      seen.add(lease.scope)
      await lookUnderLease(lease, context, signal)
    }
  }
  await Promise.all(Array.from({ length: context.config().concurrency }, lane))
}

/** The next due scope, leased to this worker; null: none. */
export function claim(context: TaskContext): Promise<ScopeLease | null> {
  const now = instant(context.clock.now())
  const sources = context.config().sources.map((source) => source.name)
  return context.store.write((tx) => tx.claimScope(context.worker, now, LEASE_MS, sources))
}

/** One look with its time limit, its lease renewed meanwhile. A look that is cut by the end of the process leaves no trace. */
export async function lookUnderLease(lease: ScopeLease, context: TaskContext, shutdown: AbortSignal): Promise<void> {
  const source = context.config().sources.find((configured) => configured.name === lease.state.source)
  if (!source) return
  const lost = new AbortController()
  const over = new AbortController()
  const renewing = renew(lease, context, AbortSignal.any([shutdown, over.signal]), lost)
  try {
    if (isPulled(source)) {
      const limit = AbortSignal.timeout(source.timeoutMs)
      await lookAtScope(lease, source, context, AbortSignal.any([shutdown, lost.signal, limit]), shutdown)
    } else {
      await turnHeartbeats(lease, context, shutdown)
    }
  } finally {
    over.abort()
    await renewing
  }
}

async function renew(
  lease: ScopeLease,
  context: TaskContext,
  signal: AbortSignal,
  lost: AbortController,
): Promise<void> {
  while (!signal.aborted) {
    await context.clock.sleep(LEASE_MS / 3, signal)
    if (signal.aborted) return
    const until = plus(instant(context.clock.now()), LEASE_MS)
    const held = await context.store.write((tx) => tx.renewScope(lease, until)).catch(() => true)
    if (!held) return lost.abort()
  }
}

async function idleFor(context: TaskContext): Promise<number> {
  const poll = context.store.dialect === 'sqlite' ? POLL_ALONE_MS : POLL_MS
  const next: Instant | null = await context.store.read.nextLookAt()
  return next === null ? poll : Math.max(50, Math.min(poll, next - context.clock.now()))
}
