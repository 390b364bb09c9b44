import { toIso } from '../../domain/instant.ts'
import { presentHealth } from '../present.ts'
import * as ask from '../requests.ts'
import { route } from '../route.ts'
import * as answer from '../schemas.ts'
import { filterOf } from './checks.ts'

export const summaryRoutes = [
  route({
    method: 'GET',
    url: '/summary',
    name: 'getSummary',
    tag: 'summary',
    summary: 'How many checks have each status, and how Backproof itself is doing',
    input: { query: ask.summaryQuery },
    answer: answer.summary,
    async handle({ query }, { context, now }) {
      const { read } = context.store
      const [summary, facets, incidents, health] = await Promise.all([
        read.summary(filterOf(query)),
        read.facets(),
        read.incidentCounts(),
        context.health(),
      ])
      return {
        generated_at: toIso(now),
        version: context.version,
        summary,
        facets,
        incidents: { open: incidents.open, acknowledged: incidents.acknowledged },
        health: presentHealth(health),
      }
    },
  }),
]
