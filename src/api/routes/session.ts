import { instant, toIso } from '../../domain/instant.ts'
import { LoginAttempts } from '../auth/attempts.ts'
import type { Who } from '../auth/guard.ts'
import { isPassword } from '../auth/password.ts'
import { endSession, startSession } from '../auth/session.ts'
import { RefusedError } from '../problem.ts'
import { remoteOf } from '../remote.ts'
import * as ask from '../requests.ts'
import { type Route, route } from '../route.ts'
import * as answer from '../schemas.ts'

const tag = 'session'

function presentSession(who: Who | null, loginRequired: boolean): answer.SessionJson {
  return {
    login_required: loginRequired,
    logged_in: who !== null,
    as: who?.as ?? null,
    name: who?.as === 'token' ? who.name : null,
    expires_at: who?.as === 'session' ? toIso(instant(who.expiresAt)) : null,
  }
}

/** Each server counts the attempts for itself. */
export function sessionRoutes(attempts = new LoginAttempts()): Route[] {
  return [
    route({
      method: 'GET',
      url: '/session',
      name: 'getSession',
      tag,
      summary: 'Whether a login is needed, and who is asking',
      open: true,
      answer: answer.session,
      async handle(_, { request, context }) {
        return presentSession(request.who, context.config().server.auth !== null)
      },
    }),
    route({
      method: 'POST',
      url: '/session',
      name: 'login',
      tag,
      summary: 'Log in with the password',
      open: true,
      input: { body: ask.loginBody },
      answer: answer.session,
      async handle({ body }, { context, now, request, reply }) {
        const { server } = context.config()
        if (server.auth === null) throw new RefusedError(409, 'No login is set up here: everything is open already.')
        if (!server.auth.password && !server.auth.passwordHash)
          throw new RefusedError(409, 'No password is set up here: use an API token, or set server.auth.password_hash.')
        const remote = remoteOf(request.raw) ?? 'unknown'
        const waitMs = attempts.take(remote, now)
        if (waitMs !== null) {
          const wait = Math.ceil(waitMs / 1000)
          throw new RefusedError(429, `Too many attempts to log in: try again in ${wait} s.`, {
            'retry-after': String(wait),
          })
        }
        if (!(await isPassword(body.password, server.auth))) {
          context.log.warn({ remote }, 'a login failed')
          throw new RefusedError(401, 'This is not the password.')
        }
        attempts.succeeded(remote)
        const { session, cookie } = await startSession(context.store, server, now)
        reply.header('set-cookie', cookie)
        return presentSession({ as: 'session', expiresAt: session.expiresAt }, true)
      },
    }),
    route({
      method: 'DELETE',
      url: '/session',
      name: 'logout',
      tag,
      summary: 'Log out',
      open: true,
      answer: answer.session,
      async handle(_, { context, request, reply }) {
        const { server } = context.config()
        reply.header('set-cookie', await endSession(context.store, server, request.headers.cookie))
        return presentSession(server.auth === null ? { as: 'local' } : null, server.auth !== null)
      },
    }),
  ]
}
