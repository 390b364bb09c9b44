import type { CheckSubject } from '../domain/facts.ts'
import { type Instant, plus, toIso } from '../domain/instant.ts'
import type { Policy } from '../domain/policy.ts'
import type { Severity } from '../domain/severity.ts'
import type { CheckStatus } from '../domain/status.ts'
import { formatDuration } from '../lib/duration.ts'
import { deadlineAfter } from './threshold.ts'

/** The status of a check and why. It holds up to and including `changesAt`, unless news comes before. */
export interface Verdict {
  status: CheckStatus
  /** Of the incident that the status calls for; null: it calls for none. */
  severity: Severity | null
  /** A sentence with absolute times, so that it stays true for as long as the status does. */
  reason: string
  /** When the newest good point passes its threshold. */
  deadlineAt: Instant | null
  changesAt: Instant | null
}

/** The status table of the glossary, from the strongest claim on attention to the weakest. */
export function judgeStatus(subject: CheckSubject, policy: Policy, now: Instant): Verdict {
  const { facts, look, paused } = subject
  const good = facts.newestGood
  const deadlineAt = good && deadlineAfter(policy.threshold, good.recoverableTo)
  const late = deadlineAt !== null && now > deadlineAt
  const standing = good
    ? `The newest good recovery point is from ${toIso(good.recoverableTo)}${late ? `: past its limit since ${toIso(deadlineAt)}` : ''}.`
    : 'There is no good recovery point.'

  if (paused && now < paused.until) {
    const reason = `Paused by ${paused.by} until ${toIso(paused.until)}${paused.reason ? `: ${paused.reason}` : '.'}`
    return { status: 'paused', severity: null, reason, deadlineAt, changesAt: paused.until }
  }

  const failure = newestFailure(subject, now)
  const failed = failure && (good === null || failure.at > good.recoverableTo) ? failure : null

  if (look.outcome === 'failed') {
    const reason = `The last look failed: ${closed(look.fault.message)}`
    if (late)
      return {
        status: 'stale',
        // as grave as that failure: being blind since is no recovery from it
        severity: failed ? 'critical' : staleSeverity(policy),
        reason: `${standing} ${reason}`,
        deadlineAt,
        changesAt: null,
      }
    // the rule "readable" opens its incident, after some tries
    return {
      status: 'error',
      severity: null,
      reason: good ? `${reason} ${standing}` : reason,
      deadlineAt,
      changesAt: deadlineAt,
    }
  }

  if (failed) {
    const grave = good === null || late
    const reason = `${failed.reason} ${standing}`
    return {
      status: 'failed',
      severity: grave ? 'critical' : 'warning',
      reason,
      deadlineAt,
      changesAt: grave ? null : deadlineAt,
    }
  }

  if (good === null) return judgeAbsence(subject, policy, now)
  if (late) return { status: 'stale', severity: staleSeverity(policy), reason: standing, deadlineAt, changesAt: null }

  // a run that a good point has made up for turns nothing any more
  const overdueAt = facts.running?.overdueAt && facts.running.overdueAt >= now ? facts.running.overdueAt : null
  const warnAt =
    policy.warnAt !== null && deadlineAt !== null
      ? plus(good.recoverableTo, Math.round((deadlineAt - good.recoverableTo) * policy.warnAt))
      : null
  if (warnAt !== null && deadlineAt !== null && now > warnAt) {
    const reason = `${standing} It turns stale at ${toIso(deadlineAt)}.`
    return { status: 'due', severity: 'info', reason, deadlineAt, changesAt: earliest(deadlineAt, overdueAt) }
  }
  return {
    status: 'ok',
    severity: null,
    reason: standing,
    deadlineAt,
    changesAt: earliest(warnAt ?? deadlineAt, overdueAt),
  }
}

/** No good point in a scope that was read whole: missing, unless the resource is too young to have one. */
function judgeAbsence({ bornAt, facts }: CheckSubject, policy: Policy, now: Instant): Verdict {
  const expectedBy =
    bornAt &&
    (policy.newResourceGraceMs === null
      ? deadlineAfter(policy.threshold, bornAt)
      : plus(bornAt, policy.newResourceGraceMs))
  if (bornAt !== null && expectedBy !== null && now <= expectedBy) {
    const reason = `New since ${toIso(bornAt)}: its first recovery point is expected by ${toIso(expectedBy)}.`
    const changesAt = earliest(expectedBy, facts.running?.overdueAt ?? null)
    return { status: 'due', severity: null, reason, deadlineAt: expectedBy, changesAt }
  }
  const { newestRejected, newestFuture } = facts
  const hint = newestRejected
    ? ` The newest that is there, from ${toIso(newestRejected.at)}, does not count: ${closed(newestRejected.reason)}`
    : newestFuture
      ? ` The newest that is there does not count: it is dated ${toIso(newestFuture.recoverableTo)}, in the future.`
      : ''
  return {
    status: 'missing',
    severity: 'critical',
    reason: `There is no good recovery point.${hint}`,
    deadlineAt: null,
    changesAt: null,
  }
}

/** The newest reported failure, or the run that has gone on for too long. */
function newestFailure({ facts }: CheckSubject, now: Instant): { at: Instant; reason: string } | null {
  const { running, newestFailure: failure } = facts
  if (running?.overdueAt && now > running.overdueAt && running.overdueAt > (failure?.at ?? 0)) {
    const allowed = formatDuration(running.overdueAt - running.since)
    return {
      at: running.overdueAt,
      reason: `The job that began at ${toIso(running.since)} has not ended within ${allowed}.`,
    }
  }
  return (
    failure && { at: failure.at, reason: `The newest job failed at ${toIso(failure.at)}: ${closed(failure.reason)}` }
  )
}

const staleSeverity = (policy: Policy): Severity => (policy.tier === 1 ? 'critical' : 'warning')

/** With exactly one full stop at its end. */
const closed = (text: string): string => `${text.trim().replace(/[.\s]+$/, '')}.`

function earliest(...instants: (Instant | null)[]): Instant | null {
  return instants.reduce<Instant | null>(
    (least, at) => (at !== null && (least === null || at < least) ? at : least),
    null,
  )
}
