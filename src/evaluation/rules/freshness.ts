import type { CheckSubject } from '../../domain/facts.ts'
import type { Finding } from '../../domain/finding.ts'
import { type Instant, toIso } from '../../domain/instant.ts'
import type { CheckStatus } from '../../domain/status.ts'
import { adviceFor } from '../advice.ts'
import type { Rule } from '../rule.ts'

const JUDGED: Record<
  CheckStatus,
  { outcome: Finding['outcome']; type: 'BACKUP_DUE' | 'BACKUP_STALE' | 'BACKUP_MISSING' | 'BACKUP_FAILED' | null }
> = {
  ok: { outcome: 'pass', type: null },
  due: { outcome: 'fail', type: 'BACKUP_DUE' },
  stale: { outcome: 'fail', type: 'BACKUP_STALE' },
  missing: { outcome: 'fail', type: 'BACKUP_MISSING' },
  failed: { outcome: 'fail', type: 'BACKUP_FAILED' },
  error: { outcome: 'unknown', type: null },
  paused: { outcome: 'not-applicable', type: null },
}

/** Is there a good recovery point within the threshold? The status of the check, as a finding. */
export const freshness: Rule = {
  id: 'freshness',
  evaluate(subject, policy, _, { status, severity, reason, changesAt }): Finding {
    const { outcome, type } = JUDGED[status]
    const good = subject.facts.newestGood
    const incident =
      type && severity ? { type, severity: policy.severity ?? severity, ...failedAt(subject, status) } : null
    return {
      subject: subject.id,
      rule: 'freshness',
      outcome,
      incident,
      reason,
      ...(incident && { advice: adviceFor(subject, status) }),
      evidence: {
        status,
        recovery_point: good && { id: good.id, recoverable_to: toIso(good.recoverableTo), size_bytes: good.sizeBytes },
        threshold_from: policy.thresholdFrom,
      },
      changesAt,
    }
  },
}

/** When the job ended that has failed: of one that ended before anybody looked here it says nothing how soon it was detected. */
function failedAt({ facts, firstSeenAt }: CheckSubject, status: CheckStatus): { failedAt?: Instant } {
  const { newestFailure: failure, running } = facts
  if (status !== 'failed' || !failure || failure.isOfStart || failure.at < firstSeenAt) return {}
  return running?.overdueAt && running.overdueAt > failure.at ? {} : { failedAt: failure.at }
}
