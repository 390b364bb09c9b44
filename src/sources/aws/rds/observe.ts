import { type Instant, instant } from '../../../domain/instant.ts'
import type { Observation } from '../../../domain/observation.ts'
import type { ProtectedResource } from '../../../domain/protected-resource.ts'
import type { RecoveryPoint } from '../../../domain/recovery-point.ts'
import type { Selectable } from '../selector.ts'
import { type Database, type Databases, databasesOf } from './database.ts'
import { isPending, type SnapshotFacts } from './newest.ts'

const GIB = 2 ** 30

export interface RdsScope {
  id: string
  account: string
  region: string
  now: Instant
}

/** What is to be said of the databases of a region. Members of clusters and read replicas are covered by others. */
export function* observeDatabases(
  found: Databases,
  isWanted: (database: Selectable) => boolean,
  hasPitr: boolean,
  scope: RdsScope,
): Generator<Observation> {
  const told = new Set<string>()
  for (const database of databasesOf(found)) {
    // what comes or goes while pages are read may stand on two of them
    if (!isWanted(database) || told.has(database.key)) continue
    told.add(database.key)
    yield* observeSnapshots(database, scope)
    if (hasPitr) yield* observeRestorableTime(database, scope)
  }
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
  for (const snapshot of [failed, other, available].map((kept) => kept?.items[0]))
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
  if (isPending(status)) return ['pending', `its status is "${status}": it is not complete yet`]
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
