import { type Instant, instant, plus } from '../domain/instant.ts'
import type { Threshold } from '../domain/policy.ts'
import { nextAfter } from '../lib/schedule/index.ts'

/** Until when a point that recovers to `recoverableTo` is good enough; null: for ever (the schedule never runs again). */
export function deadlineAfter(threshold: Threshold, recoverableTo: Instant): Instant | null {
  if (threshold.kind === 'age') return plus(recoverableTo, threshold.maxAgeMs)
  const next = nextAfter(threshold.schedule, recoverableTo)
  return next === null ? null : instant(next + threshold.graceMs)
}
