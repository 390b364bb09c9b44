import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import type { AwsConfig } from '../config.ts'
import { parseQueue, type QueueName } from './queue-name.ts'
import { parseTopic } from './sns-message.ts'
import { requireSubscription } from './subscribed.ts'

export function queueOf(config: AwsConfig): QueueName | null {
  const url = config.events?.sqs?.queue_url
  return url === undefined ? null : parseQueue(url)
}

/** Whether events can get here: the queue is there and may be read, each topic posts to us. Throws AwsError where not. */
export async function lookAtEvents(
  source: string,
  config: AwsConfig,
  accountNamed: (id: string) => Account | null,
  own: Account,
  signal: AbortSignal,
): Promise<void> {
  const queue = queueOf(config)
  if (queue) await requireQueue(queue, accountNamed(queue.account) ?? own, signal)
  for (const topic of config.events?.sns?.topics ?? []) {
    // who subscribed to a topic of somebody else's account can't be asked
    const account = accountNamed(parseTopic(topic)?.account ?? '')
    if (account) await requireSubscription(topic, `/hooks/sns/${source}`, account, signal)
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
async function requireQueue({ url, region }: QueueName, account: Account, signal: AbortSignal): Promise<void> {
  const { SQSClient, GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs')
  const client = new SQSClient({ ...clientConfig(account.options(region)), useQueueUrlAsEndpoint: false })
  watchRequests(client.middlewareStack, { signal })
  try {
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] })
    await account.ask('sqs:GetQueueAttributes', region, signal, () => client.send(command, { abortSignal: signal }))
  } finally {
    client.destroy()
  }
}
