import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** The address that a request comes from. A proxy on this machine is believed: the last address it forwarded counts. */
export function remoteOf(request: IncomingMessage): string | null {
  const peer = request.socket.remoteAddress ?? null
  const local = peer === '::1' || (peer?.replace(/^::ffff:/, '').startsWith('127.') ?? false)
  if (!local) return peer
  const header = request.headers['x-forwarded-for']
  const forwarded = (Array.isArray(header) ? header.join(',') : header)?.split(',').at(-1)?.trim() ?? ''
  return isIP(forwarded) > 0 ? forwarded : peer
}
