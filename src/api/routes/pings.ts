import type { IncomingMessage, ServerResponse } from 'node:http'
import { redact } from '../../lib/redact.ts'
import { pingReceived } from '../../metrics/events.ts'
import type { ApiContext, PingReply } from '../context.ts'
import { remoteOf } from '../remote.ts'

/**
 * Heartbeats come in here, in front of the framework: there may be thousands a second, they need no login (their URL is
 * the secret), and their bodies have no end that we would wait for.
 */
export function isPing(url: string | undefined): boolean {
  return url !== undefined && (url.startsWith('/ping/') || url.startsWith('/api/push/'))
}

/** A job that posts its whole log is let finish, so that it sees our answer; who sends more than this is cut off. */
const MOST_IGNORED_BYTES = 32 * 1024 * 1024

const UNAVAILABLE: PingReply = {
  status: 503,
  headers: { 'retry-after': '10' },
  body: 'This report could not be recorded: try again.\n',
}

export function pingListener(context: ApiContext) {
  let lastLoggedAt = Number.NEGATIVE_INFINITY

  async function answer(request: IncomingMessage, body: string | null): Promise<PingReply> {
    const parsed = context.pings.parse({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      body,
      remote: remoteOf(request),
    })
    if ('refusal' in parsed) {
      pingReceived('refused')
      return parsed.refusal
    }
    try {
      const { outcome } = await context.operations.ping(parsed.report)
      pingReceived(outcome)
      return context.pings.reply(parsed.report, outcome, context.config().server.pingBodyLimit)
    } catch (error) {
      pingReceived('unavailable')
      const now = context.clock.now()
      // a database that is down must not also fill the log
      if (Math.abs(now - lastLoggedAt) >= 1000) {
        lastLoggedAt = now
        context.log.error({ error: redact(String(error)) }, 'a heartbeat could not be recorded')
      }
      return UNAVAILABLE
    }
  }

  /** `closing`: no more requests on this connection, or a busy job would keep a server that wants to end. */
  return (request: IncomingMessage, response: ServerResponse, closing: () => boolean): void => {
    readStart(request, context.config().server.pingBodyLimit, (body, more) => {
      answer(request, body).then(
        (reply) => send(request, response, reply, more, closing()),
        (error: unknown) => {
          context.log.error({ error: redact(String(error)) }, 'a heartbeat broke its handler')
          send(request, response, UNAVAILABLE, more, closing())
        },
      )
    })
  }
}

/** Calls back once with the first `limit` bytes, and whether more may come. Not at all when the request breaks off. */
function readStart(request: IncomingMessage, limit: number, done: (body: string | null, more: boolean) => void): void {
  const { headers } = request
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    done(null, false)
    return
  }
  const chunks: Buffer[] = []
  let size = 0
  const onData = (chunk: Buffer) => {
    chunks.push(size + chunk.length > limit ? chunk.subarray(0, limit - size) : chunk)
    size += chunk.length
    if (size > limit) finish(true)
  }
  const onEnd = () => finish(false)
  // without this a connection that breaks would be an exception
  request.on('error', () => undefined)
  request.on('data', onData)
  request.on('end', onEnd)

  function finish(more: boolean) {
    request.off('data', onData)
    request.off('end', onEnd)
    if (more) request.pause()
    // PostgreSQL takes no NUL in a text
    const body = Buffer.concat(chunks).toString('utf8').replaceAll('\0', '\ufffd')
    done(body === '' ? null : body, more)
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: PingReply,
  more: boolean,
  closing: boolean,
): void {
  response.writeHead(reply.status, {
    'content-type': 'text/plain; charset=utf-8',
    ...reply.headers,
    'content-length': Buffer.byteLength(reply.body),
    'x-content-type-options': 'nosniff',
    ...((more || closing) && { connection: 'close' }),
  })
  if (!more) return void response.end(request.method === 'HEAD' ? undefined : reply.body)
  response.write(reply.body)
  // only now: an end would close the connection under a sender that has not read our answer yet
  let ignored = 0
  request.on('data', (chunk: Buffer) => {
    ignored += chunk.length
    if (ignored > MOST_IGNORED_BYTES) request.destroy()
  })
  request.on('end', () => response.end())
  request.resume()
}
