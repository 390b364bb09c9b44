import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NOW } from '../../test/fakes/notification.ts'
import { type Answer, Receiver } from '../../test/fakes/receiver.ts'
import { Secret } from '../lib/secret.ts'
import { type PingOutcome, sendOutgoingPing } from './outgoing-ping.ts'

let receiver: Receiver
beforeAll(async () => {
  receiver = await Receiver.start()
})
afterAll(() => receiver[Symbol.asyncDispose]())
beforeEach(() => {
  receiver.requests.length = 0
})

const context = () => ({ now: NOW, signal: AbortSignal.timeout(5000) })
const ping = (format: 'kuma' | 'healthchecks', path: string, outcome: PingOutcome) =>
  sendOutgoingPing({ format, url: new Secret(`${receiver.url}${path}`) }, outcome, context())

const kumaOk: Answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')

describe('a push monitor of Uptime Kuma', () => {
  it.each<[string, PingOutcome, string]>([
    [
      '/api/push/TOKEN',
      { status: 'up', message: 'fresh', tookMs: 12.6 },
      '/api/push/TOKEN?status=up&msg=fresh&ping=13',
    ],
    [
      '/api/push/TOKEN?status=up&msg=OK&ping=',
      { status: 'down', message: 'a & b\nc' },
      '/api/push/TOKEN?status=down&msg=a+%26+b+c&ping=',
    ],
  ])('%s hears %j', async (path, outcome, url) => {
    receiver.answer = kumaOk
    expect(await ping('kuma', path, outcome)).toEqual({ outcome: 'delivered' })
    expect([receiver.last.method, receiver.last.url]).toEqual(['GET', url])
  })

  it('is not believed when it answers with a page: the URL is mistyped', async () => {
    receiver.answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')
    const result = await ping('kuma', '/dashboard-canary', { status: 'up', message: '' })
    expect(result).toEqual({
      outcome: 'rejected',
      reason: `127.0.0.1:${receiver.port} answered 200: this is no push URL of Uptime Kuma (https://HOST/api/push/TOKEN)`,
    })
  })

  it('says when the monitor is gone, without the token', async () => {
    receiver.answer = (response, { url }) =>
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ok: false, msg: `no ${url}` }))
    const result = await ping('kuma', '/api/push/canary-token-1', { status: 'up', message: '' })
    expect(result.outcome).toBe('rejected')
    expect(JSON.stringify(result)).toContain('[secret]')
    expect(JSON.stringify(result)).not.toContain('canary-token-1')
  })

  it('cuts a long message', async () => {
    receiver.answer = kumaOk
    await ping('kuma', '/api/push/T', { status: 'down', message: 'é'.repeat(100_000) })
    expect(receiver.last.url.length).toBeLessThan(2000)
  })
})

describe('a check of Healthchecks', () => {
  it.each<[string, PingOutcome, string, string]>([
    ['/ping/UUID', { status: 'up', message: 'fine' }, 'GET /ping/UUID', ''],
    ['/ping/UUID', { status: 'down', message: 'stale\nsince' }, 'POST /ping/UUID/fail', 'stale\nsince'],
    ['/ping/UUID/', { status: 'down', message: 'x' }, 'POST /ping/UUID/fail', 'x'],
    ['/ping/KEY/slug?create=1', { status: 'down', message: 'x' }, 'POST /ping/KEY/slug/fail?create=1', 'x'],
  ])('%s hears %j', async (path, outcome, request, body) => {
    receiver.answer = (response) => response.end('OK')
    expect(await ping('healthchecks', path, outcome)).toEqual({ outcome: 'delivered' })
    expect([`${receiver.last.method} ${receiver.last.url}`, receiver.last.body]).toEqual([request, body])
  })

  it('is not believed when it does not know the check', async () => {
    receiver.answer = (response) => response.end('OK (not found)')
    expect((await ping('healthchecks', '/ping/UUID', { status: 'up', message: '' })).outcome).toBe('rejected')
  })

  it.each([
    [404, 'rejected'],
    [302, 'rejected'],
    [429, 'retry'],
    [503, 'retry'],
  ])('answers %i: %s', async (status, outcome) => {
    receiver.answer = (response) => response.writeHead(status).end()
    expect((await ping('healthchecks', '/ping/UUID', { status: 'up', message: '' })).outcome).toBe(outcome)
  })
})

it('refuses a metadata service as a target', async () => {
  const url = new Secret('http://169.254.169.254/latest/api/token')
  const result = await sendOutgoingPing({ format: 'healthchecks', url }, { status: 'up', message: '' }, context())
  expect(result.outcome).toBe('rejected')
})
