import type { Judged, ServiceRule } from '../rule.ts'
import { immutability } from './immutability.ts'

/** The 1 and the 0 that 3-2-1-1-0 adds: one immutable or offline copy, and a restore without errors. */
export const copiesStrict: ServiceRule = {
  id: 'copies-strict',
  asks: 'an immutable or offline copy and a restore without errors, where 3-2-1-1-0 is asked for',
  judge(view, now): Judged {
    if (view.service.standard !== '3-2-1-1-0') return { outcome: 'not-applicable', reason: '3-2-1 is asked for.' }
    const locked = immutability.judge(view, now, {})
    const [last] = view.drills
    const ill = view.proven.flatMap(({ checks }) =>
      checks.filter(({ check }) => check.judgement.status === 'failed').map(({ check }) => check.id),
    )
    const evidence = { immutable: locked.outcome, last_drill: last?.outcome ?? null, failing: ill }
    if (locked.outcome === 'fail') return { ...locked, evidence }
    const verified = view.drills.some(({ outcome }) => outcome === 'verified')
    if (last && (last.outcome === 'failed' || !verified))
      return {
        outcome: 'fail',
        reason: `The last drill came no further than "${last.outcome}".`,
        advice: DRILL,
        evidence,
      }
    if (ill.length > 0)
      return {
        outcome: 'fail',
        reason: `The last job of ${ill[0]} failed.`,
        advice: 'Mend what fails: 0 stands for no errors.',
        evidence,
        echoes: ill.map((check) => [check]),
      }
    if (!last) return { outcome: 'unknown', reason: 'No restore has been tried.', advice: DRILL, evidence }
    if (locked.outcome === 'unknown') return { ...locked, evidence }
    return {
      outcome: 'pass',
      reason: 'A copy is immutable, and the last restore was verified without errors.',
      evidence,
    }
  },
}

const DRILL = 'Restore it and verify what comes back, until there are no errors.'
