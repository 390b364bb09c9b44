import type { DBCluster, DBInstance, DBSnapshot, Filter, SourceType } from '@aws-sdk/client-rds'
import type { Account } from '../account.ts'
import { clientConfig, watchRequests } from '../client.ts'
import { ownerOf } from '../owner.ts'
import { listed, pages } from '../pages.ts'
import type { SnapshotFacts } from './newest.ts'

/** The most that RDS gives a page: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html */
export const PAGE = 100

/** That something has happened to a snapshot: AWS sends it as best it can, so that it may come late, twice or never. */
export interface SnapshotEvent {
  /** The name of the snapshot. */
  name: string
  /** Epoch milliseconds. */
  at: number
}

/** The snapshots of instances, or those of clusters. */
export interface SnapshotReader {
  /** All, or those of these names, or those of these databases: each by its resource id, or a cluster by its name. */
  snapshots(only?: { by: 'name' | 'database'; values: string[] }): AsyncGenerator<readonly SnapshotFacts[]>
  /** What has happened to any of them in the last so many minutes, 14 days at most. */
  events(minutes: number): AsyncGenerator<readonly SnapshotEvent[]>
}

export interface RdsReader {
  instances(): AsyncGenerator<readonly DBInstance[]>
  /** Of Aurora, Neptune and DocumentDB. */
  clusters(): AsyncGenerator<readonly DBCluster[]>
  ofInstances: SnapshotReader
  ofClusters: SnapshotReader
  close(): void
}

export async function openRds(account: Account, region: string, signal: AbortSignal): Promise<RdsReader> {
  const sdk = await import('@aws-sdk/client-rds')
  const client = new sdk.RDSClient(clientConfig(account.options(region)))
  watchRequests(client.middlewareStack, { signal })
  const ask = <T>(api: string, work: () => Promise<T>) => account.ask(`rds:${api}`, region, signal, work)
  const sent = { abortSignal: signal }

  /** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html */
  const events = (SourceType: SourceType) => (Duration: number) =>
    pages('the list of events', (Marker) =>
      ask('DescribeEvents', async () => {
        const page = await client.send(
          new sdk.DescribeEventsCommand({ SourceType, Duration, MaxRecords: PAGE, Marker }),
          sent,
        )
        const items = listed(page.Events, 'rds:DescribeEvents').flatMap(
          ({ SourceIdentifier, Date: at }): SnapshotEvent[] =>
            SourceIdentifier && at ? [{ name: SourceIdentifier, at: at.getTime() }] : [],
        )
        return { items, next: page.Marker }
      }),
    )

  return {
    instances: () =>
      pages('the list of databases', (Marker) =>
        ask('DescribeDBInstances', async () => {
          const page = await client.send(new sdk.DescribeDBInstancesCommand({ MaxRecords: PAGE, Marker }), sent)
          return { items: listed(page.DBInstances, 'rds:DescribeDBInstances'), next: page.Marker }
        }),
      ),
    clusters: () =>
      pages('the list of database clusters', (Marker) =>
        ask('DescribeDBClusters', async () => {
          const page = await client.send(new sdk.DescribeDBClustersCommand({ MaxRecords: PAGE, Marker }), sent)
          return { items: listed(page.DBClusters, 'rds:DescribeDBClusters'), next: page.Marker }
        }),
      ),
    ofInstances: {
      snapshots: (only) =>
        pages('the list of database snapshots', (Marker) =>
          ask('DescribeDBSnapshots', async () => {
            const Filters = filtersOf(only, { name: 'db-snapshot-id', database: 'dbi-resource-id' })
            const command = new sdk.DescribeDBSnapshotsCommand({ MaxRecords: PAGE, Filters, Marker })
            const page = await client.send(command, sent)
            const items = listed(page.DBSnapshots, 'rds:DescribeDBSnapshots').map(
              (one): SnapshotFacts => ({
                id: one.DBSnapshotArn ?? one.DBSnapshotIdentifier ?? '',
                name: one.DBSnapshotIdentifier ?? '',
                of: one.DbiResourceId ?? one.DBInstanceIdentifier ?? '',
                ofName: one.DBInstanceIdentifier ?? '',
                // of a copy the time of what it is a copy of: its data is not younger
                at: one.OriginalSnapshotCreateTime ?? one.SnapshotCreateTime,
                status: one.Status,
                type: one.SnapshotType,
                sizeGib: one.AllocatedStorage,
                ...originOf(one, one.DBSnapshotArn, one.SourceDBSnapshotIdentifier),
              }),
            )
            return { items, next: page.Marker }
          }),
        ),
      events: events('db-snapshot'),
    },
    ofClusters: {
      snapshots: (only) =>
        pages('the list of cluster snapshots', (Marker) =>
          ask('DescribeDBClusterSnapshots', async () => {
            const Filters = filtersOf(only, { name: 'db-cluster-snapshot-id', database: 'db-cluster-id' })
            const command = new sdk.DescribeDBClusterSnapshotsCommand({ MaxRecords: PAGE, Filters, Marker })
            const page = await client.send(command, sent)
            const items = listed(page.DBClusterSnapshots, 'rds:DescribeDBClusterSnapshots').map(
              (one): SnapshotFacts => ({
                id: one.DBClusterSnapshotArn ?? one.DBClusterSnapshotIdentifier ?? '',
                name: one.DBClusterSnapshotIdentifier ?? '',
                of: one.DbClusterResourceId ?? one.DBClusterIdentifier ?? '',
                ofName: one.DBClusterIdentifier ?? '',
                at: one.SnapshotCreateTime,
                status: one.Status,
                type: one.SnapshotType,
                sizeGib: one.AllocatedStorage,
                ...originOf(one, one.DBClusterSnapshotArn, one.SourceDBClusterSnapshotArn),
              }),
            )
            return { items, next: page.Marker }
          }),
        ),
      events: events('db-cluster-snapshot'),
    },
    close: () => client.destroy(),
  }
}

function originOf(
  { Engine, TagList = [] }: Pick<DBSnapshot, 'Engine' | 'TagList'>,
  arn: string | undefined,
  source: string | undefined,
): Pick<SnapshotFacts, 'engine' | 'owner' | 'isFromElsewhere'> {
  const placeOf = (one: string) => one.split(':').slice(3, 5).join(':')
  return {
    engine: Engine ?? '',
    owner: ownerOf(TagList.map(({ Key = '', Value = '' }) => [Key, Value])),
    // within one place clusters too say what they are copies of
    isFromElsewhere: Boolean(source?.startsWith('arn:') && arn && placeOf(source) !== placeOf(arn)),
  }
}

function filtersOf(
  only: Parameters<SnapshotReader['snapshots']>[0],
  names: { name: string; database: string },
): Filter[] | undefined {
  return only && [{ Name: names[only.by], Values: only.values }]
}
