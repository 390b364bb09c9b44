import type { Account } from './account.ts'
import { clientConfig, watchRequests } from './client.ts'
import { AwsError } from './fault.ts'
import { listed, pages } from './pages.ts'

/** The regions that are enabled for an account, in order. */
export async function readRegions(account: Account, signal: AbortSignal): Promise<string[]> {
  const { EC2Client, DescribeRegionsCommand } = await import('@aws-sdk/client-ec2')
  const client = new EC2Client(clientConfig(account.options(account.homeRegion)))
  watchRequests(client.middlewareStack, { signal, limit: account.limit(account.homeRegion, 'DescribeRegions') })
  try {
    // AllRegions is false: only those that are enabled
    const { Regions: found = [] } = await account.ask('ec2:DescribeRegions', account.homeRegion, signal, () =>
      client.send(new DescribeRegionsCommand({}), { abortSignal: signal }),
    )
    const names = found.flatMap(({ RegionName, OptInStatus }) =>
      RegionName && OptInStatus !== 'not-opted-in' ? [RegionName] : [],
    )
    if (names.length > 0) return names.sort()
    // believed, it would take everything out of watch
    throw new AwsError(
      'unreadable',
      'ec2:DescribeRegions named no region at all.',
      'Check the endpoint, or list regions.',
    )
  } finally {
    client.destroy()
  }
}

/** The active accounts of the organization, in order. Only its management account, or a delegated one, may ask. */
export async function readOrganization(account: Account, signal: AbortSignal): Promise<string[]> {
  const { OrganizationsClient, ListAccountsCommand } = await import('@aws-sdk/client-organizations')
  const client = new OrganizationsClient(clientConfig(account.options(account.homeRegion)))
  watchRequests(client.middlewareStack, { signal })
  const found = pages('the list of accounts', (NextToken) =>
    account.ask('organizations:ListAccounts', account.homeRegion, signal, async () => {
      const page = await client.send(new ListAccountsCommand({ NextToken }), { abortSignal: signal })
      return { items: listed(page.Accounts, 'organizations:ListAccounts'), next: page.NextToken }
    }),
  )
  try {
    const ids: string[] = []
    for await (const page of found)
      for (const { Id, State, Status } of page) if (Id && (State ?? Status) === 'ACTIVE') ids.push(Id)
    if (ids.length > 0) return ids.sort()
    throw new AwsError('unreadable', 'organizations:ListAccounts named no active account.', 'Check the endpoint.')
  } finally {
    client.destroy()
  }
}
