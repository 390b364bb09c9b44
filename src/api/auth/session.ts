import { createHmac, randomBytes } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { type Instant, plus } from '../../domain/instant.ts'
import type { Session, Store } from '../../store/store.ts'

const DAY_MS = 86_400_000
export const SESSION_MS = 30 * DAY_MS

type Server = Config['server']

const isSecure = (server: Server) => server.baseUrl?.startsWith('https:') === true

/** __Host- keeps other names of the same site from planting a cookie; browsers take it with Secure only. */
const cookieName = (server: Server) => (isSecure(server) ? '__Host-backproof' : 'backproof')

/**
 * The id that the store keeps: it can't be turned back into the cookie. The password is in it, so that a new password
 * ends every session.
 */
function idOf(value: string, server: Server): string {
  const secret = server.auth?.passwordHash ?? server.auth?.password
  return createHmac('sha256', secret?.reveal() ?? '')
    .update(value)
    .digest('base64url')
}

function cookieOf(header: string | undefined, server: Server): string | null {
  const name = cookieName(server)
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) {
      const value = part.slice(at + 1).trim()
      return /^[\w-]{43}$/.test(value) ? value : null
    }
  }
  return null
}

function setCookie(value: string, maxAgeSeconds: number, server: Server): string {
  const secure = isSecure(server) ? '; Secure' : ''
  return `${cookieName(server)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`
}

export interface Started {
  session: Session
  /** The Set-Cookie header. */
  cookie: string
}

export async function startSession(store: Store, server: Server, now: Instant): Promise<Started> {
  const value = randomBytes(32).toString('base64url')
  const session = { id: idOf(value, server), createdAt: now, expiresAt: plus(now, SESSION_MS) }
  await store.write((tx) => tx.addSession(session))
  return { session, cookie: setCookie(value, SESSION_MS / 1000, server) }
}

/** The session of a request; one that is used lives on (`cookie` is then the header that tells the browser). */
export async function findSession(
  store: Store,
  server: Server,
  cookies: string | undefined,
  now: Instant,
): Promise<{ session: Session; cookie: string | null } | null> {
  const value = cookieOf(cookies, server)
  if (value === null) return null
  const session = await store.read.session(idOf(value, server))
  if (session === null || session.expiresAt <= now) return null
  // once a day is enough: not every request needs to write
  if (session.expiresAt - now > SESSION_MS - DAY_MS) return { session, cookie: null }
  const longer = { ...session, expiresAt: plus(now, SESSION_MS) }
  await store.write(async (tx) => {
    await tx.dropSession(session.id)
    await tx.addSession(longer)
  })
  return { session: longer, cookie: setCookie(value, SESSION_MS / 1000, server) }
}

/** Ends the session of a request, if there is one; the header takes the cookie back. */
export async function endSession(store: Store, server: Server, cookies: string | undefined): Promise<string> {
  const value = cookieOf(cookies, server)
  if (value !== null) await store.write((tx) => tx.dropSession(idOf(value, server)))
  return setCookie('', 0, server)
}
