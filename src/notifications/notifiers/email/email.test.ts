import { createServer, type Socket } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../../test/fakes/certificate.ts'
import { MailServer, SmtpReply } from '../../../../test/fakes/mail-server.ts'
import { aNotification, anItem, HOSTILE, NOW } from '../../../../test/fakes/notification.ts'
import { portOf } from '../../../../test/fakes/receiver.ts'
import { silentLog } from '../../../lib/log.ts'
import { email } from './index.ts'

const { key, cert } = makeCertificate('localhost')
const PASSWORD = 'canary-smtp-password'
const running: AsyncDisposable[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server[Symbol.asyncDispose]()
})

async function start(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await MailServer.start({
    key,
    cert,
    authOptional: true,
    onAuth: (auth, _, done) =>
      auth.username === 'me' && auth.password === PASSWORD
        ? done(null, { user: 'me' })
        : done(new SmtpReply(535, `no: ${auth.password ?? ''}`)),
    ...options,
  })
  running.push(server)
  return server
}

const send = (port: number, more: object = {}, notification = aNotification(), signal = AbortSignal.timeout(5000)) =>
  email.send(
    notification,
    email.config.parse({
      host: 'localhost',
      port,
      from: 'Backproof <backproof@example.com>',
      to: ['a@example.com', 'B <b@example.com>'],
      ca: cert,
      ...more,
    }),
    { now: NOW, signal, log: silentLog, baseUrl: 'https://backproof.example.com/' },
  )

/** Headers (unfolded, names in lower case) and decoded parts of a mail. */
function parse(source: string) {
  const [head = '', ...rest] = source.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = new Map(
    lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 2)]),
  )
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1] ?? '?'
  const parts = rest
    .join('\r\n\r\n')
    .split(`--${boundary}`)
    .map((part) => {
      const at = part.indexOf('\r\n\r\n')
      const [partHead, body] = [part.slice(0, at), part.slice(at + 4)]
      if (/base64/i.test(partHead)) return Buffer.from(body, 'base64').toString('utf8')
      if (!/quoted-printable/i.test(partHead)) return body
      const bytes = body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      return Buffer.from(bytes, 'latin1').toString('utf8')
    })
  return { headers, names: lines.map((line) => line.split(':')[0]), text: parts[1] ?? '', html: parts[2] ?? '' }
}

