import type { ConfiguredSource } from '../config/config.ts'
import type { Check } from '../domain/check.ts'
import { type Look, NO_FACTS } from '../domain/facts.ts'
import { type Instant, instant, plus } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { Sighting } from '../inventory/sighting.ts'
import { scanFinished } from '../metrics/events.ts'
import type { PullSource, ScanContext } from '../sources/source.ts'
import type { ScopeLease, Writer } from '../store/store.ts'
import type { TaskContext } from './context.ts'
import { type Candidate, judge, retireChecks } from './judge.ts'
import { clockFault, type Outlook, observe, type PointBuffer } from './observe.ts'
import { tellCheckOutcomes } from './outgoing.ts'

/** Checks that are read, judged and written in one transaction. */
const BATCH = 2000
/** A scope is not looked at again before this, however soon one of its checks will turn. */
const SOONEST_MS = 30_000
/** First wait after a failed look; it doubles with each failure, up to the scope's own interval. */
const RETRY_MS = 60_000

/** Hears of checks as they are judged, and says when the first of them turns. */
type OnJudged = (checks: readonly Check[]) => Instant | null

/**
 * One look at one scope, from its source to the outbox. Every batch of checks commits as a whole; a worker that has lost
 * its lease writes nothing, and neither does a look that the end of the process has cut. Throws LeaseLostError and StoreError.
 */
export async function lookAtScope(
  lease: ScopeLease,
  configured: ConfiguredSource & { source: PullSource },
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

  const now = fault ? startedAt : laterOf(startedAt, instant(context.clock.now()))
  const tries = outlook.outcome === 'failed' ? lease.state.failures + 1 : 0
  const heard: Check[] = []
  const onJudged = (checks: readonly Check[]) => {
    if (configured.source.push) heard.push(...checks)
    return earliestChange(checks)
  }
  const changesAt =
    outlook.outcome === 'complete'
      ? await commitSightings(lease, outlook.sightings, outlook.points, context, now, onJudged)
      : await commitBlindness(
          lease,
          { outcome: 'failed', fault: outlook.fault, tries },
          configured,
          context,
          now,
          onJudged,
        )

  await context.store.write((tx) =>
    tx.finishLook(lease, {
      at: now,
      status: outlook.outcome,
      tookMs: now - startedAt,
      fault: outlook.outcome === 'failed' ? outlook.fault : null,
      failures: tries,
      nextLookAt: nextLook(now, tries, changesAt, configured.everyMs),
      ...(memory === undefined || outlook.outcome === 'failed' ? {} : { memory }),
    }),
  )
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

/** Judges what was seen, in batches, and retires what was not. Returns when the first of the checks will turn. */
async function commitSightings(
  lease: ScopeLease,
  sightings: ReadonlyMap<CheckId, Sighting>,
  points: PointBuffer,
  context: TaskContext,
  now: Instant,
  onJudged: OnJudged,
): Promise<Instant | null> {
  const unmatched = new Map(sightings)
  let turning: Instant | null = null
  let after: CheckId | null = null
  for (;;) {
    const known: Check[] = await inBatch(lease, context, async (tx) => {
      const page = await tx.checksOfScope(lease.scope, after, BATCH)
      const seen: [Sighting, Check | null][] = []
      const gone: Check[] = []
      for (const check of page) {
        const sighting = unmatched.get(check.id)
        if (sighting) seen.push([sighting, check])
        else gone.push(check)
        unmatched.delete(check.id)
      }
      turning = earlier(turning, await judgeSeen(tx, lease, seen, points, context, now, onJudged))
      await retireChecks(tx, gone, `${lease.scope} was read whole, and it is no longer there.`, context, now)
      return page
    })
    const last = known.at(-1)
    if (known.length < BATCH || !last) break
    after = last.id
  }
  const fresh = [...unmatched.values()]
  for (let i = 0; i < fresh.length; i += BATCH) {
    const batch = fresh.slice(i, i + BATCH)
    await inBatch(lease, context, async (tx) => {
      // a retired check, or one that another scope had, comes back with its history
      const returned = await tx.checksById(batch.map(({ observed }) => observed.check))
      const byId = new Map(returned.map((check) => [check.id, check]))
      const seen = batch.map((sighting): [Sighting, Check | null] => [
        sighting,
        byId.get(sighting.observed.check) ?? null,
      ])
      turning = earlier(turning, await judgeSeen(tx, lease, seen, points, context, now, onJudged))
    })
  }
  return turning
}

async function judgeSeen(
  tx: Writer,
  lease: ScopeLease,
  seen: readonly [Sighting, Check | null][],
  points: PointBuffer,
  context: TaskContext,
  now: Instant,
  onJudged: OnJudged,
): Promise<Instant | null> {
  if (seen.length === 0) return null
  const candidates = seen.map(([{ observed, facts }, previous]): Candidate => {
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
      paused: previous?.paused && now < previous.paused.until ? previous.paused : null,
    }
    return { subject, previous, memory: previous?.memory ?? null }
  })
  const checks = await judge(tx, candidates, context, now)
  const changed = seen
    .filter(([{ facts }, previous]) => facts.pointDigest !== (previous?.facts.pointDigest ?? NO_FACTS.pointDigest))
    .map(([{ observed }]) => observed.check)
  await tx.savePoints(
    changed.flatMap((check) => points.byCheck.get(check) ?? []),
    now,
    points.whole ? changed : [],
  )
  return onJudged(checks)
}

/** The scope could not be read: what is known stays, grows older, and is judged as such. */
async function commitBlindness(
  lease: ScopeLease,
  look: Look,
  configured: ConfiguredSource,
  context: TaskContext,
  now: Instant,
  onJudged: OnJudged,
): Promise<Instant | null> {
  let turning: Instant | null = null
  let after: CheckId | null = null
  for (;;) {
    const known: Check[] = await inBatch(lease, context, async (tx) => {
      const page = await tx.checksOfScope(lease.scope, after, BATCH)
      const candidates = page.map(
        (check): Candidate => ({ subject: { ...check, look }, previous: check, memory: check.memory }),
      )
      if (after === null && page.length === 0) candidates.push(await placeholder(tx, lease, look, configured, now))
      turning = earlier(turning, onJudged(await judge(tx, candidates, context, now)))
      return page
    })
    const last = known.at(-1)
    if (known.length < BATCH || !last) return turning
    after = last.id
  }
}

/** A scope that was never read has no checks yet: it is shown as one, or nobody would hear that it can't be read. */
async function placeholder(
  tx: Writer,
  lease: ScopeLease,
  look: Look,
  configured: ConfiguredSource,
  now: Instant,
): Promise<Candidate> {
  const [previous] = await tx.checksById([lease.scope])
  const subject = {
    id: lease.scope,
    source: lease.state.source,
    scope: lease.scope,
    type: configured.source.type,
    resource: { id: lease.scope, name: lease.state.name, provider: null, account: null, region: null, tags: {} },
    detail: null,
    bornAt: null,
    firstSeenAt: previous?.firstSeenAt ?? now,
    facts: previous?.facts ?? { ...NO_FACTS },
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

function earliestChange(checks: readonly Check[]): Instant | null {
  return checks.reduce<Instant | null>((least, { judgement }) => earlier(least, judgement.changesAt), null)
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || (b !== null && b < a) ? b : a
}

const laterOf = (a: Instant, b: Instant): Instant => (b > a ? b : plus(a, 0))
