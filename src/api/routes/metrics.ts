import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { drillSeries } from '../../metrics/drills.ts'
import { ownMetrics } from '../../metrics/events.ts'
import { type Inventory, inventorySeries } from '../../metrics/inventory.ts'
import { perCheckSeries } from '../../metrics/per-check.ts'
import { METRICS_TYPE } from '../../metrics/text.ts'
import { complianceIn } from '../../tasks/read-compliance.ts'
import { wasteIn } from '../../tasks/read-waste.ts'
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
      yield drillSeries(await store.read.newestDrills(1))
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
  const [counts, scopes, incidents, deliveries, evidence, health] = await Promise.all([
    read.counts(),
    read.scopes(),
    read.incidentCounts(),
    read.deliveryCounts(),
    read.evidenceHead(),
    context.health(),
  ])
  return {
    version: context.version,
    counts,
    scopes,
    incidents,
    deliveries,
    evidence,
    waste: wasteIn(context.config(), scopes),
    compliance: complianceIn(context.config(), scopes, counts),
    health: {
      database: health.database === null,
      scheduler: health.scheduler === null,
      configuration: health.configuration === null,
    },
  }
}
