import { type Instant, plus } from '../domain/instant.ts'
import type { CheckId } from '../domain/recovery-point.ts'
import type { CheckStatus } from '../domain/status.ts'
import type { Span } from '../domain/watch-record.ts'
import { breather } from '../lib/time-slice.ts'
import type { CheckPast } from '../planning/report/course.ts'
import { union } from '../planning/report/pieces.ts'
import type { PointTimes, Reader } from '../store/store.ts'

interface Past extends CheckPast {
  changes: { at: Instant; from: CheckStatus | null; to: CheckStatus }[]
  covered: Map<number, Span[]>
}

/**
 * What is remembered of some checks over a period; `limits` are the ages in milliseconds that the points of each are held against.
 * Points become spans as they come: what is held grows with what went wrong, not with points.
 */
export async function readPasts(
  read: Reader,
  limits: ReadonlyMap<CheckId, ReadonlySet<number>>,
  period: Span,
): Promise<Map<CheckId, CheckPast>> {
  const breathe = breather()
  const pasts = new Map<CheckId, Past>()
  for (const check of await read.checksById([...limits.keys()])) {
    const { thresholdMs } = check.judgement
    const ages = new Set([...(limits.get(check.id) ?? []), ...(thresholdMs === null ? [] : [thresholdMs])])
    pasts.set(check.id, {
      firstSeenAt: check.firstSeenAt,
      retiredAt: check.retiredAt,
      status: check.judgement.status,
      since: check.judgement.since,
      thresholdMs,
      changes: [],
      covered: new Map([...ages].map((limit) => [limit, []])),
    })
  }
  for await (const { check, at, from, to } of read.changesSince([...pasts.keys()], period.from)) {
    pasts.get(check)?.changes.push({ at, from, to })
    await breathe()
  }
  // a point of longer ago than the longest limit covers nothing of the period; most checks have one limit, the RPO
  const longest = (check: CheckId) => Math.max(0, ...(pasts.get(check)?.covered.keys() ?? []))
  for (const [limit, checks] of Map.groupBy(pasts.keys(), longest))
    for await (const point of read.pointsSince(checks, plus(period.from, -limit))) {
      const covered = pasts.get(point.check)?.covered ?? []
      for (const [limitMs, spans] of covered) cover(spans, point, limitMs, period)
      await breathe()
    }
  for (const { covered } of pasts.values()) for (const [limit, spans] of covered) covered.set(limit, union(spans))
  return pasts
}

/** Adds the time in which this point was no older than its limit. Points come oldest first: most go on where the last ended. */
function cover(spans: Span[], { recoverableTo, completedAt, goneAt }: PointTimes, limitMs: number, period: Span): void {
  const from = completedAt !== null && completedAt > recoverableTo ? completedAt : recoverableTo
  const old = plus(recoverableTo, limitMs)
  const to = goneAt !== null && goneAt < old ? goneAt : old
  if (to <= from || to <= period.from || from >= period.to) return
  const last = spans.at(-1)
  if (last && from <= last.to && to >= last.from) {
    if (from < last.from) last.from = from
    if (to > last.to) last.to = to
  } else spans.push({ from, to })
}
