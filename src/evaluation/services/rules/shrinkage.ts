import type { PointSummary } from '../../../domain/facts.ts'
import { toIso } from '../../../domain/instant.ts'
import { formatBytes } from '../../../lib/bytes.ts'
import { type Judged, list, type ServiceRule } from '../rule.ts'

const HISTORY = 10
const FEWEST = 3
const SMALLEST_PART = 0.5

/** How the newest point compares with what came before it; null: too little is known. `points` newest first. */
export function shrinkageOf(
  points: readonly PointSummary[] | null,
): { newest: PointSummary; part: number; usual: number } | null {
  const [newest, ...before] = (points ?? []).filter(({ sizeBytes }) => sizeBytes !== null)
  const sizes = before.slice(0, HISTORY).map(({ sizeBytes }) => sizeBytes ?? 0)
  if (!newest || sizes.length < FEWEST) return null
  const usual = sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] ?? 0
  return usual > 0 ? { newest, part: (newest.sizeBytes ?? 0) / usual, usual } : null
}

/** Is a new point much smaller than those before it? */
export const shrinkage: ServiceRule = {
  id: 'shrinkage',
  asks: 'points as large as those before',
  judge({ copies }, _now, { below = SMALLEST_PART }): Judged {
    if (copies.length === 0) return { outcome: 'not-applicable', reason: 'There is no copy.' }
    const judged = copies.flatMap(({ checks }) =>
      checks.flatMap(({ check, points }) => {
        const found = shrinkageOf(points)
        return found ? [{ check: check.id, ...found }] : []
      }),
    )
    const small = judged.filter(({ part }) => part < below)
    const evidence = {
      compared: judged.length,
      shrunk: small.map(({ check, newest, usual }) => ({ check, size_bytes: newest.sizeBytes, usual_bytes: usual })),
    }
    if (small.length > 0) {
      const words = small.map(
        ({ check, newest, usual }) =>
          `the point of ${check} from ${toIso(newest.recoverableTo)} has ${formatBytes(newest.sizeBytes ?? 0)}, where ${formatBytes(usual)} is usual`,
      )
      const advice = 'Find out what is missing in it before older points are pruned: restore it and count.'
      return { outcome: 'fail', reason: `Much smaller than before: ${list(words, 3)}.`, advice, evidence }
    }
    if (judged.length === 0)
      return { outcome: 'unknown', reason: 'Too few points with a size are known to compare.', evidence }
    return { outcome: 'pass', reason: 'The newest points are about as large as those before.', evidence }
  },
}
