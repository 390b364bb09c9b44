import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Instant, instant } from '../domain/instant.ts'
import { CursorError } from '../store/store.ts'
import type { Who } from './auth/guard.ts'
import type { ApiContext } from './context.ts'
import { InvalidError, RefusedError } from './problem.ts'
import { problem } from './schemas.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on the few routes that anybody may ask. */
    who: Who | null
  }
}

/** What may be asked, by the part of the request that it stands in: a zod schema each. */
export type Input = Partial<Record<'params' | 'query' | 'body', z.ZodType>>

export interface Call {
  context: ApiContext
  now: Instant
  who: Who
  request: FastifyRequest
  reply: FastifyReply
}

export interface Definition<I extends Input, A> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: string
  /** The name of the call in a generated client. */
  name: string
  tag: string
  summary: string
  input?: I
  /** The status of a success; 200 unless given. */
  status?: 200 | 202
  answer: z.ZodType<A>
  /** Anybody may ask, without a login. */
  open?: boolean
  handle(input: z.output<z.ZodObject<I>>, call: Call): Promise<A>
}

/** A route that can be put on a server; the context is asked for only when a request comes. */
export type Route = (app: FastifyInstance, context: () => ApiContext) => void

/** Ties the schemas of a route to the types of its handler. */
export function route<A, const I extends Input = Input>(definition: Definition<I, A>): Route {
  const { method, url, input, answer, status = 200 } = definition
  const schema = z.object(input)
  return (app, context) => {
    app.route({
      method,
      url: `/api/v1${url}`,
      config: { open: definition.open ?? false },
      schema: {
        operationId: definition.name,
        summary: definition.summary,
        tags: [definition.tag],
        ...(input?.params && { params: input.params }),
        ...(input?.query && { querystring: input.query }),
        ...(input?.body && { body: input.body }),
        response: { [status]: answer, default: problemAnswer },
      },
      handler: async (request, reply) => {
        const parsed = schema.safeParse(request)
        if (!parsed.success) throw new InvalidError(parsed.error)
        const given = context()
        const call = { context: given, now: instant(given.clock.now()), who: request.who ?? LOCAL, request, reply }
        return reply.code(status).send(await definition.handle(parsed.data, call))
      },
    })
  }
}

const LOCAL: Who = { as: 'local' }

const problemAnswer = {
  description: 'It went wrong.',
  content: { 'application/problem+json': { schema: problem } },
}

/** The first `limit` of what was asked for with one more than that. */
export function cut<T, U>(items: readonly T[], limit: number, present: (item: T) => U) {
  return { items: items.slice(0, limit).map(present), truncated: items.length > limit }
}

/** A cursor is the asker's: one that the store can't read is the asker's mistake. */
export async function paged<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof CursorError)
      throw new RefusedError(400, 'The cursor can not be read: hand back next_cursor of the page before, unchanged.')
    throw error
  }
}
