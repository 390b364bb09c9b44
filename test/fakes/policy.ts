import type { Policy } from '../../src/domain/policy.ts'

/** What is asked of a check: a day, and nothing else, unless told otherwise. */
export function aPolicy(change: Partial<Policy> = {}): Policy {
  return {
    threshold: { kind: 'age', maxAgeMs: 86_400_000 },
    thresholdFrom: 'sources.fleet.max_age',
    warnAt: null,
    errorGrace: 3,
    newResourceGraceMs: null,
    tier: null,
    owner: null,
    services: [],
    tags: {},
    severity: null,
    ...change,
  }
}
