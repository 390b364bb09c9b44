import { type CheckFacts, NO_FACTS, type PointSummary } from '../domain/facts.ts'
import type { Instant } from '../domain/instant.ts'
import type { ObservedCheck, ObservedDrill, ObservedFailure, ObservedRun } from '../domain/observation.ts'
import type { RecoveryPoint } from '../domain/recovery-point.ts'

/** A point may be this much ahead of our clock: clocks differ. */
export const CLOCK_SKEW_MS = 5 * 60_000

/** What one look has seen of one check so far. Its size does not grow with the points that it has seen. */
export interface Sighting {
  observed: ObservedCheck
  facts: CheckFacts
  /** Restores of it that the place reports; the newest of them. */
  drills: ObservedDrill[]
}

export function newSighting(observed: ObservedCheck): Sighting {
  return { observed, facts: { ...NO_FACTS }, drills: [] }
}

/** Adds one point, in place. In whatever order points come, the facts are the same. */
export function seePoint(facts: CheckFacts, point: RecoveryPoint, now: Instant): void {
  facts.pointDigest = addToDigest(facts.pointDigest, point)
  const summary: PointSummary = { id: point.id, recoverableTo: point.recoverableTo, sizeBytes: point.sizeBytes }
  if (point.state === 'failed') {
    const reason = point.problem ?? 'making the recovery point failed'
    seeFailure(facts, { at: point.recoverableTo, reason, ...(point.completedAt === null ? { isOfStart: true } : {}) })
  } else if (point.state !== 'complete') {
    const reason = point.problem ?? (point.state === 'pending' ? 'it is not complete yet' : 'it is implausible')
    facts.newestRejected = later(facts.newestRejected, { at: point.recoverableTo, reason })
  } else if (point.recoverableTo > now + CLOCK_SKEW_MS) {
    facts.newestFuture = newer(facts.newestFuture, summary)
  } else {
    facts.pointCount += 1
    facts.newestGood = newer(facts.newestGood, summary)
  }
}

export function seeFailure(
  facts: CheckFacts,
  { at, reason, isOfStart }: Pick<ObservedFailure, 'at' | 'reason'> & { isOfStart?: true },
): void {
  facts.newestFailure = later(facts.newestFailure, { at, reason, ...(isOfStart && { isOfStart }) })
}

export function seeRun(facts: CheckFacts, run: Pick<ObservedRun, 'since' | 'overdueAt'>): void {
  if (facts.running === null || run.since < facts.running.since)
    facts.running = { since: run.since, overdueAt: run.overdueAt }
}

/** More restores of one check than these are not kept of one look. */
const DRILLS = 100

export function seeDrill(drills: ObservedDrill[], drill: ObservedDrill): void {
  drills.push(drill)
  if (drills.length <= DRILLS * 2) return
  drills.sort((a, b) => b.at - a.at)
  drills.length = DRILLS
}

/** The newer of two points; of two from the same instant the one whose id sorts last. */
function newer(a: PointSummary | null, b: PointSummary): PointSummary {
  if (a === null || b.recoverableTo > a.recoverableTo) return b
  return b.recoverableTo === a.recoverableTo && b.id > a.id ? b : a
}

type Remark = { at: Instant; reason: string; isOfStart?: true }
function later(a: Remark | null, b: Remark): Remark {
  if (a === null || b.at > a.at) return b
  return b.at === a.at && b.reason > a.reason ? b : a
}

/** Sums a 64-bit hash (two FNV-1a of 32 bits) of each point: order-free, and a repeat changes it. */
function addToDigest(digest: string, point: RecoveryPoint): string {
  const text = `${point.id}\0${point.recoverableTo}\0${point.state}\0${point.sizeBytes}\0${point.problem}`
  let low = 0x811c9dc5
  let high = 0xcbf29ce4
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high ^ unit ^ (low & 0xff), 0x01000193)
  }
  const [before, beforeLow] = digest === '0' ? [0, 0] : [hex(digest.slice(0, 8)), hex(digest.slice(8))]
  return word(before + (high >>> 0)) + word(beforeLow + (low >>> 0))
}

const hex = (text: string): number => Number.parseInt(text, 16)
/** By bytes: numbers beyond 31 bits are slow to print, and this is done for every point. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const byte = (value: number): string => HEX[value & 255] ?? ''
function word(value: number): string {
  const bits = value | 0
  return byte(bits >>> 24) + byte(bits >>> 16) + byte(bits >>> 8) + byte(bits)
}
