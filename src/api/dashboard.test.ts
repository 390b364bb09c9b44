import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rawRequest, startApi, type TestApi } from '../../test/fakes/api.ts'

const directory = mkdtempSync(join(tmpdir(), 'backproof-web-'))
let api: TestApi

beforeAll(async () => {
  const root = join(directory, 'web')
  mkdirSync(join(root, 'assets'), { recursive: true })
  mkdirSync(join(directory, 'web-secret'))
  writeFileSync(join(root, 'index.html'), '<title>dashboard</title>')
  writeFileSync(join(root, 'favicon.svg'), '<svg/>')
  writeFileSync(join(root, '.env'), 'SECRET')
  writeFileSync(join(root, 'assets/index-BfA93kLq.js'), 'export {}')
  writeFileSync(join(directory, 'secret.txt'), 'SECRET')
  writeFileSync(join(directory, 'web-secret/secret.txt'), 'SECRET')
  api = await startApi({ webRoot: root })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

test.each(['/', '/checks', '/checks/fleet%2Fweb-server', '/incidents/i1?tab=events', '/index.html'])(
  '%s is the dashboard',
  async (path) => {
    const { status, body, headers } = await api.get(path)
    expect([status, body]).toEqual([200, '<title>dashboard</title>'])
    expect(headers.get('cache-control')).toBe('no-cache')
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  },
)

test('what is named by its content is kept for ever', async () => {
  const { headers, body } = await api.get('/assets/index-BfA93kLq.js')
  expect(body).toBe('export {}')
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect((await api.get('/favicon.svg')).headers.get('cache-control')).toBe('no-cache')
})

test.each([
  '/assets/index-00000000.js',
  '/assets/none',
  '/none.png',
  '/.env',
  '/assets/',
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '/../web-secret/secret.txt',
  '/%2e%2e%2fweb-secret%2fsecret.txt',
  '//secret.txt',
  '/assets/%00.js',
  '/%zz',
])('%s gives nothing away', async (path) => {
  const { status, body } = await rawRequest(api.url, path, {})
  expect([400, 403, 404]).toContain(status)
  expect(body).not.toContain('SECRET')
  expect(body).not.toContain(directory)
})

test.each(['/', '/api/v1/summary', '/assets/none.js', '/metrics', '/api/nothing'])(
  '%s is well guarded',
  async (path) => {
    const { headers } = await api.get(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  },
)

test.each(['/api', '/api/', '/api/v2/checks', '/hooks/none', '/api/v1/checks/a/b'])('%s is no page', async (path) => {
  const { status, headers } = await api.get(path)
  expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8'])
})

test('only GET reads pages', async () => {
  expect((await api.send('POST', '/checks')).status).toBe(404)
  expect((await api.send('HEAD', '/')).status).toBe(200)
})

test('without a dashboard a plain page says so', async () => {
  await using bare = await startApi()
  const { status, body, headers } = await bare.get('/')
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(body).toContain('Backproof is running')
  expect((await bare.get('/checks')).status).toBe(404)
})
