import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import { type Instant, instant, parseInstant } from '../../../domain/instant.ts'
import type { Reception } from '../../../domain/news.ts'
import { isJsonObject } from '../../../lib/json.ts'
import type { NewsQueue, QueuedNews } from '../../source.ts'
import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import type { AwsConfig } from '../config.ts'
import { AwsError } from '../fault.ts'
import type { QueueName } from './queue-name.ts'
import { readEvent } from './read-event.ts'
import { newsOf, type OnEvent } from './receive.ts'
import { parseTopic, snsNotification } from './sns-message.ts'

/** The longest that SQS lets a request wait: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const WAIT_SECONDS = 20
const AT_ONCE = 10
/** Nobody else gets a message for so long: then, if it was not deleted, it comes again. */
const HIDDEN_SECONDS = 60

/** A queue of events: nothing of ours need be reachable from outside. */
export function openQueue(
  source: string,
  config: AwsConfig,
  account: Account,
  { url, region }: QueueName,
  { onFault, onEvent }: { onFault: (fault: AwsError | null) => void; onEvent: OnEvent },
): NewsQueue {
  let client: Promise<SQSClient> | null = null
  const closing = new AbortController()

  async function opened(): Promise<SQSClient> {
    const { SQSClient } = await import('@aws-sdk/client-sqs')
    // what is configured as an endpoint is a stand-in for all; else AWS's own of the region, whatever stands in the URL
    const made = new SQSClient({ ...clientConfig(account.options(region)), useQueueUrlAsEndpoint: false })
    watchRequests(made.middlewareStack, { signal: closing.signal })
    return made
  }

  const ask = async <T>(action: string, signal: AbortSignal, work: (client: SQSClient) => Promise<T>): Promise<T> => {
    client ??= opened()
    const ready = await client
    try {
      const answer = await account.ask(`sqs:${action}`, region, signal, () => work(ready))
      onFault(null)
      return answer
    } catch (error) {
      if (error instanceof AwsError && !signal.aborted) onFault(error)
      throw error
    }
  }

  return {
    scope: `${source}/events`,

    async receive(signal) {
      const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs')
      const command = () =>
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: AT_ONCE,
          WaitTimeSeconds: WAIT_SECONDS,
          VisibilityTimeout: HIDDEN_SECONDS,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
        })
      const { Messages = [] } = await ask('ReceiveMessage', signal, (ready) =>
        ready.send(command(), { abortSignal: signal }),
      )
      return Messages.flatMap((message) => queued(source, config, message, onEvent))
    },

    async remove(receipts, signal) {
      const { DeleteMessageBatchCommand } = await import('@aws-sdk/client-sqs')
      const Entries = receipts.map((ReceiptHandle, n) => ({ Id: String(n), ReceiptHandle }))
      if (Entries.length === 0) return
      // what fails one by one comes again, and is known by its id then
      await ask('DeleteMessage', signal, (ready) =>
        ready.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }), { abortSignal: signal }),
      )
    },

    close() {
      closing.abort()
      client?.then((ready) => ready.destroy()).catch(() => undefined)
    },
  }
}

function queued(source: string, config: AwsConfig, message: Message, onEvent: OnEvent): QueuedNews[] {
  const { ReceiptHandle: receipt, MessageId, Body = '', Attributes, MessageAttributes = {} } = message
  if (!receipt) return []
  const sent = Number(Attributes?.SentTimestamp)
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
      StringValue === undefined ? [] : [[name, StringValue]],
    ),
  )
  return [
    {
      receipt,
      tries: Number(Attributes?.ApproximateReceiveCount ?? 1),
      reception: read(
        source,
        config,
        { id: MessageId ?? receipt, body: Body, attributes },
        sent > 0 ? instant(sent) : null,
        onEvent,
      ),
    },
  ]
}

/**
 * Whoever may put messages on the queue is believed to be the sender, as far as it matters: a look is all that comes of it. SNS wraps
 * its own unless raw delivery is on; EventBridge's come as they are.
 */
function read(
  source: string,
  config: AwsConfig,
  { id, body, attributes }: { id: string; body: string; attributes: Record<string, string> },
  sentAt: Instant | null,
  onEvent: OnEvent,
): Reception {
  const origin = { account: null, region: null, sentAt }
  if (!isJsonObject(body))
    return readEvent(body, attributes, origin)
      ? { outcome: 'news', news: newsOf(source, config, body, attributes, origin, `sqs:${id}`, onEvent) }
      : { outcome: 'refused', why: 'malformed', detail: 'it is nothing that AWS Backup, RDS, SNS or EventBridge send' }
  const wrapped = snsNotification.safeParse(JSON.parse(body)).data
  if (wrapped) {
    const { Message, MessageAttributes = {}, MessageId, TopicArn, Timestamp } = wrapped
    const of = { ...(parseTopic(TopicArn) ?? origin), sentAt: parseInstant(Timestamp) ?? sentAt }
    // the id is that of SNS: the same message by both ways is one
    return {
      outcome: 'news',
      news: newsOf(source, config, Message, MessageAttributes, of, `sns:${MessageId}`, onEvent),
    }
  }
  const event = readEvent(body, attributes, origin)
  return {
    outcome: 'news',
    news: newsOf(
      source,
      config,
      body,
      attributes,
      origin,
      event?.id ? `eventbridge:${event.id}` : `sqs:${id}`,
      onEvent,
    ),
  }
}
