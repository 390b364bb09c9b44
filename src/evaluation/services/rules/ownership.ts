import type { Judged, ServiceRule } from '../rule.ts'

/** Is somebody told when it breaks? */
export const ownership: ServiceRule = {
  id: 'ownership',
  asks: 'an owner',
  judge({ service }): Judged {
    if (service.owner !== null) return { outcome: 'pass', reason: `It belongs to ${service.owner}.` }
    return {
      outcome: 'fail',
      reason: 'It belongs to nobody.',
      advice: 'Name an owner: whoever is told when its backups break.',
    }
  },
}