describe('email', () => {
  it('sends text and HTML over STARTTLS with a login', async () => {
    const server = await start()
    expect(await send(server.port, { username: 'me', password: PASSWORD })).toEqual({ outcome: 'delivered' })
    expect(server.last).toMatchObject({
      from: 'backproof@example.com',
      to: ['a@example.com', 'b@example.com'],
      secure: true,
      user: 'me',
    })
    const { headers, text, html } = parse(server.last.source)
    expect(Object.fromEntries(headers)).toMatchObject({
      from: 'Backproof <backproof@example.com>',
      to: 'a@example.com, B <b@example.com>',
      'message-id': '<delivery.0190-key-1@example.com>',
      references: '<incident.incident-1@example.com>',
      'auto-submitted': 'auto-generated',
      date: 'Fri, 20 Nov 2026 12:00:00 +0000',
    })
    expect(headers.get('content-type')).toMatch(/^multipart\/alternative/)
    for (const body of [text, html]) {
      expect(body).toContain('web-server (fleet): last recoverable point 2d 3h ago, threshold 24h')
      expect(body).toContain('account: aws / 123456789012 / eu-central-1')
      expect(body).toContain('https://backproof.example.com/')
    }
  })

  it('sends over TLS from the start', async () => {
    const server = await start({ secure: true })
    expect(await send(server.port, { tls: 'tls' })).toEqual({ outcome: 'delivered' })
    expect(server.last.secure).toBe(true)
  })

  it('sends in the clear only when it is told to', async () => {
    const server = await start({ disabledCommands: ['STARTTLS'] })
    const result = await send(server.port)
    expect(result).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('no encrypted connection') })
    expect(server.mails).toEqual([])
    expect(await send(server.port, { tls: 'none' })).toEqual({ outcome: 'delivered' })
    expect(server.last.secure).toBe(false)
  })

  it('trusts no certificate it was not told to, nor one for another name', async () => {
    const server = await start()
    const unknown = await send(server.port, { ca: makeCertificate('localhost').cert })
    expect(unknown).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('self-signed') })
    const other = await send(server.port, { host: '127.0.0.1' })
    expect(other.outcome).toBe('retry')
    expect(server.mails).toEqual([])
  })

  it('is the same mail on a repeat, in the thread of its incident', async () => {
    const server = await start()
    await send(server.port)
    await send(server.port)
    await send(
      server.port,
      {},
      aNotification({ key: 'key-2', items: [anItem({ kind: 'resolved' }), anItem({ incident: 'incident-2' })] }),
    )
    const mails = server.mails.map(({ source }) => parse(source).headers)
    expect(mails.map((headers) => headers.get('message-id'))).toEqual([
      '<delivery.0190-key-1@example.com>',
      '<delivery.0190-key-1@example.com>',
      '<delivery.key-2@example.com>',
    ])
    expect(mails[2]?.get('references')).toBe('<incident.incident-1@example.com> <incident.incident-2@example.com>')
  })

  it('lets no name add a header, a recipient or markup', async () => {
    const server = await start()
    const resource = { id: HOSTILE, name: HOSTILE, provider: null, account: HOSTILE, region: null }
    const item = anItem({ resource, reason: HOSTILE, incident: `x>\r\nBcc: all@example.com`, check: HOSTILE })
    await send(server.port, {}, aNotification({ items: [item], key: 'k\r\nBcc: all@example.com' }))
    const { names, html } = parse(server.last.source)
    expect(names.filter((name) => /^bcc$/i.test(name ?? ''))).toEqual([])
    expect(server.last.to).toEqual(['a@example.com', 'b@example.com'])
    expect(html).not.toContain('<script>')
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; @channel')
  })

  it.each<[string, SMTPServerOptions, string, RegExp]>([
    [
      'a wrong password',
      { onAuth: (auth, _, done) => done(new SmtpReply(535, `no: ${auth.password ?? ''}`)) },
      'retry',
      /refused the username or the password \(535\)/,
    ],
    [
      'a sender refused for good',
      { onMailFrom: (_, __, done) => done(new SmtpReply(550, 'not you')) },
      'rejected',
      /550 not you/,
    ],
    [
      'a sender refused for now',
      { onMailFrom: (_, __, done) => done(new SmtpReply(451, 'later')) },
      'retry',
      /451 later/,
    ],
    [
      'a login that is needed',
      { onMailFrom: (_, __, done) => done(new SmtpReply(530, 'log in')) },
      'retry',
      /530 log in/,
    ],
    [
      'all recipients refused for good',
      { onRcptTo: (_, __, done) => done(new SmtpReply(550, 'who?')) },
      'rejected',
      /550 who\?/,
    ],
    ['greylisting', { onRcptTo: (_, __, done) => done(new SmtpReply(450, 'greylisted')) }, 'retry', /450 greylisted/],
    [
      'a refused message',
      { onData: (stream, _, done) => void stream.resume().on('end', () => done(new SmtpReply(554, 'spam'))) },
      'rejected',
      /554 spam/,
    ],
    [
      'a message refused for now',
      { onData: (stream, _, done) => void stream.resume().on('end', () => done(new SmtpReply(452, 'full'))) },
      'retry',
      /452 full/,
    ],
    ['no service', { onConnect: (_, done) => done(new SmtpReply(554, 'no service')) }, 'retry', /554/],
  ])('takes %s as it is meant', async (_, options, outcome, reason) => {
    const server = await start(options)
    const result = await send(server.port, { username: 'me', password: PASSWORD })
    expect(result).toMatchObject({ outcome, reason: expect.stringMatching(reason) })
    expect(JSON.stringify(result)).not.toContain(PASSWORD)
  })

  it('reports who was refused when the others were reached', async () => {
    const server = await start({
      onRcptTo: ({ address }, _, done) => done(address.startsWith('b') ? new SmtpReply(550, 'no such user') : null),
    })
    expect(await send(server.port)).toEqual({
      outcome: 'delivered',
      note: 'b@example.com was refused: 550 no such user',
    })
  })

  it('tries those again who were put off, and does not tell the others twice', async () => {
    let answer: SmtpReply | null = new SmtpReply(450, 'greylisted')
    const server = await start({ onRcptTo: ({ address }, _, done) => done(address.startsWith('b') ? answer : null) })
    const notification = aNotification({ key: 'greylisted-1' })
    expect(await send(server.port, {}, notification)).toEqual({
      outcome: 'retry',
      reason: 'b@example.com was refused: 450 greylisted',
    })
    answer = null
    expect(await send(server.port, {}, notification)).toEqual({ outcome: 'delivered' })
    expect(server.mails.map(({ to }) => to)).toEqual([['a@example.com'], ['b@example.com']])
    expect(parse(server.last.source).headers.get('to')).toBe('a@example.com, B <b@example.com>')
  })

  it('counts as delivered what reached some before the rest was refused', async () => {
    let answer = new SmtpReply(450, 'greylisted')
    const server = await start({ onRcptTo: ({ address }, _, done) => done(address.startsWith('b') ? answer : null) })
    const notification = aNotification({ key: 'greylisted-2' })
    await send(server.port, {}, notification)
    answer = new SmtpReply(550, 'no such user')
    const result = await send(server.port, {}, notification)
    expect(result).toMatchObject({ outcome: 'delivered', note: expect.stringContaining('550 no such user') })
  })

  it.each<[string, (socket: Socket) => void, RegExp, limitMs: number]>([
    ['says nothing', () => {}, /no answer in time/, 300],
    ['stops after its greeting', (socket) => socket.write('220 hello\r\n'), /no answer in time/, 300],
    ['hangs up', (socket) => socket.destroy(), /closed/, 20_000],
    ['speaks no SMTP', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), /./, 300],
  ])('tries again a server that %s', async (_, onConnection, reason, limitMs) => {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}))
      onConnection(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const result = await send(portOf(server), {}, aNotification(), AbortSignal.timeout(limitMs))
      expect(result).toMatchObject({ outcome: 'retry', reason: expect.stringMatching(reason) })
    } finally {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  })

  it('tries again when there is no server', async () => {
    const server = await start()
    const { port } = server
    for (const one of running.splice(0)) await one[Symbol.asyncDispose]()
    expect(await send(port)).toEqual({ outcome: 'retry', reason: `localhost:${port}: the server refuses connections` })
  })

  it.each([
    [{ from: 'x' }],
    [{ from: 'a@example.com\r\nBcc: b@example.com' }],
    [{ to: [] }],
    [{ to: 'a@example.com, b@example.com' }],
    [{ to: '"a" <a@example.com>' }],
    [{ tls: 'maybe' }],
    [{ username: 'me' }],
    [{ password: 'x' }],
    [{ tls: 'none', username: 'me', password: 'x' }],
    [{ ca: 'not a certificate' }],
    [{ hosts: 'x' }],
  ])('does not accept %j', (more) => {
    const config = { host: 'mail.example.com', from: 'a@example.com', to: 'b@example.com', ...more }
    expect(email.config.safeParse(config).success).toBe(false)
  })
})
