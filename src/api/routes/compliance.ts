import { complianceIn } from '../../tasks/read-compliance.ts'
import { compliance, presentCompliance } from '../compliance.ts'
import { route } from '../route.ts'

export const complianceRoutes = [
  route({
    method: 'GET',
    url: '/compliance',
    name: 'getCompliance',
    tag: 'sources',
    summary: 'What share of vaults, plans and resources is as it should be',
    answer: compliance,
    async handle(_, { context }) {
      const { read } = context.store
      const [scopes, counts] = await Promise.all([read.scopes(), read.counts()])
      return presentCompliance(complianceIn(context.config(), scopes, counts))
    },
  }),
]
