import type { PingKind, PingReply, PingReport, PingRequest } from '../../domain/ping.ts'
import { SLUG, UUID } from './config.ts'
import { KUMA_UNKNOWN, kumaReply, textReply } from './reply.ts'

type Parsed = { report: PingReport } | { refusal: PingReply }

const METHODS = new Set(['GET', 'HEAD', 'POST'])
const ACTION = '(?:/(start|fail|log|\\d{1,9}))?/?'
const BY_UUID = new RegExp(`^/ping/([0-9a-fA-F-]{36})${ACTION}$`)
const BY_SLUG = new RegExp(`^/ping/([A-Za-z0-9_-]{8,128})/([^/]+?)${ACTION}$`)
const BY_TOKEN = /^\/api\/push\/([A-Za-z0-9_-]{1,128})\/?$/

/**
 * Reads a request at the addresses of Healthchecks (https://healthchecks.io/docs/http_api/) and of Uptime Kuma's push
 * monitors (https://github.com/louislam/uptime-kuma/wiki/API-Documentation#push-url), or says how it is refused.
 */
export function parsePingRequest(request: PingRequest): Parsed {
  const { method, url, body, remote } = request
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = mark < 0 ? null : new URLSearchParams(url.slice(mark + 1))
  if (path.startsWith('/api/push/')) return parseKuma(path, query, body, remote)

  // a PUT is no ping, and a DELETE is a misunderstanding
  if (!METHODS.has(method)) return refused(405, 'method not allowed', { allow: 'GET, HEAD, POST' })
  const address = parseAddress(path, query)
  if (!address) return refused(404, 'not found')
  const exitStatus = address.action !== undefined && /^\d/.test(address.action) ? Number(address.action) : null
  if (exitStatus !== null && exitStatus > 255) return refused(400, 'invalid url format')
  const runId = query?.get('rid') ?? null
  if (runId !== null && !UUID.test(runId)) return refused(400, 'invalid uuid format')
  const report: PingReport = {
    to: address.to,
    kind: exitStatus === null ? kindOf(address.action) : exitStatus === 0 ? 'success' : 'fail',
    runId: runId?.toLowerCase() ?? null,
    exitStatus,
    body,
    remote,
  }
  return { report }
}

function parseAddress(
  path: string,
  query: URLSearchParams | null,
): { to: PingReport['to']; action: string | undefined } | null {
  const byUuid = BY_UUID.exec(path)
  const [, uuid = '', ofUuid] = byUuid ?? []
  if (byUuid && UUID.test(uuid)) return { to: { uuid: uuid.toLowerCase() }, action: ofUuid }
  const [, key, slug, ofSlug] = BY_SLUG.exec(path) ?? []
  // keys never look like a uuid: that is a mistyped action of one
  if (key === undefined || slug === undefined || UUID.test(key) || !SLUG.test(slug)) return null
  return { to: { key, slug, create: query?.get('create') === '1' }, action: ofSlug }
}

function kindOf(action: string | undefined): PingKind {
  return action === 'start' || action === 'fail' || action === 'log' ? action : 'success'
}

/**
 * Any method is a push. Where `status` is missing it is "up", and all but "up" is down. borgmatic pushes "up" with the
 * message "start" before its work is done: that is no success.
 */
function parseKuma(path: string, query: URLSearchParams | null, body: string | null, remote: string | null): Parsed {
  const token = BY_TOKEN.exec(path)?.[1]
  if (token === undefined) return { refusal: kumaReply(404, KUMA_UNKNOWN) }
  const message = query?.get('msg')?.replaceAll('\0', '\ufffd') || null
  const isUp = (query?.get('status') || 'up') === 'up'
  const kind: PingKind = !isUp ? 'fail' : message?.trim().toLowerCase() === 'start' ? 'start' : 'success'
  return { report: { to: { token }, kind, runId: null, exitStatus: null, body: body ?? message, remote } }
}

function refused(status: number, message: string, headers: Record<string, string> = {}): Parsed {
  return { refusal: textReply(status, message, headers) }
}
