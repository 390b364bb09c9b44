import type { IncomingHttpHeaders } from 'node:http'
import type { Config } from '../../config/config.ts'
import type { Log } from '../../lib/log.ts'
import { redact } from '../../lib/redact.ts'
import { RefusedError } from '../problem.ts'
import { sameSecret } from './password.ts'

type Server = Config['server']

/** Who is asking. local: an instance without login, which answers this machine alone. command: a command that can read its data. */
export type Who = { as: 'local' | 'command' } | { as: 'session'; expiresAt: number } | { as: 'token'; name: string }

/** The name that stands in an incident's history. */
export function nameOf(who: Who): string {
  if (who.as === 'command') return 'command line'
  return who.as === 'token' ? `API token ${who.name}` : 'dashboard'
}

/**
 * Without login, any page in a browser on this machine could reach us under a name of its own that points to 127.0.0.1
 * (DNS rebinding): only our own names are answered.
 */
export function refuseForeignHost(headers: IncomingHttpHeaders, server: Server): void {
  if (server.auth !== null) return
  const host = headers.host ?? ''
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase()
  if (name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)) return
  if (server.baseUrl !== null && host.toLowerCase() === hostOf(server.baseUrl)) return
  throw new RefusedError(
    421,
    'This address does not belong to this Backproof. Without a login it answers to localhost and to the host of server.base_url only.',
  )
}

/** Forged requests: what changes something must come from our own pages, or from a program that is no browser. */
export function refuseForeignOrigin(headers: IncomingHttpHeaders, server: Server): void {
  const { origin } = headers
  const site = headers['sec-fetch-site']
  const own =
    origin === undefined
      ? site === undefined || site === 'same-origin' || site === 'none'
      : hostOf(origin) !== null &&
        (hostOf(origin) === headers.host?.toLowerCase() ||
          (server.baseUrl !== null && originOf(origin) === originOf(server.baseUrl)))
  if (!own)
    throw new RefusedError(
      403,
      'This request comes from another web site, and would change something: it was refused. Behind a proxy, server.base_url must be the address that people use.',
    )
}

const bearerOf = (headers: IncomingHttpHeaders): string | null =>
  /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null

/** Whether it comes from a command that has read the instance's own key. */
export function isCommand(headers: IncomingHttpHeaders, key: string | null): boolean {
  const given = bearerOf(headers)
  return given !== null && key !== null && sameSecret(given, key)
}

/** The token that a request shows: its name, or null when it is none of ours. */
export function tokenOf(headers: IncomingHttpHeaders, server: Server, log: Log): string | null {
  const given = bearerOf(headers)
  if (given === null) return null
  let name: string | null = null
  // all of them are compared, so that the time does not tell which one is near
  for (const known of server.auth?.tokens ?? []) {
    try {
      const token = known.token.reveal()
      if (token !== '' && sameSecret(given, token)) name = known.name
    } catch (error) {
      log.error({ token: known.name, error: redact(String(error)) }, 'an API token of server.auth can not be read')
    }
  }
  return name
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

const hostOf = (text: string): string | null => urlOf(text)?.host || null

function originOf(text: string): string | null {
  const origin = urlOf(text)?.origin
  return origin === undefined || origin === 'null' ? null : origin
}
