import type { DBCluster, DBInstance, Tag } from '@aws-sdk/client-rds'
import { type Instant, instant } from '../../../domain/instant.ts'
import type { Observation } from '../../../domain/observation.ts'
import type { ProtectedResource } from '../../../domain/protected-resource.ts'
import type { RecoveryPoint } from '../../../domain/recovery-point.ts'
import type { RdsConfig } from '../config.ts'
import { type Selectable, selection } from '../selector.ts'
import type { Databases } from './fetch.ts'
import type { Newest, SnapshotFacts } from './newest.ts'

const GIB = 2 ** 30

export interface RdsScope {
  id: string
  account: string
  region: string
  now: Instant
}

/** One database that is backed up as a whole: an instance on its own, or a cluster with its members. */
interface Database extends Selectable {
  /** The last part of its checks' ids. */
  key: string
  isCluster: boolean
  arn: string
  bornAt: Date | undefined
  /** Days that automated backups are kept; 0: there are none. */
  retentionDays: number
  latestRestorableAt: Date | undefined
  newest: Newest | undefined
  /** What is covered by its backups: members, read replicas. */
  covers: string[]
}

/** What is to be said of the databases of a region. Members of clusters and read replicas are covered by others. */
export function* observeDatabases(found: Databases, config: RdsConfig, scope: RdsScope): Generator<Observation> {
  const isWanted = selection(config.include, config.exclude)
  const told = new Set<string>()
  for (const database of databasesOf(found)) {
    // what comes or goes while pages are read may stand on two of them
    if (!isWanted(database) || told.has(database.key)) continue
    told.add(database.key)
    yield* observeSnapshots(database, scope)
    if (config.pitr !== false) yield* observeRestorableTime(database, scope)
  }
}

/** Whether any instance has snapshots of its own; else none need be listed. */
export function hasOwnSnapshots(instances: readonly DBInstance[]): boolean {
  return instances.some(({ DBClusterIdentifier }) => !DBClusterIdentifier)
}

function databasesOf({ instances, clusters, snapshots, clusterSnapshots }: Databases): Database[] {
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

const isGone = (status: string | undefined) => status === 'deleting' || status === 'deleted'

function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).flatMap(({ Key, Value }) => (Key ? [[Key, Value ?? '']] : [])))
}

function resourceOf(database: Database, { account, region }: RdsScope): ProtectedResource {
  const { arn, name, tags } = database
  return { id: arn, name, provider: 'aws', account, region, tags }
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Enabling.html */
const NO_AUTOMATED = 'Automated backups are off (the backup retention period is 0)'

function detailOf({ retentionDays, state, covers, isCluster }: Database, ...more: string[]): { detail?: string } {
  const said = [...more]
  if (state === 'stopped') said.push('It is stopped: AWS makes no automated backups of it meanwhile.')
  if (retentionDays === 0 && more.length === 0)
    said.push(`${NO_AUTOMATED}: only what somebody else makes (AWS Backup, by hand) protects it.`)
  if (covers.length > 0)
    said.push(`It covers its ${isCluster ? 'members' : 'read replicas'} ${covers.slice(0, 20).join(', ')}.`)
  return said.length > 0 ? { detail: said.join(' ') } : {}
}

const bornAt = ({ bornAt: at }: Database) => (at ? { bornAt: instant(at.getTime()) } : {})

function* observeSnapshots(database: Database, scope: RdsScope): Generator<Observation> {
  const check = `${scope.id}/${database.key}`
  yield {
    kind: 'resource',
    check,
    type: database.isCluster ? 'rds-cluster-snapshot' : 'rds-snapshot',
    resource: resourceOf(database, scope),
    ...bornAt(database),
    ...detailOf(database),
  }
  const { available, other, failed } = database.newest ?? {}
  for (const snapshot of [failed, other, available])
    if (snapshot) yield { kind: 'recovery-point', point: pointOf(check, snapshot, scope.now) }
}

function pointOf(check: string, { id, at, status, sizeGib }: SnapshotFacts, now: Instant): RecoveryPoint {
  const takenAt = at ? instant(at.getTime()) : now
  const [state, problem] = stateOf(status)
  return {
    check,
    id,
    recoverableTo: takenAt,
    completedAt: state === 'complete' ? takenAt : null,
    // what a restore would need, not what the snapshot takes up
    sizeBytes: sizeGib ? sizeGib * GIB : null,
    state,
    problem,
  }
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html: only "available" can be restored from. */
function stateOf(status = 'unknown'): [RecoveryPoint['state'], string | null] {
  if (status === 'available') return ['complete', null]
  if (status === 'failed') return ['failed', 'AWS could not make the snapshot (its status is "failed")']
  if (/^(?:creating|copying|pending|modifying|backing-up)$/.test(status))
    return ['pending', `its status is "${status}": it is not complete yet`]
  return ['implausible', `its status is "${status}": it can't be restored from now`]
}

function* observeRestorableTime(database: Database, scope: RdsScope): Generator<Observation> {
  const check = `${scope.id}/${database.key}/pitr`
  const off =
    database.retentionDays === 0
      ? [`${NO_AUTOMATED}: there is no point-in-time recovery. Set it to a day or more, or pitr: false.`]
      : []
  yield {
    kind: 'resource',
    check,
    type: 'rds-pitr',
    resource: resourceOf(database, scope),
    ...bornAt(database),
    ...detailOf(database, ...off),
  }
  const at = database.latestRestorableAt
  if (!at || database.retentionDays === 0) return
  const recoverableTo = instant(at.getTime())
  yield {
    kind: 'recovery-point',
    point: {
      check,
      id: 'latest-restorable-time',
      recoverableTo,
      completedAt: recoverableTo,
      sizeBytes: null,
      state: 'complete',
      problem: null,
    },
  }
}
