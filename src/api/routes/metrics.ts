import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { ownMetrics } from '../../metrics/events.ts'
import { type Inventory, inventorySeries } from '../../metrics/inventory.ts'
import { perCheckSeries } from '../../metrics/per-check.ts'
import { METRICS_TYPE } from '../../metrics/text.ts'
import type { Reader } from '../../store/store.ts'
import type { ApiContext } from '../context.ts'
import { InvalidError, RefusedError } from '../problem.ts'
import { metricsInput } from '../requests.ts'

export function metricsRoutes(app: FastifyInstance, context: () => ApiContext): void {
  let busy = false

  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const query = metricsInput.safeParse(request)
    if (!query.success) throw new InvalidError(query.error)
    const { store } = context()
    const start = (await ownMetrics()) + inventorySeries(await inventoryOf(context()))
    reply.type(METRICS_TYPE)
    if (query.data.query.per_check !== '1') return reply.send(start)
    // each takes memory for the series that are kept back
    if (busy) throw new RefusedError(503, 'Another scrape with per_check=1 runs still.', { 'retry-after': '5' })
    busy = true
    async function* all() {
      yield start
      yield* perCheckSeries(store.read.eachCheck())
    }
    // also when the scrape is broken off before its first byte
    return reply.send(
      Readable.from(all(), { objectMode: false }).once('close', () => {
        busy = false
      }),
    )
  })
}

async function inventoryOf(context: ApiContext): Promise<Inventory> {
  const { read } = context.store
  const [scopes, incidents, deliveries, health] = await Promise.all([
    read.scopes(),
    read.incidentCounts(),
    read.deliveryCounts(),
    context.health(),
  ])
  return {
    version: context.version,
    counts: await countsOf(read),
    scopes,
    incidents,
    deliveries,
    health: {
      database: health.database === null,
      scheduler: health.scheduler === null,
      configuration: health.configuration === null,
    },
  }
}

/** Most sources have one type of checks: a source's types are asked for only until they add up to all of it. */
async function countsOf(read: Reader): Promise<Inventory['counts']> {
  const { sources, types } = await read.facets()
  const counts: { source: string; type: string; summary: Awaited<ReturnType<Reader['summary']>> }[] = []
  for (const source of sources) {
    let left = (await read.summary({ source })).total
    for (const type of types) {
      if (left <= 0) break
      const summary = await read.summary({ source, type })
      left -= summary.total
      if (summary.total > 0) counts.push({ source, type, summary })
    }
  }
  return counts
}
