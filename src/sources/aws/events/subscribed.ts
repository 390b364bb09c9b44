import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import { AwsError } from '../fault.ts'
import { listed, pages } from '../pages.ts'
import { parseTopic } from './sns-message.ts'

/**
 * Whether a topic has a confirmed subscription that posts to this source's hook; throws AwsError where it has none, or can't be asked.
 * https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export async function requireSubscription(
  topic: string,
  path: string,
  account: Account,
  signal: AbortSignal,
): Promise<void> {
  const region = parseTopic(topic)?.region ?? account.homeRegion
  const { SNSClient, ListSubscriptionsByTopicCommand } = await import('@aws-sdk/client-sns')
  const client = new SNSClient(clientConfig(account.options(region)))
  watchRequests(client.middlewareStack, { signal })
  const found = pages(`the list of subscriptions to ${topic}`, (NextToken) =>
    account.ask('sns:ListSubscriptionsByTopic', region, signal, async () => {
      const command = new ListSubscriptionsByTopicCommand({ TopicArn: topic, NextToken })
      const page = await client.send(command, { abortSignal: signal })
      return { items: listed(page.Subscriptions, 'sns:ListSubscriptionsByTopic'), next: page.NextToken }
    }),
  )
  let isPending = false
  try {
    for await (const page of found)
      for (const { Protocol, Endpoint = '', SubscriptionArn = '' } of page) {
        if (!/^https?$/.test(Protocol ?? '') || !mayBe(Endpoint, path)) continue
        if (SubscriptionArn.startsWith('arn:')) return
        // "PendingConfirmation"
        isPending = true
      }
  } finally {
    client.destroy()
  }
  throw new AwsError(
    'not-found',
    isPending
      ? `The subscription to ${topic} waits for its confirmation: events do not come by it.`
      : `No subscription to ${topic} posts to ${path}: events do not come by it. It was never made, or has ended.`,
    isPending
      ? 'Have SNS send the request once more (Request confirmation in its console): Backproof answers it. Can SNS reach it by https?'
      : `aws sns subscribe --region ${region} --topic-arn ${topic} --protocol https --notification-endpoint https://YOUR-BACKPROOF${path}`,
  )
}

/** A proxy may have a prefix for us. SNS may show no more of an https address than its host. */
function mayBe(endpoint: string, path: string): boolean {
  const { pathname } = URL.canParse(endpoint) ? new URL(endpoint) : { pathname: '' }
  return pathname.endsWith(path) || pathname === '/' || pathname === ''
}
