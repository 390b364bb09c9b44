import type { EC2Client } from '@aws-sdk/client-ec2'
import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import { listed, pages } from '../pages.ts'
import { beside } from './vaults/answer.ts'

/** The most values that a filter takes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
const VALUES = 200
const HOUR_MS = 3_600_000

/** What is known of whether resources are still there. Ids are never used twice: what is gone stays gone. */
export interface Existing {
  gone: Set<string>
  /** Epoch milliseconds at which each was last there, or could not be asked for. */
  seenAt: Map<string, number>
  /** Why it can't be told of some whether they are there. */
  unseen: Map<string, string>
}

export const newExisting = (): Existing => ({ gone: new Set(), seenAt: new Map(), unseen: new Map() })

interface Kind {
  api: 'DescribeVolumes' | 'DescribeInstances'
  pattern: RegExp
}

/** Those that come and go every day, and that EC2 can be asked for many at once. */
const KINDS: readonly Kind[] = [
  { api: 'DescribeVolumes', pattern: /^arn:[^:]+:ec2:([^:]+):(\d{12}):volume\/(vol-\w+)$/ },
  { api: 'DescribeInstances', pattern: /^arn:[^:]+:ec2:([^:]+):(\d{12}):instance\/(i-\w+)$/ },
]

export interface Place {
  account: Account
  accountId: string
  region: string
  now: number
  signal: AbortSignal
}

/**
 * Asks which of these ARNs are still there, as far as EC2 knows of them, in this account and region: AWS Backup keeps what
 * was made of something that was deleted, and would have it stale until the last of it is gone. Each is asked for once an
 * hour. Where it may not be asked, or can't be reached, nothing is gone.
 */
export async function readExisting(known: Existing, arns: readonly string[], place: Place): Promise<void> {
  const { account, accountId, region, now, signal } = place
  const listed = new Set(arns)
  for (const arn of known.gone) if (!listed.has(arn)) known.gone.delete(arn)
  // those of a clock that ran ahead are worth nothing
  for (const [arn, at] of known.seenAt) if (!listed.has(arn) || at > now) known.seenAt.delete(arn)
  for (const arn of known.unseen.keys()) if (!known.seenAt.has(arn)) known.unseen.delete(arn)
  const { ask } = beside(signal)
  const asked = arns.filter((arn) => !known.gone.has(arn) && now - (known.seenAt.get(arn) ?? 0) >= HOUR_MS)
  for (const { api, pattern } of KINDS) {
    const byId = new Map<string, string>()
    for (const arn of asked) {
      const [, ofRegion, ofAccount, id] = pattern.exec(arn) ?? []
      if (id && ofRegion === region && ofAccount === accountId) byId.set(id, arn)
    }
    if (byId.size === 0) continue
    const there = await ask(() => askEc2(account, region, api, [...byId.keys()], signal))
    for (const [id, arn] of byId) {
      known.unseen.delete(arn)
      if ('unknown' in there) known.unseen.set(arn, there.unknown)
      else if (!there.value.has(id)) {
        known.gone.add(arn)
        continue
      }
      // what could not be asked is asked for again in an hour too
      known.seenAt.set(arn, now)
    }
  }
}

/** Which of these ids there are. */
async function askEc2(
  account: Account,
  region: string,
  api: Kind['api'],
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const sdk = await import('@aws-sdk/client-ec2')
  const client: EC2Client = new sdk.EC2Client(clientConfig(account.options(region)))
  watchRequests(client.middlewareStack, { signal, limit: account.limit(region, api) })
  const there = new Set<string>()
  const sent = { abortSignal: signal }
  interface Page {
    items: { id: string | undefined; state: string | undefined }[]
    next: string | undefined
  }
  const request = async (Values: string[], NextToken: string | undefined): Promise<Page> => {
    const page = { MaxResults: 1000, NextToken }
    if (api === 'DescribeVolumes') {
      const command = new sdk.DescribeVolumesCommand({ ...page, Filters: [{ Name: 'volume-id', Values }] })
      const { Volumes, NextToken: next } = await client.send(command, sent)
      const items = listed(Volumes, 'ec2:DescribeVolumes').map(({ VolumeId, State }) => ({
        id: VolumeId,
        state: State,
      }))
      return { items, next }
    }
    const command = new sdk.DescribeInstancesCommand({ ...page, Filters: [{ Name: 'instance-id', Values }] })
    const { Reservations, NextToken: next } = await client.send(command, sent)
    const items = listed(Reservations, 'ec2:DescribeInstances').flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId, State }) => ({ id: InstanceId, state: State?.Name })),
    )
    return { items, next }
  }
  try {
    for (let n = 0; n < ids.length; n += VALUES) {
      const values = ids.slice(n, n + VALUES)
      const found = pages(`the answer of ec2:${api}`, (mark) =>
        account.ask(`ec2:${api}`, region, signal, () => request(values, mark)),
      )
      for await (const page of found)
        for (const { id, state } of page) if (id && !/^(?:delet|terminat|shutting)/.test(state ?? '')) there.add(id)
    }
    return there
  } finally {
    client.destroy()
  }
}
