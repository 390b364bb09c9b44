import { afterEach, expect, test } from 'vitest'
import { JOB, rawRequest, startApi, type TestApi } from '../../../test/fakes/api.ts'
import { aCheck } from '../../../test/fakes/checks.ts'
import type { Config } from '../../config/config.ts'
import { Secret } from '../../lib/secret.ts'
import { hashPassword } from './password.ts'

const DAY = 86_400_000
const PASSWORD = 'correct horse battery staple'
const TOKEN = 'token-of-the-scraper-1234567890'

const UNSET = ['$', '{env:BACKPROOF_NOT_SET_ANYWHERE}'].join('')

type Auth = NonNullable<Config['server']['auth']>
const auth = (more: Partial<Auth> = {}): Auth => ({
  password: new Secret(PASSWORD),
  passwordHash: null,
  tokens: [
    { name: 'broken', token: new Secret(UNSET) },
    { name: 'scraper', token: new Secret(TOKEN) },
  ],
  ...more,
})

const running: TestApi[] = []
async function start(server: Partial<Config['server']> = {}): Promise<TestApi> {
  const api = await startApi({ server: { auth: auth(), ...server }, checks: [aCheck('fleet/a')] })
  running.push(api)
  return api
}
afterEach(async () => {
  for (const api of running.splice(0)) await api[Symbol.asyncDispose]()
})

const login = (api: TestApi, password: string, headers?: Record<string, string>) =>
  api.send('POST', '/api/v1/session', { password }, headers)

function cookieOf(headers: Headers): string {
  return headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

async function loggedIn(api: TestApi): Promise<{ cookie: string }> {
  const { status, headers } = await login(api, PASSWORD)
  expect(status).toBe(200)
  return { cookie: cookieOf(headers) }
}

test.each([
  ['GET', '/api/v1/summary'],
  ['GET', '/api/v1/checks'],
  ['GET', '/api/v1/checks/fleet%2Fa'],
  ['GET', '/api/v1/incidents'],
  ['GET', '/api/v1/openapi.json'],
  ['HEAD', '/api/v1/summary'],
  ['GET', '/metrics'],
  ['GET', '/metrics?per_check=1'],
  ['POST', '/api/v1/sources/fleet/look'],
  ['POST', '/api/v1/channels/oncall/test'],
  ['GET', '/api/v1/%63hecks'],
  ['GET', '//api/v1/checks'],
  ['GET', '/api/v1/nothing'],
])('%s %s tells nothing without a login', async (method, path) => {
  const api = await start()
  const { status, body, headers } = await api.send(method, path)
  expect([401, 404]).toContain(status)
  expect(JSON.stringify(body)).not.toContain('fleet/a')
  if (status === 401) expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
})

test.each([
  ['/healthz', 200],
  ['/readyz', 200],
  ['/', 200],
  ['/api/v1/session', 200],
  [`/ping/${JOB}`, 200],
])('%s needs no login', async (path, expected) => {
  const api = await start()
  expect((await api.get(path)).status).toBe(expected)
})

test('a person logs in, works, and logs out', async () => {
  const api = await start()
  expect((await api.get('/api/v1/session')).body).toEqual({
    login_required: true,
    logged_in: false,
    as: null,
    name: null,
    expires_at: null,
  })
  const refused = await login(api, 'wrong')
  expect([refused.status, refused.headers.getSetCookie()]).toEqual([401, []])
  expect(api.logged.join()).not.toContain('wrong')

  const { status, headers, body } = await login(api, PASSWORD)
  expect([status, body]).toMatchObject([200, { logged_in: true, as: 'session', expires_at: '2026-12-20T12:00:00Z' }])
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^backproof=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/),
  ])
  const cookie = cookieOf(headers)
  expect((await api.get('/api/v1/checks', { cookie: `other=1; ${cookie}` })).status).toBe(200)
  expect((await api.send('POST', '/api/v1/sources/fleet/look', undefined, { cookie })).status).toBe(202)

  const out = await api.send('DELETE', '/api/v1/session', undefined, { cookie })
  expect([out.status, out.headers.getSetCookie()[0]]).toEqual([200, expect.stringContaining('Max-Age=0')])
  expect((await api.get('/api/v1/checks', { cookie })).status).toBe(401)
})

test('the store keeps no cookie, and a cookie of another session is worth nothing', async () => {
  const api = await start()
  const { cookie } = await loggedIn(api)
  const value = cookie.split('=')[1] ?? ''
  expect(await api.store.read.session(value)).toBeNull()
  const other = value.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  expect((await api.get('/api/v1/checks', { cookie: `backproof=${other}` })).status).toBe(401)
  expect((await api.get('/api/v1/checks', { cookie: 'backproof=' })).status).toBe(401)
})

test('a session ends after 30 days, unless it is used', async () => {
  const api = await start()
  const used = await loggedIn(api)
  const unused = await loggedIn(api)
  await api.clock.advance(20 * DAY)
  const { headers } = await api.get('/api/v1/checks', used)
  expect(headers.getSetCookie()).toEqual([expect.stringContaining(`${used.cookie}; Path=/; Max-Age=2592000`)])
  expect((await api.get('/api/v1/checks', used)).headers.getSetCookie()).toEqual([])
  await api.clock.advance(11 * DAY)
  expect((await api.get('/api/v1/checks', used)).status).toBe(200)
  expect((await api.get('/api/v1/checks', unused)).status).toBe(401)
})

test('a new password ends all sessions', async () => {
  const api = await start()
  const session = await loggedIn(api)
  api.context.config().server.auth = auth({ password: new Secret('another password') })
  expect((await api.get('/api/v1/checks', session)).status).toBe(401)
})

