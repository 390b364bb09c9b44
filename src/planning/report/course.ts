import { type Instant, plus } from '../../domain/instant.ts'
import type { CheckStatus } from '../../domain/status.ts'
import type { Span, WatchRecord } from '../../domain/watch-record.ts'
import { cutInto, follow, type Piece, type State, together } from './pieces.ts'

/** What the store remembers of one check, over a period. */
export interface CheckPast {
  firstSeenAt: Instant
  retiredAt: Instant | null
  /** As it was last judged and written, and since when. */
  status: CheckStatus
  since: Instant
  /** Its threshold now, in milliseconds. */
  thresholdMs: number | null
  /** Since the start of the period, oldest first; those after its end too: the first of them says what was before it. */
  changes: readonly { at: Instant; from: CheckStatus | null; to: CheckStatus }[]
  /** For each limit in milliseconds that is asked for, and its threshold: when a good point was there that was no older. In order, apart. */
  covered: ReadonlyMap<number, readonly Span[]>
}

/** A period, and what is recorded of it at all. */
export interface Frame {
  period: Span
  /** When Backproof was at work; in order, apart. */
  watched: readonly Span[]
  /** Since when there is a record; null: there is none. */
  recordedFrom: Instant | null
}

/** A sign of life is given once a minute: so much after the last, nobody is taken to be gone. */
const SIGN_OF_LIFE_MS = 2 * 60_000

export function frameOf(period: Span, { spans, prunedBefore }: WatchRecord): Frame {
  const last = spans.at(-1)
  const watched = last ? [...spans.slice(0, -1), { from: last.from, to: plus(last.to, SIGN_OF_LIFE_MS) }] : spans
  const first = spans[0]?.from ?? null
  const recordedFrom = first !== null && prunedBefore !== null && prunedBefore > first ? prunedBefore : first
  return { period, watched, recordedFrom }
}

/** What is first seen this soon after the record begins was there before it: of that time nothing is recorded. */
const SETTLING_MS = 24 * 3_600_000

/** Of one check; gone: it was retired. */
type CheckState = State | 'gone'

/** Whether a check had a good point that was no older than `limitMs`, over the period. */
export function courseOfCheck(past: CheckPast, limitMs: number, frame: Frame): Piece<CheckState>[] {
  const { firstSeenAt, retiredAt } = past
  const statuses = statusesOf(past, frame.period)
  const covered = past.covered.get(limitMs) ?? []
  const proven = past.thresholdMs === null ? [] : (past.covered.get(past.thresholdMs) ?? [])
  const cuts = [frame.recordedFrom, firstSeenAt, retiredAt].flatMap((at) => at ?? [])
  for (const spans of [frame.watched, covered, proven, statuses]) for (const { from, to } of spans) cuts.push(from, to)
  const [coverAt, watchAt, proofAt] = [follow(covered), follow(frame.watched), follow(proven)]
  const statusAt = follow(statuses)
  // "ok" is a claim of this threshold: it says nothing of a stricter limit
  const provesLimit = past.thresholdMs !== null && past.thresholdMs <= limitMs
  const { recordedFrom } = frame
  const cameLater = recordedFrom !== null && firstSeenAt > plus(recordedFrom, SETTLING_MS)
  return cutInto<CheckState>(frame.period, cuts, (at) => {
    if (at < firstSeenAt && cameLater) return 'absent'
    if (recordedFrom === null || at < recordedFrom) return 'unrecorded'
    if (at < firstSeenAt) return 'absent'
    if (retiredAt !== null && at >= retiredAt) return 'gone'
    const status = statusAt(at)?.state ?? null
    if (status === 'paused') return 'paused'
    if (status === 'error') return 'unknown'
    if (coverAt(at)) return 'within'
    if (!watchAt(at)) return 'unwatched'
    if (status === 'missing' || status === 'stale' || status === 'failed') return 'breached'
    if (status !== 'ok') return 'unknown'
    if (provesLimit) return 'within'
    // its points bear out that it was ok: so they are all there, and none was young enough for this limit
    return proofAt(at) ? 'breached' : 'unknown'
  })
}

/** The statuses that a check had, where they are known. */
function statusesOf({ changes, status, since }: CheckPast, period: Span): Piece<CheckStatus>[] {
  const [first] = changes
  if (!first) return [{ from: since > period.from ? since : period.from, to: period.to, state: status }]
  const out: Piece<CheckStatus>[] = []
  let from = period.from
  let state = first.from
  for (const change of changes) {
    // a clock that has jumped back moves nothing that was written before
    const at = change.at > from ? change.at : from
    // it came back after it was retired, and nobody has written when that was: of the time between nothing is known
    if (state !== null && change.from !== null && at > from && from < period.to)
      out.push({ from, to: at < period.to ? at : period.to, state })
    from = at
    state = change.to
  }
  if (from < period.to && state !== null) out.push({ from, to: period.to, state })
  return out
}

/** Of those that are not known to be within, what is said first. */
const VAGUEST = ['unrecorded', 'unwatched', 'unknown', 'paused'] as const

/** A copy is as good as the worst of the checks that prove it. */
export function courseOfCopy(checks: readonly (readonly Piece<CheckState>[])[], frame: Frame): Piece[] {
  return together(frame.period, checks, (states): State => {
    const there = states.filter((state): state is State => state !== 'absent' && state !== 'gone')
    if (there.includes('breached')) return 'breached'
    const vague = VAGUEST.find((state) => there.includes(state))
    if (vague) return vague
    if (there.length > 0) return 'within'
    return states.includes('gone') ? 'unknown' : 'absent'
  })
}

/** A service is as good as the best of its copies. */
export function courseOfService(copies: readonly (readonly Piece[])[], frame: Frame): Piece[] {
  return together(frame.period, copies, (states): State => {
    const there: readonly State[] = states.filter((state) => state !== 'absent')
    if (there.includes('within')) return 'within'
    return VAGUEST.find((state) => there.includes(state)) ?? (there.length > 0 ? 'breached' : 'absent')
  })
}
