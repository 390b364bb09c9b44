import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { DeliveryResult } from '../../src/domain/notification.ts'
import { silentLog } from '../../src/lib/log.ts'
import { notifiers } from '../../src/notifications/registry.ts'
import { MailServer, SmtpReply } from '../fakes/mail-server.ts'
import { aNotification, anItem, aServiceItem, aSourceItem, HOSTILE, NOW } from '../fakes/notification.ts'
import { type Answer, endlessBody, portOf, Receiver } from '../fakes/receiver.ts'

/** What every notifier does with receivers of every temper. A new notifier needs one entry in `receivers`, nothing else. */

const CANARY = 'canary-Jt7hQ2-secret'
const TEMPERS = ['well', 'failing', 'hanging', 'busy', 'hanging up', 'endless'] as const
type Temper = (typeof TEMPERS)[number]

interface Target {
  /** As a person would write it, with CANARY as its secret. */
  config: object
  /** What was received so far, whole. */
  sent: () => string[]
}

const running: AsyncDisposable[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server[Symbol.asyncDispose]()
})

/** What it answers repeats what it was sent, secrets and all. */
const echo = (status: number, headers: Record<string, string> = {}): Answer => {
  return (response, { url, headers: got, body }) =>
    response
      .writeHead(status, { 'content-type': 'text/plain', ...headers })
      .end(`${url} ${JSON.stringify(got)} ${body.slice(0, 100)}`)
}

const ANSWERS: Record<Temper, Answer> = {
  well: (response) => response.end('ok'),
  failing: echo(500),
  hanging: () => {},
  busy: echo(429, { 'retry-after': '90' }),
  'hanging up': (response) => {
    response.writeHead(200, { 'content-length': 1000 }).write('ok', () => response.socket?.destroy())
  },
  endless: endlessBody,
}

async function http(temper: Temper, config: (url: string) => object): Promise<Target> {
  const receiver = await Receiver.start(ANSWERS[temper])
  running.push(receiver)
  return {
    config: config(`${receiver.url}/hooks/${CANARY}?token=${CANARY}`),
    sent: () => receiver.requests.map(({ headers, body }) => JSON.stringify(headers) + body),
  }
}

async function mail(temper: Temper): Promise<Target> {
  const config = { host: '127.0.0.1', tls: 'none', from: 'b@example.com', to: 'a@example.com' }
  const login = { username: 'me', password: CANARY }
  const tcp = {
    hanging: (socket: Socket) => socket.write('220 hello\r\n'),
    'hanging up': (socket: Socket) => socket.end('220-hel'),
    endless: (socket: Socket) => {
      const more = () => {
        while (socket.writable && socket.write('220-hello '.repeat(6000)));
      }
      socket.on('drain', more)
      more()
    },
  }
  if (temper !== 'well' && temper !== 'failing' && temper !== 'busy') {
    const port = await listen(createServer((socket) => tcp[temper](socket.on('error', () => {}))))
    return { config: { ...config, ...login, port }, sent: () => [] }
  }
  const reply = {
    well: null,
    failing: new SmtpReply(451, `try later ${CANARY}`),
    busy: new SmtpReply(450, 'greylisted'),
  }
  const server = await MailServer.start({
    authOptional: true,
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    onAuth: (_, __, done) => done(null, { user: 'me' }),
    onRcptTo: (_, __, done) => done(reply[temper]),
  })
  running.push(server)
  return { config: { ...config, ...login, port: server.port }, sent: () => server.mails.map(({ source }) => source) }
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  running.push({
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
  return portOf(server)
}

const receivers: Record<string, (temper: Temper) => Promise<Target>> = {
  email: mail,
  slack: (temper) => http(temper, (url) => ({ webhook_url: url })),
  webhook: (temper) => http(temper, (url) => ({ url, headers: { authorization: `Bearer ${CANARY}` } })),
}

const items = [
  anItem({ resource: { ...anItem().resource, name: HOSTILE }, reason: HOSTILE }),
  anItem({ kind: 'resolved' }),
  aServiceItem({ service: HOSTILE, reason: HOSTILE, advice: HOSTILE }),
  aSourceItem({ source: HOSTILE, reason: HOSTILE }),
]
const notification = aNotification({ key: '01936d5e-key', items })

describe.each(notifiers.map((notifier) => [notifier.type, notifier] as const))('%s', (type, notifier) => {
  const attempt = async (temper: Temper, limitMs = 10_000) => {
    const start = receivers[type]
    if (!start) throw new Error(`${type} has no receivers: this contract must hold for it`)
    const { config, sent } = await start(temper)
    const context = { now: NOW, log: silentLog, baseUrl: 'https://backproof.example.com/' }
    const parsed = notifier.config.parse(config)
    const send = () => notifier.send(notification, parsed, { ...context, signal: AbortSignal.timeout(limitMs) })
    return { parsed, send, sent }
  }

  it('delivers, with a key that is the same on a repeat', async () => {
    const { send, sent } = await attempt('well')
    expect(await send()).toEqual({ outcome: 'delivered' })
    expect(await send()).toEqual({ outcome: 'delivered' })
    expect(sent()).toHaveLength(2)
    for (const one of sent()) {
      expect(one).toContain(notification.key)
      expect(one).toContain('web-server')
    }
  })

  it.each<[Temper, DeliveryResult['outcome']]>([
    ['failing', 'retry'],
    ['hanging', 'retry'],
    ['busy', 'retry'],
    ['hanging up', 'retry'],
  ])('asks for another attempt of a receiver that is %s', async (temper, outcome) => {
    const { send } = await attempt(temper, temper === 'hanging' ? 300 : 10_000)
    const started = performance.now()
    const result = await send()
    expect(performance.now() - started).toBeLessThan(8000)
    expect(result.outcome).toBe(outcome)
    if (result.outcome === 'retry') expect(result.reason).not.toBe('')
    expect(JSON.stringify(result)).not.toContain(CANARY)
  })

  it('does not read an answer without end', async () => {
    const { send } = await attempt('endless')
    const started = performance.now()
    const result = await send()
    expect(performance.now() - started).toBeLessThan(8000)
    expect(['delivered', 'retry']).toContain(result.outcome)
    expect(JSON.stringify(result).length).toBeLessThan(1000)
  })

  it('stops at once when the time limit has passed already', async () => {
    const { parsed, sent } = await attempt('well')
    const context = { now: NOW, log: silentLog, baseUrl: null, signal: AbortSignal.abort() }
    expect((await notifier.send(notification, parsed, context)).outcome).toBe('retry')
    expect(sent()).toEqual([])
  })

  it('gives its address without secrets, and hides them in its configuration', async () => {
    const { parsed } = await attempt('well')
    expect(notifier.address(parsed)).not.toBe('')
    expect(`${notifier.address(parsed)}${JSON.stringify(parsed)}`).not.toContain(CANARY)
  })
})

describe.each(['slack', 'webhook'])('%s, when the receiver is busy', (type) => {
  it('waits for as long as it asks', async () => {
    const target = await receivers[type]?.('busy')
    const notifier = notifiers.find((one) => one.type === type)
    if (!target || !notifier) throw new Error(`${type} is not there`)
    const context = { now: NOW, log: silentLog, baseUrl: null, signal: AbortSignal.timeout(5000) }
    const result = await notifier.send(notification, notifier.config.parse(target.config), context)
    expect(result).toMatchObject({ outcome: 'retry', notBefore: NOW + 90_000 })
  })
})