test('over https the cookie is for this host and https alone', async () => {
  const api = await start({ baseUrl: 'https://backproof.example.com' })
  const { headers } = await login(api, PASSWORD)
  expect(headers.getSetCookie()[0]).toMatch(
    /^__Host-backproof=[\w-]{43}; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/,
  )
  expect((await api.get('/api/v1/checks', { cookie: cookieOf(headers) })).status).toBe(200)
})

test('a hashed password opens too', async () => {
  const api = await start({ auth: auth({ password: null, passwordHash: new Secret(await hashPassword(PASSWORD)) }) })
  expect((await login(api, 'wrong')).status).toBe(401)
  expect((await login(api, PASSWORD)).status).toBe(200)
})

test.each([
  [`Bearer ${TOKEN}`, 200],
  [`bearer  ${TOKEN} `, 200],
  [`Bearer ${TOKEN}x`, 401],
  [`Bearer ${TOKEN.slice(0, -1)}`, 401],
  ['Bearer ', 401],
  [`Bearer ${UNSET}`, 401],
  [`Basic ${btoa(`admin:${PASSWORD}`)}`, 401],
  [TOKEN, 401],
])('Authorization: %s', async (authorization, expected) => {
  const api = await start()
  const { status, body } = await api.get('/api/v1/checks', { authorization })
  expect(status).toBe(expected)
  expect(JSON.stringify(body) + api.logged.join()).not.toContain(TOKEN)
})

test('what a token does stands under its name', async () => {
  const api = await start()
  const headers = { authorization: `Bearer ${TOKEN}` }
  const { body } = await api.send('POST', '/api/v1/checks/fleet%2Fa/pause', { for_seconds: 60 }, headers)
  expect(body).toMatchObject({ paused: { by: 'API token scraper' } })
  expect((await api.get('/api/v1/session', headers)).body).toMatchObject({ as: 'token', name: 'scraper' })
  expect((await api.get('/metrics', headers)).status).toBe(200)
})

test('guesses are limited by address, and told when to come back', async () => {
  const api = await start()
  const from = (address: string) => ({ 'x-forwarded-for': address })
  for (let n = 0; n < 5; n++) expect((await login(api, `guess ${n}`, from('203.0.113.7'))).status).toBe(401)
  const { status, headers } = await login(api, PASSWORD, from('203.0.113.7'))
  expect([status, headers.get('retry-after')]).toEqual([429, '15'])
  expect((await login(api, PASSWORD, from('203.0.113.8'))).status).toBe(200)
  // what a client forwards of itself stands before what our proxy adds
  expect((await login(api, PASSWORD, from('198.51.100.1, 203.0.113.7'))).status).toBe(429)
  await api.clock.advance(15_000)
  expect((await login(api, PASSWORD, from('203.0.113.7'))).status).toBe(200)
})

test.each([
  [{}, 202],
  [{ origin: 'SELF' }, 202],
  [{ origin: 'https://backproof.example.com' }, 202],
  [{ origin: 'https://evil.example.com' }, 403],
  [{ origin: 'http://127.0.0.1:1' }, 403],
  [{ origin: 'http://backproof.example.com' }, 403],
  [{ origin: 'https://backproof.example.com.evil.example.com' }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: '' }, 403],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ 'sec-fetch-site': 'none' }, 202],
])('a change with a cookie and %j', async (given: Record<string, string>, expected) => {
  const api = await start({ baseUrl: 'https://backproof.example.com' })
  const cookie = cookieOf((await login(api, PASSWORD)).headers)
  const headers = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, value.replace('SELF', api.url)]))
  const answer = await rawRequest(api.url, '/api/v1/sources/fleet/look', { cookie, ...headers }, 'POST')
  expect(answer.status).toBe(expected)
})

test('a login from another site is refused, a token needs no origin', async () => {
  const api = await start()
  const origin = 'https://evil.example.com'
  expect((await rawRequest(api.url, '/api/v1/session', { origin }, 'POST')).status).toBe(403)
  const headers = { origin, authorization: `Bearer ${TOKEN}` }
  expect((await rawRequest(api.url, '/api/v1/sources/fleet/look', headers, 'POST')).status).toBe(202)
})

test.each([
  ['localhost', 200],
  ['LOCALHOST:8484', 200],
  ['127.0.0.1:8484', 200],
  ['127.1.2.3', 200],
  ['[::1]:8484', 200],
  ['backproof.example.com', 200],
  ['evil.example.com', 421],
  ['127.0.0.1.evil.example.com', 421],
  ['localhost.evil.example.com:8484', 421],
  ['127.0.0.1@evil.example.com', 421],
  ['192.168.1.5:8484', 421],
  ['localhost:x', 421],
  ['[::2]', 421],
])('without login, under the name %j', async (host, expected) => {
  const api = await start({ auth: null, baseUrl: 'https://backproof.example.com' })
  for (const path of ['/api/v1/checks', '/', '/metrics', '/api/v1/nothing'])
    expect([path, (await rawRequest(api.url, path, { host })).status]).toEqual([
      path,
      path.endsWith('nothing') && expected === 200 ? 404 : expected,
    ])
  expect((await rawRequest(api.url, `/ping/${JOB}`, { host })).status).toBe(200)
  expect((await rawRequest(api.url, '/healthz', { host })).status).toBe(200)
})

test('where no login is set up, none is needed or possible', async () => {
  const api = await start({ auth: null })
  expect((await api.get('/api/v1/session')).body).toMatchObject({ login_required: false, logged_in: true, as: 'local' })
  expect((await login(api, 'x')).status).toBe(409)
  expect((await api.send('DELETE', '/api/v1/session')).body).toMatchObject({ logged_in: true })
})
