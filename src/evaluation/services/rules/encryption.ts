import type { CopyView } from '../estate.ts'
import { count, type Judged, list, type ServiceRule } from '../rule.ts'

const ADVICE =
  'Encrypt backup data in transit and at rest: restic always does, borg unless its repository was made without, and age encrypts a dump before it leaves the host.'

/** yes by what makes it: a restic repository can't be unencrypted. https://restic.readthedocs.io/en/stable/100_references.html */
export function isEncrypted({ copy, checks }: CopyView): 'yes' | 'no' | 'unknown' {
  if (checks.length > 0 && checks.every(({ check }) => check.type === 'restic')) return 'yes'
  if (copy.encryption === null) return 'unknown'
  return /^(?:none|no|off|false|plain(?:text)?|unencrypted)$/i.test(copy.encryption.trim()) ? 'no' : 'yes'
}

/** Is each copy encrypted? */
export const encryption: ServiceRule = {
  id: 'encryption',
  asks: 'encrypted copies',
  judge(view): Judged {
    const there = view.copies.filter(({ standing }) => standing !== 'absent')
    const plain = there.filter((copy) => isEncrypted(copy) === 'no').map(({ title }) => title)
    const unclear = there.filter((copy) => isEncrypted(copy) === 'unknown').map(({ title }) => title)
    const evidence = { plain, unclear }
    if (there.length === 0) return { outcome: 'not-applicable', reason: 'There is no copy.' }
    if (plain.length > 0) return { outcome: 'fail', reason: `Not encrypted: ${list(plain)}.`, advice: ADVICE, evidence }
    if (unclear.length > 0)
      return {
        outcome: 'unknown',
        reason: `Nobody says whether these are encrypted: ${list(unclear)}.`,
        advice: `Declare encryption: of each copy. ${ADVICE}`,
        evidence,
      }
    return { outcome: 'pass', reason: `${count(there.length, 'copy')}: encrypted.`, evidence }
  },
}
