import { z } from 'zod'
import type { Config } from '../config/config.ts'
import { type Instant, instant } from '../domain/instant.ts'
import type { Span, WatchRecord } from '../domain/watch-record.ts'
import type { Reader, Writer } from '../store/store.ts'
import { isPulled } from './pulled.ts'

const KEY = 'watch-record'
/** A sign of life is given once a minute: after this long without one, nobody was there. */
const LONGEST_PAUSE_MS = 5 * 60_000
/** The oldest are dropped; what was before them counts as never recorded. */
const MOST_SPANS = 500

const recordOf = z.object({
  spans: z.array(z.tuple([z.number(), z.number()])),
  prunedBefore: z.number().nullable(),
})

/** When this database's instances were at work, as far as is known. */
export async function readWatchRecord(read: Reader): Promise<WatchRecord> {
  const text = await read.value(KEY)
  if (text === null) return { spans: [], prunedBefore: null }
  const { spans, prunedBefore } = recordOf.parse(JSON.parse(text))
  return {
    spans: spans.map(([from, to]): Span => ({ from: instant(from), to: instant(to) })),
    prunedBefore: prunedBefore === null ? null : instant(prunedBefore),
  }
}

/** A sign of life: looks are made when they are due. One writer at a time: upkeep has a lease. */
export async function noteWatch(read: Reader, tx: Writer, now: Instant, pauseMs?: number): Promise<void> {
  await save(tx, watched(await readWatchRecord(read), now, pauseMs))
}

/**
 * How far apart runs by a timer may be, each of which looks at everything: as far as each source is to be looked at anyway. Who is always
 * at work looks no more often, so what lies between two such looks is as well watched; beyond that nobody was there.
 */
export function pauseBetweenRuns(config: Config): number {
  const intervals = config.sources.filter(isPulled).map(({ everyMs }) => everyMs)
  return LONGEST_PAUSE_MS + (intervals.length === 0 ? 0 : Math.min(...intervals))
}

/** Notes that history before this was removed. */
export async function notePruned(read: Reader, tx: Writer, before: Instant): Promise<void> {
  const record = await readWatchRecord(read)
  if (record.prunedBefore !== null && record.prunedBefore >= before) return
  await save(tx, { spans: record.spans.filter(({ to }) => to > before), prunedBefore: before })
}

async function save(tx: Writer, { spans, prunedBefore }: WatchRecord): Promise<void> {
  await tx.setValue(KEY, JSON.stringify({ spans: spans.map(({ from, to }) => [from, to]), prunedBefore }))
}

/** The record with one more sign of life, which goes on from the last if it is no longer ago than the pause. What lies in the future is of a clock that was wrong: it is dropped. */
export function watched(record: WatchRecord, now: Instant, pauseMs = LONGEST_PAUSE_MS): WatchRecord {
  const spans = record.spans.filter(({ from }) => from <= now)
  const last = spans.pop()
  const goesOn = last !== undefined && now - last.to <= pauseMs
  if (last && !goesOn) spans.push(last)
  return { ...record, spans: [...spans, { from: goesOn ? last.from : now, to: now }].slice(-MOST_SPANS) }
}
