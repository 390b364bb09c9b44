import type { LookupFunction } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Answer, endlessBody, Receiver } from '../../test/fakes/receiver.ts'
import { refusedAddress } from './address-guard.ts'
import { HttpError, type HttpRequest, request, retryAfter } from './http.ts'
import { rememberSecret } from './redact.ts'

const running: Receiver[] = []
afterEach(async () => {
  for (const receiver of running.splice(0)) await receiver[Symbol.asyncDispose]()
})

async function serve(answer: Answer): Promise<Receiver> {
  const receiver = await Receiver.start(answer)
  running.push(receiver)
  return receiver
}

const get = (url: string, more: Partial<HttpRequest> = {}) => request({ method: 'GET', url, timeoutMs: 5000, ...more })

async function failure(attempt: Promise<unknown>): Promise<HttpError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof HttpError)) throw new Error(`no HttpError, but ${String(error)}`)
  return error
}

describe('request', () => {
  it('sends method, headers, body and basic authentication, and answers with status, headers and body', async () => {
    const { port } = await serve((response, { method, url, headers, body }) => {
      response.writeHead(201, { 'X-Twice': ['a', 'b'] })
      response.end([method, url, headers['x-one'], headers.authorization, body].join('|'))
    })
    const answer = await request({
      method: 'POST',
      url: `http://me:p%40ss@127.0.0.1:${port}/a?b=c`,
      headers: { 'X-One': '1' },
      body: 'é',
      timeoutMs: 5000,
    })
    expect(answer.status).toBe(201)
    expect(answer.headers['x-twice']).toBe('a, b')
    expect(answer.body).toBe(`POST|/a?b=c|1|Basic ${btoa('me:p@ss')}|é`)
  })

  it('returns a redirect as it is', async () => {
    let calls = 0
    const { port } = await serve((response) => {
      calls++
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect((await get(`http://127.0.0.1:${port}/`)).status).toBe(302)
    expect(calls).toBe(1)
  })

  it('cuts a body at the limit and hangs up instead of reading on', async () => {
    const { port, sockets } = await serve(endlessBody)
    const answer = await get(`http://127.0.0.1:${port}/`, { maxResponseBytes: 1000 })
    expect(answer.body).toBe('x'.repeat(1000))
    for (const socket of sockets) if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve))
    expect(sockets.size).toBe(0)
  })

  it.each<[string, Answer]>([
    ['says nothing', () => {}],
    ['stops in the middle of the body', (response) => response.writeHead(200, { 'content-length': 10 }).write('x')],
  ])('times out on a server that %s', async (_, answer) => {
    const { port } = await serve(answer)
    const error = await failure(get(`http://127.0.0.1:${port}/`, { timeoutMs: 100 }))
    expect([error.kind, error.message]).toEqual(['timeout', `127.0.0.1:${port} did not answer within 0.1 s`])
  })

  it('stops when the caller aborts', async () => {
    const abort = new AbortController()
    const { port } = await serve(() => abort.abort())
    expect((await failure(get(`http://127.0.0.1:${port}/`, { signal: abort.signal }))).kind).toBe('timeout')
    expect((await failure(get(`http://127.0.0.1:${port}/`, { signal: abort.signal }))).kind).toBe('timeout')
  })

  it.each<[string, Answer]>([
    ['closes without an answer', (response) => response.socket?.destroy()],
    [
      'closes within the answer',
      (response) => {
        response.writeHead(200, { 'content-length': 10 }).write('x', () => response.socket?.destroy())
      },
    ],
    ['answers no HTTP', (response) => response.socket?.end('SSH-2.0-OpenSSH_9\r\n\r\n')],
  ])('reports a server that %s', async (_, answer) => {
    const { port } = await serve(answer)
    expect((await failure(get(`http://127.0.0.1:${port}/`))).kind).toBe('network')
  })

  it('reports an answer with an endless head', async () => {
    const { port } = await serve((response) =>
      response.socket?.write(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`),
    )
    expect((await failure(get(`http://127.0.0.1:${port}/`))).kind).toBe('too-large')
  })

  it('names the host, and neither path, query nor secrets', async () => {
    const { port } = await serve(() => {})
    await running.pop()?.[Symbol.asyncDispose]()
    rememberSecret('canary-host-token')
    const error = await failure(get(`http://127.0.0.1:${port}/path-canary?query-canary`))
    expect(error.message).toBe(`127.0.0.1:${port} can't be reached: it refuses connections`)
    const named = await failure(get('http://canary-host-token.invalid/'))
    expect(named.kind).toBe('network')
    expect(named.message).not.toContain('canary-host-token')
  })

  it.each([
    ['not a url', {}],
    ['file:///etc/passwd', {}],
    ['http://127.0.0.1:1/', { headers: { 'x-one': 'a\r\nx-two: b' } }],
  ])('refuses to send what is not valid: %s', async (url, more) => {
    expect((await failure(get(url, more))).kind).toBe('invalid')
  })
})

describe('the guard of addresses', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
  ])('refuses %s', async (url) => {
    expect((await failure(get(url))).kind).toBe('refused-address')
  })

  it.each<[string, string | null]>([
    ['127.0.0.1', null],
    ['192.168.1.10', null],
    ['10.0.0.1', null],
    ['::1', null],
    ['fd12:3456::1', null],
    ['::ffff:192.168.1.10', null],
    ['example.com', null],
    ['169.253.255.255', null],
    ['169.254.170.2', 'a link-local address (cloud metadata)'],
    ['fe80::1%eth0', 'a link-local address'],
    ['febf::1', 'a link-local address'],
    ['::169.254.169.254', 'a link-local address (cloud metadata)'],
    ['2002:a9fe:a9fe::1', 'a link-local address (cloud metadata)'],
    ['fd20:ce::254', 'the metadata service of Google Cloud'],
    ['100.100.100.200', 'the metadata service of Alibaba Cloud'],
  ])('judges %s', (address, why) => {
    expect(refusedAddress(address)).toBe(why)
  })

  const leadingTo =
    (...addresses: string[]): LookupFunction =>
    (_, options, callback) => {
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      if (options.all) callback(null, found)
      else callback(null, found[0]?.address ?? '', found[0]?.family)
    }

  it('refuses a name that leads to a metadata service', async () => {
    const error = await failure(get('http://innocent.example/', { lookup: leadingTo('169.254.169.254') }))
    expect(error.kind).toBe('refused-address')
    expect(error.message).toContain('innocent.example is not called: its name leads to a link-local address')
  })

  it('connects to the address it has judged, and only to that', async () => {
    const { port } = await serve((response) => response.end('ok'))
    const answers = ['127.0.0.1', '169.254.169.254']
    const lookup: LookupFunction = (host, options, callback) =>
      leadingTo(answers.shift() ?? '')(host, options, callback)
    expect((await get(`http://rebound.example:${port}/`, { lookup })).body).toBe('ok')
    expect((await failure(get(`http://rebound.example:${port}/`, { lookup }))).kind).toBe('refused-address')
  })

  it('leaves a link-local address of a name in the local network aside and takes the other', async () => {
    const { port } = await serve((response) => response.end('ok'))
    const lookup = leadingTo('fe80::1', '127.0.0.1')
    expect((await get(`http://nas.local:${port}/`, { lookup })).body).toBe('ok')
  })
})

describe('retryAfter', () => {
  const now = Date.parse('2026-11-20T12:00:00Z')
  it.each<[string, number | null]>([
    ['120', now + 120_000],
    ['0', now],
    ['1.5', now + 1500],
    ['Fri, 20 Nov 2026 12:05:00 GMT', now + 300_000],
    ['Fri, 20 Nov 2020 12:05:00 GMT', now],
    ['-5', null],
    ['soon', null],
    ['', null],
  ])('%s', (value, at) => {
    expect(retryAfter({ 'retry-after': value }, now)).toBe(at)
  })
  it('is null where there is none', () => {
    expect(retryAfter({}, now)).toBeNull()
  })
})
