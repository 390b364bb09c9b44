import type { Finding } from '../../domain/finding.ts'
import type { Instant } from '../../domain/instant.ts'
import type { ServiceView } from './estate.ts'
import { onTwoSystems, placesOf } from './independence.ts'
import { offSite } from './rules/off-site.ts'

type Mark = Exclude<Finding['outcome'], 'not-applicable'>

/** 3-2-1 by its three numbers; the rule `copies` judges the first two as one. */
export interface Marks {
  three: Mark
  two: Mark
  one: Mark
}

/** Three copies with production, on two media or systems, one of them off-site: each by itself. */
export function marksOf(view: ServiceView, now: Instant): Marks {
  if (view.copies.length === 0) return { three: 'fail', two: 'fail', one: 'fail' }
  const counted = 1 + view.proven.length
  const one = offSite.judge(view, now, {}).outcome
  return {
    three: counted >= 3 ? 'pass' : counted + view.unknown.length >= 3 ? 'unknown' : 'fail',
    two: twoOf(view),
    one: one === 'not-applicable' ? 'fail' : one,
  }
}

function twoOf(view: ServiceView): Mark {
  if (view.proven.length > 0 && onTwoSystems(placesOf(view, 'proven')) === 'yes') return 'pass'
  const possible = placesOf(view, 'possible')
  if (view.proven.length + view.unknown.length === 0) return 'fail'
  // one copy, and nobody says where production runs: they may be apart or not
  return possible.length > 1 && onTwoSystems(possible) === 'no' ? 'fail' : 'unknown'
}
