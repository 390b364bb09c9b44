import type { Check, Judgement } from '../../src/domain/check.ts'
import { type CheckFacts, NO_FACTS } from '../../src/domain/facts.ts'
import { instant, plus } from '../../src/domain/instant.ts'
import { NOW } from './notification.ts'

const HOUR = 3_600_000

type More = Partial<Omit<Check, 'judgement' | 'facts' | 'resource'>> & {
  judgement?: Partial<Judgement>
  facts?: Partial<CheckFacts>
  resource?: Partial<Check['resource']>
}

/** A check of a shelf, ok since yesterday with a point that is one hour old, unless told otherwise. */
export function aCheck(id: string, more: More = {}): Check {
  const [source = 'fleet', ...rest] = id.split('/')
  return {
    id,
    source,
    scope: `${source}/main`,
    type: 'restic',
    detail: null,
    bornAt: null,
    firstSeenAt: plus(NOW, -720 * HOUR),
    look: { outcome: 'complete' },
    paused: null,
    lastLookAt: plus(NOW, -60_000),
    memory: null,
    retiredAt: null,
    ...more,
    resource: {
      id: rest.join('/'),
      name: rest.join('/'),
      provider: null,
      account: null,
      region: null,
      tags: {},
      ...more.resource,
    },
    facts: {
      ...NO_FACTS,
      newestGood: { id: 'p1', recoverableTo: plus(NOW, -HOUR), sizeBytes: 1000 },
      pointCount: 3,
      ...more.facts,
    },
    judgement: {
      status: 'ok',
      severity: null,
      reason: 'The newest good recovery point is from 2026-11-20T11:00:00Z.',
      since: plus(NOW, -24 * HOUR),
      thresholdMs: 24 * HOUR,
      thresholdFrom: `sources.${source}.max_age`,
      deadlineAt: plus(NOW, 23 * HOUR),
      changesAt: instant(NOW + 23 * HOUR),
      owner: null,
      tier: null,
      services: [],
      ...more.judgement,
    },
  }
}
