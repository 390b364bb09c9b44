import { type Judged, list, type ServiceRule } from '../rule.ts'

const ADVICE =
  'Publish a restore priority list tied to service dependencies and business impact: tier and depends_on of each service.'

/** Is it known when it comes back, and does nothing grave wait for what is less grave? */
export const restoreOrderRule: ServiceRule = {
  id: 'restore-order',
  asks: 'a place in the restore order',
  judge({ service, order }): Judged {
    const evidence = { position: order.position, depends_on: service.dependsOn }
    const fail = (reason: string, advice: string): Judged => ({
      outcome: 'fail',
      reason,
      advice: `${advice} ${ADVICE}`,
      evidence,
    })
    if (order.duplicate)
      return fail(`Several services are called ${service.name}: the first counts.`, 'Give each a name of its own.')
    const missing = order.missing.length > 0 ? `It waits for ${list(order.missing)}, which no service is called.` : ''
    if (order.cycle) {
      const circle =
        order.cycle.length === 1
          ? 'It waits for itself.'
          : `It waits in a circle: ${list(order.cycle, 8)} each need the others first.`
      const reason = missing === '' ? circle : `${circle} ${missing}`
      return fail(reason, 'Break the circle: find which of them can start without the others.')
    }
    if (missing !== '') return fail(missing, 'Add it to the inventory, or correct the name.')
    if (order.inversion) {
      const { tier, on, onTier } = order.inversion
      return fail(
        `Tier ${tier} waits for ${on}, which is tier ${onTier}.`,
        `Raise ${on} to tier ${tier}, or do without it at the start.`,
      )
    }
    if (service.tier === null) return fail('It has no tier: nobody knows when it is to come back.', 'Give it a tier.')
    return { outcome: 'pass', reason: `It comes back as number ${order.position}.`, evidence }
  },
}
