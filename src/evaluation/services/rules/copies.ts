import { onTwoSystems, placesOf } from '../independence.ts'
import { checksOf, count, type Judged, type ServiceRule, unknownCopies } from '../rule.ts'

const ADVICE =
  'Keep at least two backup copies beside production, on two media or systems: not on one storage platform, in one account or behind one API.'

/** The 3 and the 2 of 3-2-1: three copies with production, two media or systems. The 1 is the rule off-site. */
export const copies: ServiceRule = {
  id: 'copies',
  asks: 'at least three copies with production, on two media or systems',
  judge(view, _now, { least = 3 }): Judged {
    const { proven, unknown, service } = view
    const total = 1 + proven.length
    const evidence = { copies: total, unknown: unknown.length, declared: service.copies.length }
    if (service.copies.length === 0)
      return { outcome: 'fail', severity: 'critical', reason: 'No backup copy is declared.', advice: ADVICE, evidence }
    const systems = onTwoSystems(placesOf(view, 'proven'))
    const absent = view.copies.filter(({ standing }) => standing === 'absent')
    const words = absent.map(({ title, why }) => `${title}: ${why}`)
    const gone = words.length > 0 ? ` Not there: ${words.join('; ')}.` : ''
    if (total >= least && systems === 'yes')
      return {
        outcome: 'pass',
        reason: `There are ${total} copies with production, on two media or systems.`,
        evidence,
      }
    if (total < least) {
      const reason = `With production there ${total === 1 ? 'is 1 copy' : `are ${total} copies`} that can be counted, of ${least}.`
      if (total + unknown.length >= least)
        return {
          outcome: 'unknown',
          reason: `${reason} Not known: ${unknownCopies(view)}.${gone}`,
          advice: ADVICE,
          evidence,
        }
      const severity = proven.length + unknown.length === 0 ? 'critical' : 'warning'
      // what is not there has an incident of its own, and would be enough
      const echoes = total + absent.length >= least ? checksOf(absent) : []
      return { outcome: 'fail', severity, reason: `${reason}${gone}`, advice: ADVICE, evidence, echoes }
    }
    if (systems === 'no' && (unknown.length === 0 || onTwoSystems(placesOf(view, 'possible')) === 'no'))
      return {
        outcome: 'fail',
        reason: `All ${count(proven.length, 'copy')} lie on one system: one fault of it takes them together.`,
        advice: ADVICE,
        evidence,
      }
    return {
      outcome: 'unknown',
      reason: 'What is declared of the copies does not tell whether they lie on two media or systems.',
      advice: `Declare where each lies: location "site / system", or provider, account, site and medium. ${ADVICE}`,
      evidence,
    }
  },
}
