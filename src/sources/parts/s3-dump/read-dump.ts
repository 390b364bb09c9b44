import { z } from 'zod'
import type { Bucket, S3Object } from '../../../lib/s3/index.ts'
import type { Dump } from './dump.ts'
import { datedPrefixes, dateUnit, keyMatcher } from './pattern.ts'
import { readKeys } from './read-keys.ts'
import { byDate, Tally } from './tally.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Objects get deleted and names don't keep to an order: everything is read again this often. */
const WHOLE_EVERY_MS = DAY_MS
/** What is overdue is looked for everywhere, but not more often than this. */
const WHOLE_AT_MOST_EVERY_MS = HOUR_MS
/** Dated prefixes that are asked one by one before everything under their base is read. */
const MOST_PREFIXES = 120
const PREFIXES_AT_ONCE = 8
const LONGEST_SPAN_MS = 3660 * DAY_MS
/** The newest so many lie last in key order: then names go by date. */
const ORDER_SHOWN_BY = 10

/** What one look keeps for the next. It is a hint: what it says is looked up again before it is believed. */
const memorySchema = z.object({
  of: z.string(),
  wholeAt: z.number(),
  /** Key of the newest good object. */
  newest: z.string().nullable(),
  /** Reading from here on shows the newest ones, since names go by date; null: they do not, or it does not pay. */
  after: z.string().nullable(),
  /** The longest time between two of the newest, in milliseconds. */
  gapMs: z.number().nullable(),
  cuts: z.array(z.string()).max(15),
})
type Memory = z.output<typeof memorySchema>

export interface DumpRead {
  tally: Tally
  memory: Memory
}

export interface Look {
  now: number
  memory: unknown
  signal: AbortSignal
}

/** Finds the newest objects of a dump with as few requests as is safe. Throws S3Error. */
export async function readDump(bucket: Bucket, dump: Dump, { now, memory, signal }: Look): Promise<DumpRead> {
  const of = JSON.stringify([dump.bucket, dump.prefix, dump.pattern, dump.minSizeBytes])
  const parsed = memorySchema.safeParse(memory)
  // of other settings, or from a clock that ran ahead: worth nothing
  const known = parsed.success && parsed.data.of === of && parsed.data.wholeAt <= now ? parsed.data : null
  const matches = keyMatcher(dump.prefix, dump.pattern)
  const newTally = () => new Tally(matches, dump.minSizeBytes, now)

  return (await (dateUnit(dump.prefix) ? readDated(known) : readTail(known))) ?? (await readWhole(known))

  async function readWhole(before: Memory | null): Promise<DumpRead> {
    let tally = newTally()
    const { pages, cuts } = await readKeys(bucket, dump.base, before?.cuts ?? [], signal, () => {
      tally = newTally()
      return (objects) => tally.add(objects)
    })
    // of a single page nothing can be spared
    const after = pages > 1 && goesByDate(tally) ? beginningOfTail(tally) : null
    const newest = tally.newest()?.key ?? null
    return { tally, memory: { of, wholeAt: now, newest, after, gapMs: longestGap(tally), cuts } }
  }

  /**
   * Names go by date: reads the last keys only. Null: read everything. Whatever this misses is newer than what it finds, so
   * it can make a dump look older than it is, never younger; and what looks overdue is looked for everywhere.
   */
  async function readTail(before: Memory | null): Promise<DumpRead | null> {
    if (!before?.after || now - before.wholeAt >= WHOLE_EVERY_MS) return null
    const tally = newTally()
    for await (const { objects } of bucket.list({ prefix: dump.base, startAfter: before.after, signal }))
      tally.add(objects)
    // the newest that was known must still be there, and be the last but for newer ones
    if (!tally.good().some(({ key }) => key === before.newest)) return null
    const newest = tally.newest()
    const dueMs = Math.min(dump.dueAfterMs, before.gapMs === null ? Number.POSITIVE_INFINITY : before.gapMs * 1.1)
    const overdue = newest === null || now - newest.lastModifiedAt > dueMs
    if (overdue && now - before.wholeAt >= WHOLE_AT_MOST_EVERY_MS) return null
    const memory = { ...before, newest: newest?.key ?? null, after: beginningOfTail(tally), gapMs: longestGap(tally) }
    return { tally, memory }
  }

  /** The prefix holds the date: reads the prefixes of the recent dates, then those further back. Null: read everything. */
  async function readDated(before: Memory | null): Promise<DumpRead | null> {
    const tally = newTally()
    const { stepMs } = dateUnit(dump.prefix) ?? { stepMs: DAY_MS }
    const asked = new Set<string>()
    const result = (wholeAt: number): DumpRead => {
      const memory = { of, wholeAt, newest: tally.newest()?.key ?? null, after: null, gapMs: null, cuts: [] }
      return { tally, memory: { ...memory, cuts: before?.cuts ?? [] } }
    }
    const read = async (spanMs: number) => {
      // a job may name its folders by a local time that is ahead
      const prefixes = datedPrefixes(dump.prefix, now - spanMs, now + stepMs).filter((prefix) => !asked.has(prefix))
      if (asked.size + prefixes.length > MOST_PREFIXES) return false
      for (const prefix of prefixes) asked.add(prefix)
      await listAll(prefixes, tally)
      return true
    }

    await read(2 * stepMs)
    const latest = tally.newest()
    if (latest && now - latest.lastModifiedAt <= dump.dueAfterMs) return result(before?.wholeAt ?? now)
    let spanMs = dump.dueAfterMs + DAY_MS
    if (!(await read(spanMs))) return null
    if (tally.newest()) return result(before?.wholeAt ?? now)
    // nothing recent: what was found further back may be still there, and is looked for again once a day
    if (before && now - before.wholeAt < WHOLE_EVERY_MS && before.newest !== null) {
      await listAll([before.newest], tally)
      if (tally.newest()) return result(before.wholeAt)
    }
    if (before && now - before.wholeAt < WHOLE_AT_MOST_EVERY_MS && before.newest === null) return result(before.wholeAt)
    while (!tally.newest()) {
      spanMs *= 2
      if (spanMs > LONGEST_SPAN_MS || !(await read(spanMs))) return null
    }
    return result(now)
  }

  async function listAll(prefixes: readonly string[], tally: Tally): Promise<void> {
    const queue = prefixes.values()
    const reader = async () => {
      for (const prefix of queue) for await (const { objects } of bucket.list({ prefix, signal })) tally.add(objects)
    }
    await Promise.all(Array.from({ length: Math.min(PREFIXES_AT_ONCE, prefixes.length) }, reader))
  }
}

/** Whether the newest objects are the last by name, in the same order. */
function goesByDate(tally: Tally): boolean {
  const newest = [...tally.good(), ...tally.others()].sort(byDate)
  const last = tally.last().slice(-ORDER_SHOWN_BY)
  return last.length >= 3 && newest.slice(-last.length).every(({ key }, index) => key === last[index]?.key)
}

/** A text just before the key of the first of the last ones: a list that starts after it shows them all. */
function beginningOfTail(tally: Tally): string | null {
  const first: S3Object | undefined = tally.last()[0]
  return first ? first.key.slice(0, -1) : null
}

function longestGap(tally: Tally): number | null {
  const newest = tally.good().slice(-ORDER_SHOWN_BY)
  if (newest.length < 3) return null
  return Math.max(...newest.slice(1).map(({ lastModifiedAt: at }, index) => at - (newest[index]?.lastModifiedAt ?? at)))
}
