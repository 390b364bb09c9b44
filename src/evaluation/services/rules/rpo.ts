import { type Instant, instant, plus, toIso } from '../../../domain/instant.ts'
import { formatDuration } from '../../../lib/duration.ts'
import { cadenceOf } from '../cadence.ts'
import type { CopyView, ServiceView } from '../estate.ts'
import { checksOf, type Judged, list, type ServiceRule, unknownCopies } from '../rule.ts'

const ADVICE =
  'Back up more often, or ship the log (WAL, binlog); alert before the RPO is breached: a backup system that quietly stopped yesterday is an incident today.'

/** Is each copy young enough, and can its schedule keep it so? */
export const rpo: ServiceRule = {
  id: 'rpo',
  asks: 'copies within the RPO, on a schedule that can hold it',
  judge(view, now): Judged {
    const { service, copies, proven } = view
    if (service.rpoMs === null)
      return {
        outcome: 'fail',
        reason: 'It has no RPO.',
        advice: 'Define RPO and RTO per service before choosing a backup schedule.',
      }
    const target = service.rpoMs
    const paces = new Map(copies.map((copy) => [copy, paceOf(copy)]))
    const evidence = {
      target_ms: target,
      copies: copies.map((copy) => ({
        copy: copy.title,
        recoverable_to: copy.recoverableTo && toIso(copy.recoverableTo),
        limit_ms: copy.copy.maxAgeMs ?? target,
        every_ms: paces.get(copy) ?? null,
      })),
    }
    const fast = proven.filter((copy) => withinFor(copy, target, now) !== null)
    if (fast.length === 0 && view.unknown.length === 0) {
      const newest = newestOf(view)
      const reason = newest
        ? `The newest copy is from ${toIso(newest)}: more than ${formatDuration(target)} would be lost.`
        : 'No copy has anything to go back to.'
      const turnedAt = newest && plus(newest, target)
      // the last that was young enough: a copy that has long been dead, or is paused, does not tell that it was the last
      const last = proven.filter(({ recoverableTo }) => newest !== null && recoverableTo === newest)
      const echoes = checksOf(last.length > 0 ? last : copies)
      return { outcome: 'fail', severity: 'critical', reason, advice: ADVICE, evidence, echoes, turnedAt }
    }
    const slow = proven.find((copy) => copy.copy.maxAgeMs === null && (paces.get(copy) ?? 0) > target)
    if (slow) {
      const pace = formatDuration(paces.get(slow) ?? 0)
      const reason = `${slow.title} is made every ${pace}: it can't hold an RPO of ${formatDuration(target)}.`
      return { outcome: 'fail', reason, advice: ADVICE, evidence }
    }
    const late = proven.filter((copy) => withinFor(copy, copy.copy.maxAgeMs ?? target, now) === null)
    if (late.length > 0) {
      const words = late.map(({ title, recoverableTo }) => `${title}, from ${toIso(recoverableTo ?? now)}`)
      const turned = late.map(({ copy, recoverableTo }) => (recoverableTo ?? now) + (copy.maxAgeMs ?? target))
      const turnedAt = instant(Math.max(...turned))
      const reason = `Too old: ${list(words)}.`
      return { outcome: 'fail', reason, advice: ADVICE, evidence, echoes: checksOf(late), turnedAt }
    }
    if (fast.length === 0) {
      const reason = `No copy within ${formatDuration(target)} is proven. Not known: ${unknownCopies(view)}.`
      return { outcome: 'unknown', reason, advice: 'Bind each copy to the check that proves it.', evidence }
    }
    const ends = proven.flatMap((copy) => withinFor(copy, copy.copy.maxAgeMs ?? target, now) ?? [])
    return {
      outcome: 'pass',
      reason: `A copy from ${toIso(newestOf(view) ?? now)} is within ${formatDuration(target)}.`,
      evidence,
      changesAt: ends.reduce<Instant | null>((least, at) => (least === null || at < least ? at : least), null),
    }
  },
}

/** Until when the copy is young enough; null: it is too old. */
function withinFor({ recoverableTo }: CopyView, limitMs: number, now: Instant): Instant | null {
  const until = recoverableTo === null ? null : plus(recoverableTo, limitMs)
  return until !== null && now <= until ? until : null
}

function newestOf({ proven }: ServiceView): Instant | null {
  return proven.reduce<Instant | null>(
    (newest, { recoverableTo: at }) => (at !== null && (newest === null || at > newest) ? at : newest),
    null,
  )
}

/** What its slowest check can hold at all. */
function paceOf({ checks }: CopyView): number | null {
  return checks.reduce<number | null>((most, { points }) => {
    const pace = cadenceOf(points)
    return pace !== null && (most === null || pace > most) ? pace : most
  }, null)
}
