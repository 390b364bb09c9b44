import { type Judged, list, type ServiceRule } from '../rule.ts'

/** Do the copies lie where they are said to? */
export const domains: ServiceRule = {
  id: 'domains',
  asks: 'copies that lie where they are declared to',
  judge({ copies }): Judged {
    const wrong = copies.flatMap(({ title, contradictions }) =>
      contradictions.map(
        ({ kind, declared, real, check }) => `${title} is in ${kind} ${real} (${check}), not ${declared}`,
      ),
    )
    if (copies.length === 0) return { outcome: 'not-applicable', reason: 'There is no copy.' }
    if (wrong.length > 0)
      return {
        outcome: 'fail',
        reason: `${list(wrong)}.`,
        advice: 'Correct the declaration, or move the copy: what is judged here is where it really is.',
        evidence: { contradictions: wrong },
      }
    if (copies.every(({ checks }) => checks.length === 0))
      return { outcome: 'unknown', reason: 'No check of its copies is known.' }
    return { outcome: 'pass', reason: 'Nothing that is known contradicts what is declared.' }
  },
}
