import fastifySwagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import fastify from 'fastify'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { ApiContext } from './context.ts'
import { channelRoutes } from './routes/channels.ts'
import { checkRoutes } from './routes/checks.ts'
import { complianceRoutes } from './routes/compliance.ts'
import { costRoutes } from './routes/costs.ts'
import { drillRoutes } from './routes/drills.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { reportRoutes } from './routes/report.ts'
import { serviceRoutes } from './routes/services.ts'
import { sessionRoutes } from './routes/session.ts'
import { settingRoutes } from './routes/settings.ts'
import { simulateRoutes } from './routes/simulate.ts'
import { sourceRoutes } from './routes/sources.ts'
import { summaryRoutes } from './routes/summary.ts'
import { components } from './schemas.ts'

const conversion = {
  schemaRegistry: components,
  zodToJsonConfig: {
    override: ({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: z.core.JSONSchema.BaseSchema }) => {
      const meta = z.globalRegistry.get(zodSchema)
      if (typeof meta?.openapi === 'object') {
        // how a parameter is written, where its parsing starts from a text
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
        Object.assign(jsonSchema, meta.openapi)
      }
      if (meta?.description !== undefined) jsonSchema.description = meta.description
      // the format says it: the expression of a valid date has 300 characters
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
    },
  },
}

/** Puts /api/v1 on a server, with what describes it. */
export function apiRoutes(app: FastifyInstance, context: () => ApiContext, version: string): void {
  // each route parses its own input, which gives the handler its types
  app.setValidatorCompiler(() => () => true)
  // the types hold answers to their schemas, and the tests do: checking each again at run time would only cost
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Backproof',
        version,
        description:
          'Which of your backups would not save you. Instants are ISO 8601 in UTC, durations are in seconds.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'backproof' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: createJsonSchemaTransform(conversion),
    transformObject: createJsonSchemaTransformObject(conversion),
  })
  app.after(() => {
    const routes = [
      summaryRoutes,
      checkRoutes,
      incidentRoutes,
      drillRoutes,
      evidenceRoutes,
      serviceRoutes,
      simulateRoutes,
      reportRoutes(),
      sourceRoutes,
      complianceRoutes,
      costRoutes,
      channelRoutes,
      settingRoutes,
      sessionRoutes(),
    ]
    for (const route of routes.flat()) route(app, context)
    app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => documentOf(app))
  })
}

/** The components that answers refer to: those of requests are never referred to, and would stand there twice. */
function documentOf(app: FastifyInstance): object {
  const document = app.swagger()
  const schemas = 'components' in document ? document.components?.schemas : undefined
  for (const name of Object.keys(schemas ?? {})) if (name.endsWith('Input')) delete schemas?.[name]
  return document
}

/** The OpenAPI document, to generate a client from: no server is started. */
export async function openApiDocument(version = '0.0.0'): Promise<object> {
  const app = fastify({ logger: false })
  apiRoutes(
    app,
    () => {
      throw new Error('this server only describes itself')
    },
    version,
  )
  await app.ready()
  const document = documentOf(app)
  await app.close()
  return document
}
