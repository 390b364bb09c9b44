import { createServer, request } from 'node:http'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import type { FakeAwsOptions } from './aws-estate.ts'
import { type FakeAws, startAws } from './aws-server.ts'
import { portOf } from './receiver.ts'
import { FakeSns } from './sns.ts'

/** One address for all of AWS: queues and subscriptions by fauxqs, signing and confirming by FakeSns, everything else by startAws. */
export interface AwsFront extends AsyncDisposable {
  url: string
  sns: FakeSns
  aws: FakeAws
  queues: FauxqsServer
  /** What is asked of SQS from now on is held until the connection is cut. */
  hangs: boolean
  /** Answers of SQS from now on; null: those of fauxqs. */
  refuses: { action?: string; status: number; type: string; message: string } | null
}

export async function startFront(options: FakeAwsOptions = {}): Promise<AwsFront> {
  const sns = await FakeSns.start()
  const aws = await startAws(options)
  const queues = await startFauxqs({ port: 0, logger: false, defaultRegion: 'eu-central-1' })

  const server = createServer((incoming, response) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => {
      const body = Buffer.concat(parts)
      const url = incoming.url ?? '/'
      const target = String(incoming.headers['x-amz-target'] ?? '')
      const ofQueue = target.startsWith('AmazonSQS')
      if (ofQueue && front.hangs) return
      if (ofQueue && front.refuses && target.endsWith(front.refuses.action ?? '')) {
        const { status, type, message } = front.refuses
        const headers = { 'content-type': 'application/x-amz-json-1.0' }
        response.writeHead(status, headers).end(JSON.stringify({ __type: type, message }))
        return
      }
      const port =
        url.endsWith('.pem') || url.startsWith('/?Action=')
          ? sns.receiver.port
          : ofQueue || body.includes('Action=ListSubscriptionsByTopic')
            ? queues.port
            : Number(new URL(aws.url).port)
      const { method, headers } = incoming
      const on = request({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      })
      on.on('error', () => response.destroy())
      response.on('close', () => on.destroy())
      on.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const front: AwsFront = {
    url: `http://127.0.0.1:${portOf(server)}`,
    sns,
    aws,
    queues,
    hangs: false,
    refuses: null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await Promise.all([sns[Symbol.asyncDispose](), aws.stop(), queues.stop()])
    },
  }
  return front
}
