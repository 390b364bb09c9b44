export interface QueueName {
  url: string
  region: string
  account: string
  arn: string
}

/** "https://sqs.eu-central-1.amazonaws.com/123456789012/backproof"; null: it is the address of no queue. */
export function parseQueue(url: string): QueueName | null {
  const [, region, china, account, name] =
    /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/(\d{12})\/([\w-]{1,80}(?:\.fifo)?)$/.exec(url) ?? []
  if (!region || !account || !name) return null
  const partition = china ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
  return { url, region, account, arn: `arn:${partition}:sqs:${region}:${account}:${name}` }
}
