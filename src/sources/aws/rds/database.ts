import type { DBCluster, DBInstance, Tag } from '@aws-sdk/client-rds'
import type { Selectable } from '../selector.ts'
import type { Newest } from './newest.ts'

/** All databases of a region with the newest of their snapshots. */
export interface Databases {
  instances: readonly DBInstance[]
  clusters: readonly DBCluster[]
  /** By DbiResourceId, and by name for what has none. */
  snapshots: ReadonlyMap<string, Newest>
  /** By DbClusterResourceId, and by name for what has none. */
  clusterSnapshots: ReadonlyMap<string, Newest>
}

/** One database that is backed up as a whole: an instance on its own, or a cluster with its members. */
export interface Database extends Selectable {
  /** The last part of its checks' ids. */
  key: string
  isCluster: boolean
  /** Which it keeps for life, whatever it is called. */
  resourceId: string | undefined
  arn: string
  bornAt: Date | undefined
  /** Days that automated backups are kept; 0: there are none. */
  retentionDays: number
  latestRestorableAt: Date | undefined
  newest: Newest | undefined
  /** What is covered by its backups: members, read replicas. */
  covers: string[]
}

/** Whether any instance has snapshots of its own; else none need be listed. */
export function hasOwnSnapshots(instances: readonly DBInstance[]): boolean {
  return instances.some(({ DBClusterIdentifier }) => !DBClusterIdentifier)
}

/** Members of clusters and read replicas are covered by others. */
export function databasesOf({ instances, clusters, snapshots, clusterSnapshots }: Databases): Database[] {
  const members = Map.groupBy(instances, ({ DBClusterIdentifier }) => DBClusterIdentifier ?? '')
  const replicas = Map.groupBy(instances, (one) => one.ReadReplicaSourceDBInstanceIdentifier ?? '')
  const namesOf = (some: readonly DBInstance[] = []) => some.flatMap((one) => one.DBInstanceIdentifier ?? []).sort()
  const databases: Database[] = []
  for (const one of clusters) {
    const name = one.DBClusterIdentifier
    if (!name || isGone(one.Status)) continue
    databases.push({
      ...shared(one),
      key: `cluster:${name}`,
      id: name,
      name,
      isCluster: true,
      resourceId: one.DbClusterResourceId,
      state: one.Status ?? '',
      arn: one.DBClusterArn ?? name,
      bornAt: one.ClusterCreateTime,
      newest: clusterSnapshots.get(one.DbClusterResourceId ?? '') ?? clusterSnapshots.get(name),
      covers: namesOf(members.get(name)),
    })
  }
  const clustered = new Set(databases.map(({ name }) => name))
  for (const one of instances) {
    const name = one.DBInstanceIdentifier
    if (!name || isGone(one.DBInstanceStatus)) continue
    // a member of a cluster that was not listed (it is being made, or just went) has no snapshots of its own either
    if (one.DBClusterIdentifier && (clustered.has(one.DBClusterIdentifier) || !one.BackupRetentionPeriod)) continue
    const newest = snapshots.get(one.DbiResourceId ?? '') ?? snapshots.get(name)
    const isReplica = one.ReadReplicaSourceDBInstanceIdentifier || one.ReadReplicaSourceDBClusterIdentifier
    // a replica that somebody has backed up by itself is watched like any other
    if (isReplica && !one.BackupRetentionPeriod && !newest) continue
    databases.push({
      ...shared(one),
      key: name,
      id: name,
      name,
      isCluster: false,
      resourceId: one.DbiResourceId,
      state: one.DBInstanceStatus ?? '',
      arn: one.DBInstanceArn ?? name,
      bornAt: one.InstanceCreateTime,
      newest,
      covers: namesOf(replicas.get(name)),
    })
  }
  return databases
}

function shared(one: DBInstance | DBCluster) {
  return {
    tags: tagsOf(one.TagList),
    engine: one.Engine ?? '',
    retentionDays: one.BackupRetentionPeriod ?? 0,
    latestRestorableAt: one.LatestRestorableTime,
  }
}

export const isGone = (status: string | undefined) => status === 'deleting' || status === 'deleted'

function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).flatMap(({ Key, Value }) => (Key ? [[Key, Value ?? '']] : [])))
}
