import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../context.ts'

/** For whoever watches this process: without a login, therefore without words from inside. */
export function healthRoutes(app: FastifyInstance, context: () => ApiContext): void {
  const hidden = { schema: { hide: true }, config: { open: true, anyHost: true } }

  app.get('/healthz', hidden, async () => ({ ok: true }))

  app.get('/readyz', hidden, async (_, reply) => {
    const health = await context().health()
    const parts = { database: health.database === null, scheduler: health.scheduler === null }
    const ok = parts.database && parts.scheduler
    return reply.code(ok ? 200 : 503).send({ ok, ...parts })
  })
}
