import { toIso } from '../../domain/instant.ts'
import type { Store } from '../../store/store.ts'
import { presentHealth } from '../present.ts'
import * as ask from '../requests.ts'
import { route } from '../route.ts'
import * as answer from '../schemas.ts'
import { filterOf } from './checks.ts'

type Facets = Awaited<ReturnType<Store['read']['facets']>>

const FACETS_FOR_MS = 5000
const lastFacets = new WeakMap<Store, { at: number; facets: Promise<Facets> }>()

/** Finding the values of filters costs more than counting, and they seldom change. */
function facetsOf(store: Store, now: number): Promise<Facets> {
  const last = lastFacets.get(store)
  if (last && Math.abs(now - last.at) < FACETS_FOR_MS) return last.facets
  const facets = store.read.facets()
  lastFacets.set(store, { at: now, facets })
  facets.catch(() => lastFacets.delete(store))
  return facets
}

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
        facetsOf(context.store, now),
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
