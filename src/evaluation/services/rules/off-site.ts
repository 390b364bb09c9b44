import { independenceOf, isKnown, placesOf } from '../independence.ts'
import { checksOf, type Judged, list, type ServiceRule, unknownCopies } from '../rule.ts'

const ADVICE =
  'Keep at least one copy in a separate failure domain with separate access control: another region, another account or another provider. A second bucket in the same account is not off-site.'

/** The 1 of 3-2-1: no one account, region, site or credential holds all copies. */
export const offSite: ServiceRule = {
  id: 'off-site',
  asks: 'a copy in another failure domain',
  judge(view): Judged {
    if (view.copies.length === 0) return { outcome: 'not-applicable', reason: 'There is no copy.' }
    const places = placesOf(view, 'proven')
    const { shared, separated } = independenceOf(places)
    const production = isKnown(view.service.production)
    const evidence = { places: places.length, shared: shared.map(({ kind, value }) => `${kind} ${value}`) }
    const missing = { advice: ADVICE, evidence }
    if (view.proven.length > 0 && shared.length === 0 && separated)
      return { outcome: 'pass', reason: 'A copy lies in another failure domain than the others.', evidence }
    const possible = independenceOf(placesOf(view, 'possible'))
    if (view.unknown.length > 0 && possible.shared.length === 0)
      return { outcome: 'unknown', reason: `It hangs on what is not known: ${unknownCopies(view)}.`, ...missing }
    const absent = view.copies.filter(({ standing }) => standing === 'absent')
    if (view.proven.length === 0)
      return { outcome: 'fail', reason: 'No copy is proven to be anywhere.', ...missing, echoes: checksOf(absent) }
    if (places.length === 1)
      return {
        outcome: 'unknown',
        reason: 'There is one copy, and where production runs is not declared: nobody can say whether they are apart.',
        advice: `Declare production: with its provider, account, region or site. ${ADVICE}`,
        evidence,
      }
    if (shared.length > 0) {
      const where = list(
        shared.map(({ kind, value }) =>
          kind === 'credential' ? `in reach of one credential (${value})` : `in one ${kind} (${value})`,
        ),
      )
      const what = production ? 'Production and all copies are' : 'All copies are'
      // with what is not there, and has an incident of its own, they would be apart
      const again = independenceOf([...placesOf(view, 'possible'), ...absent.map(({ domain }) => domain)])
      const echoes = again.shared.length === 0 ? checksOf(absent) : []
      return { outcome: 'fail', reason: `${what} ${where}: its loss takes every way back.`, ...missing, echoes }
    }
    return {
      outcome: 'unknown',
      reason: 'What is declared of the copies does not tell whether one is in another failure domain.',
      advice: `Declare the account, region or site of each. ${ADVICE}`,
      evidence,
    }
  },
}
