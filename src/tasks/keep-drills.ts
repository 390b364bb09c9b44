import type { Drill } from '../domain/drill.ts'
import { type Instant, plus } from '../domain/instant.ts'
import type { ObservedDrill } from '../domain/observation.ts'
import { CLOCK_SKEW_MS } from '../inventory/sighting.ts'
import { equal } from '../lib/equal.ts'
import { redact } from '../lib/redact.ts'
import type { Writer } from '../store/store.ts'
import type { TaskContext } from './context.ts'

/**
 * Keeps the restores that a look has seen, each once. One that has gone on since (its data was verified meanwhile) replaces
 * its own record. What a person has withdrawn or corrected stays as that person left it.
 */
export async function keepDrills(
  tx: Writer,
  source: string,
  seen: readonly ObservedDrill[],
  context: Pick<TaskContext, 'newId' | 'config'>,
  now: Instant,
): Promise<void> {
  if (seen.length === 0) return
  const byReference = new Map(drillsIn(seen, source, now).map((drill) => [drill.reference, drill]))
  const known = await tx.drillsByReference([...byReference.keys()])
  const before = new Map(known.map((drill) => [drill.reference, drill]))
  // it is told for as long as its source remembers it: removed as old history, it would come back with each look
  const since = plus(now, -context.config().keepHistoryMs)
  const news = [...byReference].flatMap(([reference, drill]): Drill[] => {
    const last = before.get(reference)
    if (!last) return drill.at < since ? [] : [{ ...drill, id: context.newId() }]
    if (last.ended !== null || last.origin === 'hand' || isSame(last, drill)) return []
    return [{ ...drill, id: context.newId(), replaces: last.id }]
  })
  await tx.addDrills(news, 'it was reported anew')
}

const OF_THE_RECORD = ['id', 'recordedAt', 'recordedBy', 'replaces', 'ended']

function isSame(a: Drill, b: Drill): boolean {
  return equal(a, b, OF_THE_RECORD)
}

const LONGEST_TEXT = 4000
const MOST_GAPS = 50

/** The restores that a place tells of, as records that are named as it names them. */
export function drillsIn(
  seen: readonly ObservedDrill[],
  source: string,
  now: Instant,
): (Drill & { reference: string })[] {
  // by a time in the future it would be the newest for ever
  return seen.filter(({ at }) => at <= plus(now, CLOCK_SKEW_MS)).map((drill) => recordOf(drill, source, now))
}

/** What comes from outside, made fit to be kept. */
function recordOf(seen: ObservedDrill, source: string, now: Instant): Drill & { reference: string } {
  const reference = `${source}:${seen.id}`
  const clean = (words: string) => redact(words).slice(0, LONGEST_TEXT)
  return {
    id: reference,
    service: null,
    check: seen.check,
    at: seen.at,
    by: clean(seen.by),
    origin: 'source',
    outcome: seen.outcome,
    phases: [],
    rtaMs: positive(seen.rtaMs),
    rpaMs: positive(seen.rpaMs),
    checked: [],
    gaps: seen.gaps.slice(0, MOST_GAPS).map(clean),
    note: seen.note === null ? null : clean(seen.note),
    recordedAt: now,
    recordedBy: source,
    replaces: null,
    reference,
  }
}

function positive(ms: number | null): number | null {
  return ms !== null && Number.isFinite(ms) && ms >= 0 ? Math.trunc(ms) : null
}
