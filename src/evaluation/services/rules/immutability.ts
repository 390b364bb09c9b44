import { type Instant, toIso } from '../../../domain/instant.ts'
import type { CopyView } from '../estate.ts'
import { checksOf, type Judged, list, type ServiceRule } from '../rule.ts'

const ADVICE =
  'Use immutable storage for at least one copy (object lock, vault lock, an append-only repository), or keep one offline: for ransomware, a stolen credential, or an operator who deletes the wrong repository.'

/** Whether the store of each check was seen to let nobody delete the copy; until when, at least. */
export function lockOf(view: CopyView, now: Instant): { until: Instant | null } | null {
  if (view.standing !== 'proven') return null
  let until: Instant | null = null
  for (const { check } of view.checks) {
    const { immutability } = check
    if (!immutability || (immutability.until !== null && immutability.until <= now)) return null
    if (immutability.until !== null && (until === null || immutability.until < until)) until = immutability.until
  }
  return { until }
}

/** Is there a copy that whoever holds the credentials can't delete? What is declared and not seen stays unknown. */
export const immutability: ServiceRule = {
  id: 'immutability',
  asks: 'a copy that nobody can delete',
  judge({ copies }, now): Judged {
    if (copies.length === 0) return { outcome: 'not-applicable', reason: 'There is no copy.' }
    const locked = copies.flatMap((view) => {
      const lock = lockOf(view, now)
      return lock ? [{ view, ...lock }] : []
    })
    const declared = copies.filter(({ copy, standing }) => (copy.immutable || copy.offline) && standing !== 'absent')
    const evidence = { verified: locked.length, declared: declared.length }
    if (locked.length > 0) {
      const untils = locked.map(({ until }) => until)
      const changesAt = untils.includes(null)
        ? null
        : untils.reduce((a, b) => (a !== null && b !== null && a > b ? a : b))
      const words = locked.map(({ view, until }) => `${view.title}${until === null ? '' : ` until ${toIso(until)}`}`)
      return { outcome: 'pass', reason: `Nobody can delete ${list(words)}.`, evidence, changesAt }
    }
    if (declared.length > 0) {
      const words = declared.map(({ title, copy }) => `${title} (${copy.immutable ? 'immutable' : 'offline'})`)
      const reason = `${list(words)}: so it is declared, and nothing has verified it.`
      return {
        outcome: 'unknown',
        reason,
        advice: 'Verify it where it is kept: its lock mode and the days that are left.',
        evidence,
      }
    }
    const gone = copies.filter(
      ({ copy, standing, checks }) =>
        standing === 'absent' && (copy.immutable || copy.offline || checks.some(({ check }) => check.immutability)),
    )
    const reason = 'No copy is immutable or offline.'
    return { outcome: 'fail', reason, advice: ADVICE, evidence, echoes: checksOf(gone) }
  },
}
