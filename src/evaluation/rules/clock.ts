import type { Finding } from '../../domain/finding.ts'
import { toIso } from '../../domain/instant.ts'
import { isPaused, type Rule } from '../rule.ts'

/** Is a recovery point dated in the future? Then a clock is wrong, there or here, and ages can't be trusted. */
export const clock: Rule = {
  id: 'clock',
  evaluate(subject, policy, now): Finding {
    const finding = { subject: subject.id, rule: 'clock', changesAt: null, incident: null, evidence: {} }
    if (isPaused(subject, now)) return { ...finding, outcome: 'not-applicable', reason: 'Paused.' }
    if (subject.look.outcome === 'failed') return { ...finding, outcome: 'unknown', reason: 'The last look failed.' }
    const future = subject.facts.newestFuture
    if (future === null) return { ...finding, outcome: 'pass', reason: 'No recovery point is dated in the future.' }
    return {
      ...finding,
      outcome: 'fail',
      incident: { type: 'POINT_IN_FUTURE', severity: policy.severity ?? 'warning' },
      reason: `The recovery point ${future.id} is dated ${toIso(future.recoverableTo)}, in the future: it does not count.`,
      advice: 'Compare the clock of the machine that makes the backups with that of the machine that runs Backproof.',
      evidence: { recovery_point: future.id, recoverable_to: toIso(future.recoverableTo) },
    }
  },
}
