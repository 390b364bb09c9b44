import type { DBCluster, DBInstance, RDSClient } from '@aws-sdk/client-rds'
import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import { listed, pages } from '../pages.ts'
import { type Newest, newestOf, type SnapshotFacts } from './newest.ts'

/** The most that RDS gives a page: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html */
const PAGE = 100

export interface Databases {
  instances: DBInstance[]
  clusters: DBCluster[]
  /** By DbiResourceId, and by name for what has none. */
  snapshots: Map<string, Newest>
  /** By DbClusterResourceId, and by name for what has none. */
  clusterSnapshots: Map<string, Newest>
}

/**
 * All databases of a region with the newest of their snapshots, in the fewest requests: a page each of instances and
 * clusters, and those of the snapshots only of the kind that anything here has.
 */
export async function readDatabases(
  account: Account,
  region: string,
  signal: AbortSignal,
  snapshotsOf: { instances(all: readonly DBInstance[]): boolean },
): Promise<Databases> {
  const sdk = await import('@aws-sdk/client-rds')
  const client: RDSClient = new sdk.RDSClient(clientConfig(account.options(region)))
  watchRequests(client.middlewareStack, { signal })
  const ask = <T>(api: string, work: () => Promise<T>) => account.ask(`rds:${api}`, region, signal, work)
  const sent = { abortSignal: signal }

  const instancePages = pages('the list of databases', (Marker) =>
    ask('DescribeDBInstances', async () => {
      const page = await client.send(new sdk.DescribeDBInstancesCommand({ MaxRecords: PAGE, Marker }), sent)
      return { items: listed(page.DBInstances, 'rds:DescribeDBInstances'), next: page.Marker }
    }),
  )
  const clusterPages = pages('the list of database clusters', (Marker) =>
    ask('DescribeDBClusters', async () => {
      const page = await client.send(new sdk.DescribeDBClustersCommand({ MaxRecords: PAGE, Marker }), sent)
      return { items: listed(page.DBClusters, 'rds:DescribeDBClusters'), next: page.Marker }
    }),
  )
  const snapshotPages = pages('the list of database snapshots', (Marker) =>
    ask('DescribeDBSnapshots', async () => {
      const page = await client.send(new sdk.DescribeDBSnapshotsCommand({ MaxRecords: PAGE, Marker }), sent)
      const items = listed(page.DBSnapshots, 'rds:DescribeDBSnapshots').map(
        (one): SnapshotFacts => ({
          id: one.DBSnapshotArn ?? one.DBSnapshotIdentifier ?? '',
          of: one.DbiResourceId ?? one.DBInstanceIdentifier ?? '',
          // of a copy the time of what it is a copy of: its data is not younger
          at: one.OriginalSnapshotCreateTime ?? one.SnapshotCreateTime,
          status: one.Status,
          type: one.SnapshotType,
          sizeGib: one.AllocatedStorage,
        }),
      )
      return { items, next: page.Marker }
    }),
  )
  const clusterSnapshotPages = pages('the list of cluster snapshots', (Marker) =>
    ask('DescribeDBClusterSnapshots', async () => {
      const page = await client.send(new sdk.DescribeDBClusterSnapshotsCommand({ MaxRecords: PAGE, Marker }), sent)
      const items = listed(page.DBClusterSnapshots, 'rds:DescribeDBClusterSnapshots').map(
        (one): SnapshotFacts => ({
          id: one.DBClusterSnapshotArn ?? one.DBClusterSnapshotIdentifier ?? '',
          of: one.DbClusterResourceId ?? one.DBClusterIdentifier ?? '',
          at: one.SnapshotCreateTime,
          status: one.Status,
          type: one.SnapshotType,
          sizeGib: one.AllocatedStorage,
        }),
      )
      return { items, next: page.Marker }
    }),
  )

  try {
    const [instances, clusters] = await Promise.all([all(instancePages), all(clusterPages)])
    const [snapshots, clusterSnapshots] = await Promise.all([
      snapshotsOf.instances(instances) ? newestOf(snapshotPages) : new Map<string, Newest>(),
      clusters.length > 0 ? newestOf(clusterSnapshotPages) : new Map<string, Newest>(),
    ])
    return { instances, clusters, snapshots, clusterSnapshots }
  } finally {
    client.destroy()
  }
}

async function all<T>(given: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = []
  for await (const page of given) items.push(...page)
  return items
}
