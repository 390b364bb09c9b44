import { type AwsRefusal, type AwsRequest, type FakeAwsOptions, type FakeRegion, xml } from './aws-estate.ts'

/** The most that SNS gives a page: https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
const PAGE = 100

export function answerSns(
  { action, parameters, account }: AwsRequest,
  region: FakeRegion,
  { pageSize = PAGE }: FakeAwsOptions,
): string | AwsRefusal {
  const arn = parameters.get('TopicArn') ?? ''
  const topic = region.topics?.[arn]
  if (!topic) return { code: 'NotFound', message: 'Topic does not exist', status: 404 }
  const { subscriptions = [], policy = null } = topic
  switch (action) {
    case 'ListSubscriptionsByTopic': {
      const from = Number(parameters.get('NextToken') ?? 0)
      const to = from + Math.min(pageSize, PAGE)
      const members = subscriptions
        .slice(from, to)
        .map(
          (one) =>
            `<member><TopicArn>${xml(arn)}</TopicArn><Protocol>email</Protocol><SubscriptionArn>${xml(one)}</SubscriptionArn><Owner>${account}</Owner><Endpoint>ops@example.com</Endpoint></member>`,
        )
      const next = to < subscriptions.length ? `<NextToken>${to}</NextToken>` : ''
      return wrapped(action, `<Subscriptions>${members.join('')}</Subscriptions>${next}`)
    }
    case 'GetTopicAttributes': {
      const isPending = (one: string) => one === 'PendingConfirmation'
      const attributes = {
        TopicArn: arn,
        Owner: account,
        SubscriptionsConfirmed: String(subscriptions.filter((one) => one.startsWith('arn:')).length),
        SubscriptionsPending: String(subscriptions.filter(isPending).length),
        Policy: policy ?? ownersPolicy(arn, account),
      }
      const entries = Object.entries(attributes).map(
        ([key, value]) => `<entry><key>${key}</key><value>${xml(value)}</value></entry>`,
      )
      return wrapped(action, `<Attributes>${entries.join('')}</Attributes>`)
    }
    default:
      return { code: 'InvalidAction', message: `The action ${action} is not valid for this endpoint.` }
  }
}

/** The policy that a topic has from the start: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
function ownersPolicy(arn: string, account: string): string {
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['SNS:GetTopicAttributes', 'SNS:Subscribe', 'SNS:Publish', 'SNS:DeleteTopic'],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  })
}

function wrapped(action: string, result: string): string {
  return `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`
}
