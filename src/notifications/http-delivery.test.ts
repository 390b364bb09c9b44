import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NOW } from '../../test/fakes/notification.ts'
import { Receiver } from '../../test/fakes/receiver.ts'
import { Secret } from '../lib/secret.ts'
import { deliverByHttp, isPermanent } from './http-delivery.ts'

let receiver: Receiver
const folder = mkdtempSync(join(tmpdir(), 'backproof-secret-'))
beforeAll(async () => {
  receiver = await Receiver.start()
})
afterAll(async () => {
  await receiver[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const deliver = (url: () => string) =>
  deliverByHttp(() => ({ method: 'GET', url: url() }), { now: NOW, signal: AbortSignal.timeout(5000) }, isPermanent)

it('keeps the message while the file of a secret is away, and sends it when it is back', async () => {
  const file = join(folder, 'url')
  const url = new Secret(`\${file:${file}}`)
  expect(await deliver(() => url.reveal())).toMatchObject({
    outcome: 'retry',
    reason: expect.stringContaining(`can't read ${file}`),
  })
  writeFileSync(file, `${receiver.url}/\n`)
  expect(await deliver(() => url.reveal())).toEqual({ outcome: 'delivered' })
})

it('gives up what can not or must not be sent', async () => {
  expect(await deliver(() => 'no url')).toEqual({ outcome: 'rejected', reason: 'not an http(s) URL' })
  expect((await deliver(() => 'http://169.254.169.254/')).outcome).toBe('rejected')
})

it.each([
  ['text/plain', 'a\n  b', 'answered 500: a b'],
  ['application/json', '{"error":"x"}', 'answered 500: {"error":"x"}'],
  ['text/html', '<html>', 'answered 500'],
  ['text/plain', 'y'.repeat(10_000), `answered 500: ${'y'.repeat(199)}…`],
])('quotes the answer of type %s when it is for people', async (type, body, words) => {
  receiver.answer = (response) => response.writeHead(500, { 'content-type': type }).end(body)
  expect(await deliver(() => receiver.url)).toEqual({ outcome: 'retry', reason: `127.0.0.1:${receiver.port} ${words}` })
})

it('lets through no bug of our own', async () => {
  const bug = () => {
    throw new TypeError('a bug')
  }
  await expect(deliver(bug)).rejects.toThrow('a bug')
})
