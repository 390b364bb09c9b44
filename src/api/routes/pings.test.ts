import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { JOB, NOBODY, startApi, type TestApi } from '../../../test/fakes/api.ts'

const LIMIT = 10_000

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api[Symbol.asyncDispose]())
beforeEach(() => {
  api.reports.length = 0
})

test.each(['GET', 'HEAD', 'POST'])('%s reports a success', async (method) => {
  const response = await fetch(`${api.url}/ping/${JOB}`, { method })
  expect([response.status, await response.text()]).toEqual([200, method === 'HEAD' ? '' : 'OK'])
  expect(response.headers.get('ping-body-limit')).toBe(String(LIMIT))
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(api.reports).toMatchObject([
    { to: { uuid: JOB }, kind: 'success', body: null, remote: expect.stringMatching(/127\.0\.0\.1$/) },
  ])
})

test.each([
  [`/ping/${JOB}/fail`, 200],
  [`/ping/${NOBODY}`, 404],
  ['/ping/', 404],
  ['/ping/%zz', 404],
  ['/ping/../api/v1/checks', 404],
  [`/ping/${'x'.repeat(8000)}/y`, 404],
  ['/api/push/some-token?status=up&msg=OK', 200],
  ['/api/push/', 404],
])('%s is answered by its own words: %i', async (path, expected) => {
  expect((await rawStatus(path)).split(' ')[1]).toBe(String(expected))
})

test.each([
  ['text/plain', 'exit 0 💾', 'exit 0 💾'],
  ['application/json', '{"broken', '{"broken'],
  ['application/x-www-form-urlencoded', 'a\0b', 'a\ufffdb'],
  ['nonsense', 'x'.repeat(LIMIT), 'x'.repeat(LIMIT)],
  ['text/plain', 'x'.repeat(LIMIT + 1), 'x'.repeat(LIMIT)],
  ['text/plain', 'x'.repeat(5_000_000), 'x'.repeat(LIMIT)],
])('a body of %s is kept as text, as much as is allowed', async (type, body, kept) => {
  const response = await fetch(`${api.url}/ping/${JOB}`, { method: 'POST', body, headers: { 'content-type': type } })
  expect([response.status, await response.text()]).toEqual([200, 'OK'])
  expect(api.reports.map((report) => report.body)).toEqual([kept])
})

test('a body in chunks without a length is kept too', async () => {
  const body = new ReadableStream({
    start(controller) {
      for (const part of ['one ', 'two ', 'three']) controller.enqueue(new TextEncoder().encode(part))
      controller.close()
    },
  })
  await fetch(`${api.url}/ping/${JOB}`, { method: 'POST', body, duplex: 'half' })
  expect(api.reports[0]?.body).toBe('one two three')
})

test('a body of a gigabyte is answered at once, and cut off', async () => {
  const { status, sent } = await flood(1_000_000_000)
  expect(status).toBe(200)
  expect(sent).toBeLessThan(300_000_000)
  expect(api.reports.map((report) => report.body?.length)).toEqual([LIMIT])
  expect((await fetch(`${api.url}/ping/${JOB}`)).status).toBe(200)
})

test('a request that breaks off is no report', async () => {
  await new Promise<void>((resolve) => {
    const { hostname, port } = new URL(api.url)
    const socket = connect(Number(port), hostname, () => {
      socket.write(`POST /ping/${JOB} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`, () => socket.destroy())
    })
    socket.on('close', () => resolve())
  })
  expect((await fetch(`${api.url}/ping/${JOB}/log`)).status).toBe(200)
  expect(api.reports).toMatchObject([{ kind: 'log' }])
})

test('what can not be recorded is to be tried again, and logged once a second', async () => {
  const operations = { ...api.context.operations, ping: () => Promise.reject(new Error('disk full')) }
  await using broken = await startApi({ context: { operations } })
  for (let n = 0; n < 3; n++) {
    const response = await fetch(`${broken.url}/ping/${JOB}`)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10'])
  }
  expect(broken.logged).toEqual([expect.stringContaining('disk full')])
})

test('a job that never stops does not keep the server from closing', async () => {
  const other = await startApi()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const busy = (async () => {
    while ((await ping(`${other.url}/ping/${JOB}`, agent)) !== null);
  })()
  await expect.poll(() => other.reports.length).toBeGreaterThan(3)
  await other[Symbol.asyncDispose]()
  await busy
  agent.destroy()
})

/** The answer's Connection header; null: nobody answers. */
function ping(url: string, agent: Agent): Promise<string | null> {
  return new Promise((resolve) => {
    request(url, { agent }, (response) => {
      response.resume().on('end', () => resolve(String(response.headers.connection)))
    })
      .on('error', () => resolve(null))
      .end()
  })
}

/** The status line, for a path as it stands: fetch would tidy it up. */
function rawStatus(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url)
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    )
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('end', () => resolve(text.split('\r\n', 1)[0] ?? ''))
    socket.on('error', reject)
  })
}

/** Sends as much of a body as it gets rid of. */
function flood(bytes: number): Promise<{ status: number; sent: number }> {
  return new Promise((resolve) => {
    const chunk = Buffer.alloc(1_000_000, 'x')
    let sent = 0
    let status = 0
    const sending = request(`${api.url}/ping/${JOB}`, { method: 'POST', headers: { 'content-length': bytes } })
    const more = () => {
      while (!sending.destroyed && sent < bytes) {
        sent += chunk.length
        if (!sending.write(chunk)) return
      }
    }
    sending.on('response', (response) => {
      status = response.statusCode ?? 0
      response.resume()
    })
    sending.on('drain', more)
    sending.on('error', () => undefined)
    sending.on('close', () => resolve({ status, sent }))
    more()
  })
}
