import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** No inline scripts or styles, nothing from elsewhere, and no frame around us. */
export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Backproof</title></head>
<body>
<h1>Backproof is running</h1>
<p>Its dashboard has not been built: <code>npm run build</code> does that.</p>
<p>Until then: <a href="/api/v1/summary">the summary</a>, <a href="/api/v1/checks">all checks</a>,
<a href="/api/v1/openapi.json">what the API can do</a>, <a href="/metrics">metrics</a>.</p>
</body>
</html>
`

/** Vite names what it builds by its content: such a file never changes. */
const HASHED = /[/\\]assets[/\\][^/\\]+-[\w-]{8,}\.\w+$/

/** What programs ask for is never answered with a page. */
const MACHINES = /^(?:api|hooks|ping)(?:\/|$)/

/** The dashboard's files hold nothing secret (it asks the API for everything): anybody may load them, to log in. */
export function dashboard(app: FastifyInstance, webRoot: string | null): void {
  const open = { config: { open: true }, schema: { hide: true } }
  if (webRoot === null) {
    app.get('/', open, async (_, reply) => reply.type('text/html; charset=utf-8').send(NOT_BUILT))
    return
  }
  const cacheOf = (path: string) => (HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
  app.register(fastifyStatic, {
    root: webRoot,
    serve: false,
    cacheControl: false,
    // the build lays a .br and a .gz beside each text
    preCompressed: true,
    setHeaders: (reply, path) => {
      reply.header('cache-control', cacheOf(path))
    },
  })
  app.get<{ Params: { '*': string } }>('/*', open, async (request, reply) => {
    const path = request.params['*']
    if (MACHINES.test(path)) {
      reply.callNotFound()
      return reply
    }
    // a page of the dashboard's own router; what has an extension is a file, and is there or not
    const isPage = path === '' || (!/\.\w+$/.test(path) && !path.startsWith('assets/'))
    return reply.sendFile(isPage ? 'index.html' : path, { dotfiles: 'ignore' })
  })
}
