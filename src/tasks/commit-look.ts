import type { Check } from '../domain/check.ts'
import { type Look, NO_FACTS } from '../domain/facts.ts'
import type { Instant } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { Sighting } from '../inventory/sighting.ts'
import { unreadScope } from '../inventory/unread-scope.ts'
import type { ScopeLease, Writer } from '../store/store.ts'
import type { TaskContext } from './context.ts'
import { type Candidate, judge, retireChecks } from './judge.ts'
import { keepDrills } from './keep-drills.ts'
import type { PointBuffer } from './observe.ts'

/**
 * What a look has brought, judged and written: each batch of checks is one transaction, in which the lease is held. A
 * transaction may be run again (another one was in its way), so nothing outside it is changed before it has committed.
 */

/** Each batch is a transaction that others wait for, and tells people by itself: 50,000 checks that turn at once are 17 messages. */
const BATCH = 3000

/** Judges what was seen and retires what was not. Yields the checks of each batch once it is committed. */
export async function* commitSightings(
  lease: ScopeLease,
  sightings: ReadonlyMap<CheckId, Sighting>,
  points: PointBuffer,
  context: TaskContext,
  now: Instant,
): AsyncIterable<readonly Check[]> {
  const unmatched = new Map(sightings)
  for await (const { page, judged } of pages(lease, context, async (tx, known) => {
    const seen = known.flatMap((check): Seen[] => {
      const sighting = sightings.get(check.id)
      return sighting ? [{ sighting, previous: check }] : []
    })
    const gone = known.filter((check) => !sightings.has(check.id))
    await retireChecks(tx, gone, `${lease.scope} was read whole, and it is no longer there.`, context, now)
    return judgeSeen(tx, lease, seen, points, context, now)
  })) {
    for (const check of page) unmatched.delete(check.id)
    yield judged
  }
  const fresh = [...unmatched.values()]
  for (let i = 0; i < fresh.length; i += BATCH) {
    const batch = fresh.slice(i, i + BATCH)
    yield await inBatch(lease, context, async (tx) => {
      // a retired check, or one that another scope had, comes back with its history
      const returned = await tx.checksById(batch.map(({ observed }) => observed.check))
      const byId = new Map(returned.map((check) => [check.id, check]))
      const seen = batch.map((sighting) => ({ sighting, previous: byId.get(sighting.observed.check) ?? null }))
      return judgeSeen(tx, lease, seen, points, context, now)
    })
  }
}

/** The scope could not be read: what is known stays, grows older, and is judged as such. `type` is that of its checks. */
export async function* commitBlindness(
  lease: ScopeLease,
  look: Look,
  type: string,
  context: TaskContext,
  now: Instant,
): AsyncIterable<readonly Check[]> {
  for await (const { judged } of pages(lease, context, async (tx, known, isFirst) => {
    const candidates = known.map(
      (check): Candidate => ({ subject: { ...check, look }, previous: check, memory: check.memory }),
    )
    if (isFirst && known.length === 0) candidates.push(await placeholder(tx, lease, look, type, now))
    return judge(tx, candidates, context, now)
  }))
    yield judged
}

/** Goes through the known checks of the scope, a transaction a page. */
async function* pages(
  lease: ScopeLease,
  context: TaskContext,
  work: (tx: Writer, known: readonly Check[], isFirst: boolean) => Promise<readonly Check[]>,
): AsyncIterable<{ page: readonly Check[]; judged: readonly Check[] }> {
  let after: CheckId | null = null
  for (;;) {
    const from: CheckId | null = after
    const batch: { page: Check[]; judged: readonly Check[] } = await inBatch(lease, context, async (tx) => {
      const page = await tx.checksOfScope(lease.scope, from, BATCH)
      return { page, judged: await work(tx, page, from === null) }
    })
    yield batch
    const last = batch.page.at(-1)
    if (batch.page.length < BATCH || !last) return
    after = last.id
  }
}

interface Seen {
  sighting: Sighting
  previous: Check | null
}

async function judgeSeen(
  tx: Writer,
  lease: ScopeLease,
  seen: readonly Seen[],
  points: PointBuffer,
  context: TaskContext,
  now: Instant,
): Promise<readonly Check[]> {
  const candidates = seen.map(({ sighting: { observed, facts }, previous }): Candidate => {
    const subject = {
      id: observed.check,
      source: lease.state.source,
      scope: lease.scope,
      type: observed.type,
      resource: observed.resource,
      detail: observed.detail ?? null,
      bornAt: observed.bornAt ?? null,
      firstSeenAt: previous?.firstSeenAt ?? now,
      facts,
      look: { outcome: 'complete' } as const,
      conditions: observed.conditions,
      immutability: observed.immutability,
      expects: observed.expects,
      paused: previous?.paused && now < previous.paused.until ? previous.paused : null,
    }
    return { subject, previous, memory: previous?.memory ?? null }
  })
  const checks = await judge(tx, candidates, context, now)
  await keepDrills(
    tx,
    lease.state.source,
    seen.flatMap(({ sighting }) => sighting.drills),
    context,
    now,
  )
  const changed = seen
    .filter(({ sighting, previous }) => sighting.facts.pointDigest !== (previous?.facts ?? NO_FACTS).pointDigest)
    .map(({ sighting }) => sighting.observed.check)
  const kept = changed.flatMap((check) => points.byCheck.get(check) ?? [])
  await tx.savePoints(kept, now, points.whole ? changed : [])
  return checks
}

/** A scope that was never read has no checks yet: it is shown as one, or nobody would hear that it can't be read. */
async function placeholder(tx: Writer, lease: ScopeLease, look: Look, type: string, now: Instant): Promise<Candidate> {
  const [previous] = await tx.checksById([lease.scope])
  const blank = unreadScope(lease.state, type)
  const subject = {
    ...blank,
    firstSeenAt: previous?.firstSeenAt ?? now,
    facts: previous?.facts ?? blank.facts,
    look,
    paused: previous?.paused ?? null,
  }
  return { subject, previous: previous ?? null, memory: previous?.memory ?? null }
}

function inBatch<T>(lease: ScopeLease, context: TaskContext, work: (tx: Writer) => Promise<T>): Promise<T> {
  return context.store.write(async (tx) => {
    await tx.holdScope(lease)
    return work(tx)
  })
}
