import { Readable } from 'node:stream'
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

/** `A` is what its schema describes, `R` what the handler gives. */
export interface Definition<I extends Input, A, R = A> {
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
  handle(input: z.output<z.ZodObject<I>>, call: Call): Promise<R>
}

/** A route that can be put on a server; the context is asked for only when a request comes. */
export type Route = (app: FastifyInstance, context: () => ApiContext) => void

/** Ties the schemas of a route to the types of its handler. */
export function route<A, const I extends Input = Input>(definition: Definition<I, A>): Route {
  return mounted(definition, definition.answer, (reply, answer) => reply.send(answer))
}

/** A text for people, or the same as data for programs. */
export type TextAnswer<A> = { json: A } | { type: 'text/html' | 'text/markdown'; text: string }

/** It brings its style with it, and nothing else: a page of ours may not have that. */
const ALONE =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A route that also answers with a text: which of them, its handler decides. */
export function textRoute<A, const I extends Input = Input>(definition: Definition<I, A, TextAnswer<A>>): Route {
  const schema = {
    description: definition.summary,
    content: {
      'application/json': { schema: definition.answer },
      'text/html': { schema: z.string() },
      'text/markdown': { schema: z.string() },
    },
  }
  return mounted(definition, schema, (reply, answer) =>
    'json' in answer
      ? reply.send(answer.json)
      : reply.header('content-security-policy', ALONE).type(`${answer.type}; charset=utf-8`).send(answer.text),
  )
}

/** A file that is written as it is sent. */
export interface FileAnswer {
  type: string
  /** What it is kept under; null: it is shown. */
  name: string | null
  /** Whether it brings its style with it. */
  isPage: boolean
  parts: AsyncIterable<string | Uint8Array>
}

/** A route that answers with a file of one of these types; the first is the one that its schema describes. */
export function fileRoute<A, const I extends Input = Input>(
  definition: Definition<I, A, FileAnswer>,
  others: readonly string[],
): Route {
  const content = { 'application/json': { schema: definition.answer } }
  for (const type of others) Object.assign(content, { [type]: { schema: z.string() } })
  return mounted(definition, { description: definition.summary, content }, (reply, { type, name, isPage, parts }) => {
    if (name !== null) reply.header('content-disposition', `attachment; filename="${name}"`)
    if (isPage) reply.header('content-security-policy', ALONE)
    return reply.type(type).send(Readable.from(parts, { objectMode: false }))
  })
}

function mounted<A, R, const I extends Input>(
  definition: Definition<I, A, R>,
  success: unknown,
  send: (reply: FastifyReply, answer: R) => FastifyReply,
): Route {
  const { method, url, input, status = 200 } = definition
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
        response: { [status]: success, default: problemAnswer },
      },
      handler: async (request, reply) => {
        const parsed = schema.safeParse(request)
        if (!parsed.success) throw new InvalidError(parsed.error)
        const given = context()
        const call = { context: given, now: instant(given.clock.now()), who: request.who ?? LOCAL, request, reply }
        return send(reply.code(status), await definition.handle(parsed.data, call))
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
