import { expect, it } from 'vitest'
import { NOW } from '../../../test/fakes/notification.ts'
import { aService, aView } from '../../../test/fakes/services.ts'
import { plus } from '../../domain/instant.ts'
import type { Service } from '../../domain/service.ts'
import { evaluateService } from './evaluate.ts'
import { summariseService } from './summary.ts'

const set = { until: null, reason: null, owner: null }

/** Of a service that has nothing: much fails. */
function failing(parts: Partial<Service>): readonly string[] {
  const view = aView(aService('shop', { owner: null, ...parts }), [])
  return summariseService(view, evaluateService(view, NOW), NOW).failing
}

it('a line names the rules that fail, the gravest first, a few of them, and none that is accepted', () => {
  const rules = { ownership: { ...set, severity: 'critical' }, copies: { ...set, severity: 'info' } } as const
  const bare = failing({ tier: 2, rules })
  expect(bare).toHaveLength(3)
  expect(bare[0]).toBe('ownership')
  expect(bare).not.toContain('copies')
  const waiver = { rule: 'ownership', reason: 'r', owner: 'o', until: plus(NOW, 1) }
  const accepted = failing({ tier: 2, rules, waivers: [waiver] })
  expect(accepted).not.toContain('ownership')
  expect(accepted).not.toEqual([])
})
