import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Server } from 'node:net'

export interface Received {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

export type Answer = (response: ServerResponse, request: Received) => void

/** The port a server listens on by TCP. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return address.port
}

/** Any HTTP receiver of a channel: keeps what it was sent, and answers as it is told. */
export class Receiver implements AsyncDisposable {
  readonly requests: Received[] = []
  answer: Answer = (response) => response.end()
  /** Connections that are open now. */
  readonly sockets = new Set<import('node:net').Socket>()
  readonly #server = createServer((incoming, response) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming
      const request = { method, url, headers, body: Buffer.concat(parts).toString('utf8') }
      this.requests.push(request)
      this.answer(response, request)
    })
    response.on('error', () => {})
  })

  static async start(answer?: Answer): Promise<Receiver> {
    const receiver = new Receiver()
    if (answer) receiver.answer = answer
    receiver.#server.on('connection', (socket) => {
      receiver.sockets.add(socket)
      socket.on('close', () => receiver.sockets.delete(socket))
    })
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  get port(): number {
    return portOf(this.#server)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get last(): Received {
    const last = this.requests.at(-1)
    if (!last) throw new Error('nothing was received')
    return last
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** Well over a gigabyte, written for as long as somebody reads. */
export const endlessBody: Answer = (response) => {
  const part = Buffer.alloc(65_536, 'x')
  let left = 20_000
  const more = () => {
    while (left-- > 0 && !response.destroyed) if (!response.write(part)) return
    if (left <= 0) response.end()
  }
  response.on('drain', more)
  more()
}
