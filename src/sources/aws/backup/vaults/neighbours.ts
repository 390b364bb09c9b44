import type { Account } from '../../account.ts'
import { clientConfig, watchRequests } from '../../client.ts'
import { listed, pages } from '../../pages.ts'
import type { Resource } from '../plans/selection.ts'
import { type Answer, beside, told, unlessAbsent } from './answer.ts'
import { type KeyFacts, keyOf } from './key.ts'
import type { TopicFacts } from './notifications.ts'

/** What other services say of what vaults and plans refer to. Each is asked only once it is needed. */
export interface Neighbours {
  /** Null: there is no such key. */
  key(arn: string): Promise<Answer<KeyFacts | null>>
  /** Null: there is no such topic. */
  topic(arn: string): Promise<Answer<TopicFacts | null>>
  /** All of these types ("ec2:volume") that have, or ever had, a tag. */
  resources(types: readonly string[]): Promise<Answer<Resource[]>>
  close(): void
}

/** The most that the tagging API gives a page. */
const PAGE = 100

export function openNeighbours(account: Account, region: string, signal: AbortSignal): Neighbours {
  const sent = { abortSignal: signal }
  const ask = <T>(action: string, work: () => Promise<T>) => account.ask(action, region, signal, work)
  const closing: (() => void)[] = []
  const [kmsAnswer, snsAnswer, taggingAnswer] = [beside(signal).ask, beside(signal).ask, beside(signal).ask]

  const kms = once(async () => {
    const sdk = await import('@aws-sdk/client-kms')
    const client = new sdk.KMSClient(clientConfig(account.options(region)))
    watchRequests(client.middlewareStack, { signal })
    closing.push(() => client.destroy())
    return { sdk, client }
  })
  const sns = once(async () => {
    const sdk = await import('@aws-sdk/client-sns')
    const client = new sdk.SNSClient(clientConfig(account.options(region)))
    watchRequests(client.middlewareStack, { signal })
    closing.push(() => client.destroy())
    return { sdk, client }
  })

  return {
    async key(arn) {
      const { sdk, client } = await kms()
      return await kmsAnswer(async () => {
        const asked = ask('kms:DescribeKey', () => client.send(new sdk.DescribeKeyCommand({ KeyId: arn }), sent))
        const found = await unlessAbsent(asked, 'NotFoundException')
        return found && keyOf(told(found.KeyMetadata, 'kms:DescribeKey'))
      })
    },

    async topic(TopicArn) {
      const { sdk, client } = await sns()
      const isGone = { value: null }
      let pending = 0
      const hasSubscriber = await snsAnswer(async () => {
        const subscriptions = pages('the list of subscriptions', (NextToken) =>
          ask('sns:ListSubscriptionsByTopic', async () => {
            const page = await client.send(new sdk.ListSubscriptionsByTopicCommand({ TopicArn, NextToken }), sent)
            const items = listed(page.Subscriptions, 'sns:ListSubscriptionsByTopic')
            return { items, next: page.NextToken }
          }),
        )
        const found = await unlessAbsent(
          (async () => {
            for await (const page of subscriptions) {
              // "PendingConfirmation" and "Deleted" stand where the ARN would be
              if (page.some((one) => one.SubscriptionArn?.startsWith('arn:'))) return true
              pending += page.filter((one) => one.SubscriptionArn === 'PendingConfirmation').length
            }
            return false
          })(),
          'NotFoundException',
        )
        return found
      })
      if ('value' in hasSubscriber && hasSubscriber.value === null) return isGone
      const attributes = await snsAnswer(async () => {
        const asked = ask('sns:GetTopicAttributes', () =>
          client.send(new sdk.GetTopicAttributesCommand({ TopicArn }), sent),
        )
        const found = await unlessAbsent(asked, 'NotFoundException')
        return found && told(found.Attributes, 'sns:GetTopicAttributes')
      })
      if ('unknown' in attributes)
        return {
          value: {
            hasSubscriber: 'value' in hasSubscriber ? { value: hasSubscriber.value === true } : hasSubscriber,
            pending,
            policy: attributes,
          },
        }
      if (attributes.value === null) return isGone
      const { SubscriptionsConfirmed: confirmed = '0', SubscriptionsPending: waiting = '0', Policy } = attributes.value
      const isListed = 'value' in hasSubscriber
      return {
        value: {
          // where the list is denied its count is not
          hasSubscriber: { value: isListed ? hasSubscriber.value === true : Number(confirmed) > 0 },
          pending: isListed ? pending : Number(waiting),
          policy: { value: Policy ?? null },
        },
      }
    },

    async resources(types) {
      const sdk = await import('@aws-sdk/client-resource-groups-tagging-api')
      const client = new sdk.ResourceGroupsTaggingAPIClient(clientConfig(account.options(region)))
      watchRequests(client.middlewareStack, { signal })
      try {
        return await taggingAnswer(async () => {
          const found: Resource[] = []
          const tagged = pages('the list of tagged resources', (PaginationToken) =>
            ask('tag:GetResources', async () => {
              const command = new sdk.GetResourcesCommand({
                ResourceTypeFilters: [...types],
                ResourcesPerPage: PAGE,
                PaginationToken,
              })
              const page = await client.send(command, sent)
              const items = listed(page.ResourceTagMappingList, 'tag:GetResources')
              return { items, next: page.PaginationToken }
            }),
          )
          for await (const page of tagged)
            for (const { ResourceARN, Tags = [] } of page)
              if (ResourceARN)
                found.push({
                  arn: ResourceARN,
                  tags: Object.fromEntries(Tags.flatMap(({ Key, Value }) => (Key ? [[Key, Value ?? '']] : []))),
                })
          return found
        })
      } finally {
        client.destroy()
      }
    },

    close() {
      for (const each of closing) each()
    },
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let given: Promise<T> | null = null
  return () => {
    given ??= work()
    return given
  }
}
