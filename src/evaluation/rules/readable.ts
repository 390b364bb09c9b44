import type { Finding } from '../../domain/finding.ts'
import { adviceOnFault } from '../advice.ts'
import { isPaused, type Rule } from '../rule.ts'

/** Could the check's scope be read? A few failed looks in a row are forgiven, then somebody must know that we are blind. */
export const readable: Rule = {
  id: 'readable',
  evaluate(subject, policy, now): Finding {
    const { look } = subject
    const finding = { subject: subject.id, rule: 'readable', changesAt: null }
    if (isPaused(subject, now))
      return { ...finding, outcome: 'not-applicable', incident: null, reason: 'Paused.', evidence: {} }
    if (look.outcome === 'complete')
      return { ...finding, outcome: 'pass', incident: null, reason: 'The scope was read whole.', evidence: {} }
    const forgiven = look.tries < policy.errorGrace
    return {
      ...finding,
      // one more failed look is no recovery from those before: a check does not keep how many there were
      outcome: forgiven ? 'unknown' : 'fail',
      incident: forgiven ? null : { type: 'CHECK_ERROR', severity: policy.severity ?? 'warning' },
      reason: look.fault.message,
      advice: adviceOnFault(look.fault),
      evidence: { fault: look.fault.kind, tries: look.tries },
    }
  },
}
