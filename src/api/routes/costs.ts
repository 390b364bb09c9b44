import { wasteIn } from '../../tasks/read-waste.ts'
import { route } from '../route.ts'
import { costs, presentCosts } from '../waste.ts'

export const costRoutes = [
  route({
    method: 'GET',
    url: '/costs',
    name: 'getCosts',
    tag: 'sources',
    summary: 'What is paid for backups that protect nothing any more: an estimate',
    answer: costs,
    async handle(_, { context }) {
      return presentCosts(wasteIn(context.config(), await context.store.read.scopes()))
    },
  }),
]
