import { describe, expect, it } from 'vitest'
import { aCheck } from '../../../test/fakes/checks.ts'
import { NOW } from '../../../test/fakes/notification.ts'
import { aPolicy } from '../../../test/fakes/policy.ts'
import type { CheckFacts } from '../../domain/facts.ts'
import { plus } from '../../domain/instant.ts'
import { judgeStatus } from '../status.ts'
import { freshness } from './freshness.ts'

const policy = aPolicy()
const MINUTE = 60_000

describe('when a job failed', () => {
  const failedAt = (facts: Partial<CheckFacts>, firstSeenAgoMs = 3_600_000) => {
    const newestGood = { id: 'p', recoverableTo: plus(NOW, -120 * MINUTE), sizeBytes: 1 }
    const base = aCheck('fleet/a', { facts: { newestGood, ...facts } })
    const check = { ...base, firstSeenAt: plus(NOW, -firstSeenAgoMs) }
    return freshness.evaluate(check, policy, NOW, judgeStatus(check, policy, NOW)).incident
  }
  const at = plus(NOW, -2 * MINUTE)
  const newestFailure = { at, reason: 'no' }

  it('is told with its incident', () => {
    expect(failedAt({ newestFailure })).toMatchObject({ type: 'BACKUP_FAILED', failedAt: at })
  })

  it('is not known where only its beginning is, where it was before anybody looked, or where it has never ended', () => {
    const running = { since: plus(NOW, -60 * MINUTE), overdueAt: plus(NOW, -MINUTE) }
    for (const incident of [
      failedAt({ newestFailure: { ...newestFailure, isOfStart: true } }),
      failedAt({ newestFailure }, MINUTE),
      failedAt({ newestFailure, running }),
    ]) {
      expect(incident).toMatchObject({ type: 'BACKUP_FAILED' })
      expect(incident).not.toHaveProperty('failedAt')
    }
  })

  it('has nothing to do with what is stale', () => {
    const newestGood = { id: 'p', recoverableTo: plus(NOW, -48 * 60 * MINUTE), sizeBytes: 1 }
    expect(failedAt({ newestGood })).toEqual({ type: 'BACKUP_STALE', severity: 'warning' })
  })
})
