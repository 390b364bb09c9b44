/** A process that posts pings, one at a time on each of its kept connections. Forked: takes one order, says
 * "begun" at the first answer to a ping, and tells at the end how many there were.
 */
import { connect } from 'node:net'

export interface Order {
  port: number
  /** Each connection posts to one of them. */
  paths: string[]
  connections: number
  forMs: number
}

export interface Answered {
  /** How many pings each connection has had answered: the bodies "C-0" to "C-(n-1)" of connection C. */
  acknowledged: number[]
  tookMs: number
  p99Ms: number
  /** Connections that broke before the time was over. */
  broken: number
}

process.once('message', (order: Order) => void run(order).then((answered) => process.send?.(answered)))

async function run({ port, paths, connections, forMs }: Order): Promise<Answered> {
  const waits: number[] = []
  let broken = 0
  const begin = performance.now()
  const one = (index: number) =>
    new Promise<number>((resolve) => {
      let answers = 0
      let sentAt = 0
      const path = paths[index % paths.length]
      const post = () => {
        const body = `${index}-${answers}`
        sentAt = performance.now()
        socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
      }
      const socket = connect(port, '127.0.0.1', post)
      socket.setNoDelay(true)
      socket.on('data', (chunk) => {
        // an answer may come in two parts: its head says all
        if (chunk.toString('latin1', 0, 9) !== 'HTTP/1.1 ') return
        const status = chunk.toString('latin1', 9, 12)
        if (status !== '200') throw new Error(`a ping was answered by ${status}`)
        if (waits.length === 0) process.send?.('begun')
        answers += 1
        const now = performance.now()
        waits.push(now - sentAt)
        if (now - begin < forMs) post()
        else socket.destroy()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => {
        if (performance.now() - begin < forMs) broken += 1
        resolve(answers)
      })
    })
  const acknowledged = await Promise.all(Array.from({ length: connections }, (_, index) => one(index)))
  const tookMs = performance.now() - begin
  waits.sort((a, b) => a - b)
  return { acknowledged, tookMs, p99Ms: waits[Math.floor(waits.length * 0.99)] ?? 0, broken }
}
