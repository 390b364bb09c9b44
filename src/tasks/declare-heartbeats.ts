import type { ConfiguredSource } from '../config/config.ts'
import type { Check } from '../domain/check.ts'
import { NO_FACTS } from '../domain/facts.ts'
import type { Instant } from '../domain/instant.ts'
import type { ObservedCheck } from '../domain/observation.ts'
import { declaredHeartbeat } from '../sources/heartbeat/index.ts'
import type { PushSource } from '../sources/source.ts'
import type { TaskContext } from './context.ts'
import { type Candidate, judge, retireChecks } from './judge.ts'

const BATCH = 2000

/**
 * Makes a check of each heartbeat that is declared (by the configuration, or by its first report where that may create
 * one), judges those whose settings may have changed, and retires the others. What was reported before stays: a restart
 * moves no deadline.
 */
export async function declareHeartbeats(
  { name, config }: ConfiguredSource,
  source: PushSource,
  context: TaskContext,
  now: Instant,
): Promise<void> {
  const created = await context.store.read.heartbeats(name)
  const declared = new Map<string, ObservedCheck>()
  for (const { slug } of created) {
    const check = declaredHeartbeat(name, slug)
    declared.set(check.check, check)
  }
  for (const check of source.checks(name, config)) declared.set(check.check, check)

  let after: string | null = null
  for (;;) {
    const page: Check[] = await context.store.write(async (tx) => {
      const known = await tx.checksOfScope(name, after, BATCH)
      const gone = known.filter(({ id }) => !declared.has(id))
      await retireChecks(tx, gone, 'It is not in the configuration any more.', context, now)
      return known
    })
    const last = page.at(-1)
    if (page.length < BATCH || !last) break
    after = last.id
  }
  const all = [...declared.values()]
  for (let i = 0; i < all.length; i += BATCH) {
    const batch = all.slice(i, i + BATCH)
    await context.store.write(async (tx) => {
      const known = new Map((await tx.checksById(batch.map(({ check }) => check))).map((check) => [check.id, check]))
      const candidates = batch.map((seen) => heartbeatCandidate(seen, name, known.get(seen.check) ?? null, now))
      await judge(tx, candidates, context, now)
      await tx.lookNoLaterThan(name, now)
    })
  }
}

/** A heartbeat as it is known; a new one is not missing before it could have reported once. */
export function heartbeatCandidate(
  seen: ObservedCheck,
  source: string,
  previous: Check | null,
  now: Instant,
): Candidate {
  const subject = {
    id: seen.check,
    source,
    scope: source,
    type: seen.type,
    resource: seen.resource,
    detail: null,
    bornAt: previous?.retiredAt === null ? previous.bornAt : now,
    firstSeenAt: previous?.firstSeenAt ?? now,
    facts: previous?.facts ?? { ...NO_FACTS },
    look: { outcome: 'complete' } as const,
    paused: previous?.paused ?? null,
  }
  return { subject, previous, memory: previous?.memory ?? null }
}
