import type { Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { portOf } from './receiver.ts'

export interface ReceivedMail {
  from: string
  to: string[]
  secure: boolean
  user: string | null
  /** The whole message as it came. */
  source: string
}

/** An answer of an SMTP server that refuses. */
export class SmtpReply extends Error {
  readonly responseCode: number
  constructor(code: number, text: string) {
    super(text)
    this.responseCode = code
  }
}

/** A real SMTP server that keeps what it was sent. */
export class MailServer implements AsyncDisposable {
  readonly mails: ReceivedMail[] = []
  readonly #server: SMTPServer
  readonly #sockets = new Set<Socket>()

  private constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      logger: false,
      onData: (stream, session, done) => {
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope
          this.mails.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            secure: session.secure,
            user: typeof session.user === 'string' ? session.user : null,
            source: Buffer.concat(parts).toString('utf8'),
          })
          done()
        })
      },
      ...options,
    })
    this.#server.on('error', () => {})
    this.#server.server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(options: SMTPServerOptions): Promise<MailServer> {
    const server = new MailServer(options)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get port(): number {
    return portOf(this.#server.server)
  }

  get last(): ReceivedMail {
    const last = this.mails.at(-1)
    if (!last) throw new Error('no mail was received')
    return last
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(resolve))
  }
}
