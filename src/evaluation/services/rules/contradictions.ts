import { plus, toIso } from '../../../domain/instant.ts'
import type { CheckId } from '../../../domain/recovery-point.ts'
import { cadenceOf } from '../cadence.ts'
import { JOB } from '../estate.ts'
import { type Judged, list, type ServiceRule } from '../rule.ts'

const HOUR_MS = 3_600_000
const FALLBACK_MS = 12 * HOUR_MS

/** Does a job report success while its repository shows nothing new? Of copies that both a heartbeat and a look prove. */
export const contradictions: ServiceRule = {
  id: 'contradictions',
  asks: 'jobs and repositories that say the same',
  judge({ copies }, _now, { withinMs }): Judged {
    const told: string[] = []
    const stale = new Set<CheckId>()
    const unclear: string[] = []
    let compared = 0
    for (const { checks } of copies) {
      const jobs = checks.filter(({ check }) => check.type === JOB && check.facts.newestGood)
      const stores = checks.filter(({ check }) => check.type !== JOB)
      for (const { check: job } of jobs)
        for (const { check: store, points } of stores) {
          const success = job.facts.newestGood?.recoverableTo
          if (success === undefined) continue
          const newest = store.facts.newestGood?.recoverableTo ?? null
          const slack = withinMs ?? Math.max(HOUR_MS, (cadenceOf(points) ?? 2 * FALLBACK_MS) / 2)
          const isBehind = newest === null || newest < plus(success, -slack)
          // what was not looked at since can't know: neither is it a contradiction, nor is one over
          if (isBehind && (store.look.outcome === 'failed' || store.lastLookAt < success)) {
            unclear.push(store.id)
            continue
          }
          compared += 1
          if (isBehind) {
            stale.add(store.id)
            told.push(
              `${job.id} reported success at ${toIso(success)}, and ${store.id} has ${newest === null ? 'nothing' : `nothing newer than ${toIso(newest)}`}`,
            )
          }
        }
    }
    if (told.length > 0)
      return {
        outcome: 'fail',
        severity: 'critical',
        reason: `${list(told, 3)}.`,
        advice:
          'Look where the job really writes to, and have it report success only after its backup was found there.',
        evidence: { contradictions: told },
        echoes: [...stale].map((check) => [check]),
      }
    if (unclear.length > 0)
      return {
        outcome: 'unknown',
        reason: `A job reported success, and what it wrote was not seen yet: ${list(unclear, 3)} was not read since.`,
        evidence: { compared },
      }
    if (compared === 0) return { outcome: 'not-applicable', reason: 'No copy has both a job and a store to compare.' }
    return { outcome: 'pass', reason: 'Jobs and stores say the same.', evidence: { compared } }
  },
}
