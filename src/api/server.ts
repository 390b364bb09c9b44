import { createServer as createHttpServer } from 'node:http'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { instant } from '../domain/instant.ts'
import { redact } from '../lib/redact.ts'
import { StoreError } from '../store/store.ts'
import { isCommand, refuseForeignHost, refuseForeignOrigin, tokenOf } from './auth/guard.ts'
import { findSession } from './auth/session.ts'
import type { ApiContext } from './context.ts'
import { dashboard, SECURITY_HEADERS } from './dashboard.ts'
import { apiRoutes } from './openapi.ts'
import { PROBLEM_TYPE, problemOf, RefusedError } from './problem.ts'
import { healthRoutes } from './routes/health.ts'
import { hookRoutes } from './routes/hooks.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { isPing, pingListener } from './routes/pings.ts'
import type { ProblemJson } from './schemas.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Anybody may ask, without a login. */
    open?: boolean
    /** Also under names that are not ours: what watches this process asks by its address. */
    anyHost?: boolean
  }
}

const LONGEST_BODY_BYTES = 64 * 1024
/** Ids of checks are paths and ARNs. */
const LONGEST_PARAMETER = 4096

const HTTP_LIMITS = {
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 72_000,
  maxHeaderSize: 16_384,
}

/** The whole HTTP side; listening is the caller's. */
export function createServer(context: ApiContext): FastifyInstance {
  const pings = pingListener(context)
  let closing = false
  const app = fastify({
    logger: false,
    bodyLimit: LONGEST_BODY_BYTES,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    serverFactory: (handler) =>
      createHttpServer(HTTP_LIMITS, (request, response) => {
        if (isPing(request.url)) pings(request, response, () => closing)
        else handler(request, response)
      }),
    frameworkErrors: (error, _, reply) => {
      void sendProblem(reply.headers(SECURITY_HEADERS), problemOf(400, sentence(error.message)))
    },
  })
  jsonOnly(app)
  app.addHook('preClose', async () => {
    closing = true
  })
  app.decorateRequest('who', null)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS)
    if (isApi(request.url)) reply.header('cache-control', 'no-store')
    await admit(request, reply, context)
  })
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, context))
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problemOf(404, `There is nothing at ${request.method} ${pathOf(request.url)}.`)),
  )
  apiRoutes(app, () => context, context.version)
  app.after(() => {
    healthRoutes(app, () => context)
    metricsRoutes(app, () => context)
    hookRoutes(app, () => context)
    dashboard(app, context.webRoot)
  })
  return app
}

const pathOf = (url: string) => url.split('?', 1)[0]?.slice(0, 300) ?? ''
const isApi = (url: string) => url.startsWith('/api/') || pathOf(url) === '/api'

/** Bodies are JSON or nothing: a form of another site can't send that. */
function jsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body.toString(), done)
  })
}

/** Who may come in, and as whom. Throws RefusedError. */
async function admit(request: FastifyRequest, reply: FastifyReply, context: ApiContext): Promise<void> {
  const { server } = context.config()
  const { open = false, anyHost = false } = request.routeOptions.config
  if (!anyHost) refuseForeignHost(request.headers, server)
  if (isCommand(request.headers, context.commandKey)) request.who = { as: 'command' }
  else if (server.auth === null) request.who = { as: 'local' }
  else {
    const token = tokenOf(request.headers, server, context.log)
    if (token !== null) request.who = { as: 'token', name: token }
    else if (request.headers.cookie !== undefined && isApi(request.url)) {
      const now = instant(context.clock.now())
      const found = await findSession(context.store, server, request.headers.cookie, now)
      if (found) request.who = { as: 'session', expiresAt: found.session.expiresAt }
      if (found?.cookie) reply.header('set-cookie', found.cookie)
    }
  }
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (changes && request.who?.as !== 'token' && request.who?.as !== 'command')
    refuseForeignOrigin(request.headers, server)
  if (request.who === null && !open)
    throw new RefusedError(401, 'Log in first, or send an API token: "Authorization: Bearer TOKEN".', {
      'www-authenticate': 'Bearer realm="Backproof"',
    })
}

function sendProblem(reply: FastifyReply, problem: ProblemJson) {
  // its own serialiser: the route's is for its answers
  return reply.code(problem.status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem)
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply, context: ApiContext) {
  if (error instanceof RefusedError)
    return sendProblem(reply.headers(error.headers), problemOf(error.status, error.message, error.errors))
  const status = error.statusCode ?? 500
  if (status < 500) {
    const json = status === 415 ? 'Send JSON, with the header "Content-Type: application/json".' : null
    return sendProblem(reply, problemOf(status, json ?? sentence(redact(error.message))))
  }
  context.log.error(
    { method: request.method, path: pathOf(request.url), error: redact(error.stack ?? String(error)) },
    'a request failed',
  )
  // the database is away, full or damaged: its words say what to do
  if (error instanceof StoreError) return sendProblem(reply, problemOf(503, sentence(redact(error.message))))
  return sendProblem(reply, problemOf(500, 'Something broke inside Backproof: its log says what.'))
}
