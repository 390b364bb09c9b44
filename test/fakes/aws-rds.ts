import {
  type AwsRefusal,
  type AwsRequest,
  type FakeAwsOptions,
  type FakeDatabase,
  type FakeDbSnapshot,
  type FakeRegion,
  xml,
} from './aws-estate.ts'

/** The four lists of databases and their snapshots of one region. */
export function answerRds(request: AwsRequest, region: FakeRegion, options: FakeAwsOptions): string | AwsRefusal {
  const { action, region: where, account } = request
  const arn = (kind: string, name: string) => `arn:aws:rds:${where}:${account}:${kind}:${name}`
  const lists: Record<string, () => [set: string, items: string[]]> = {
    DescribeDBInstances: () => [
      'DBInstances',
      (region.databases ?? []).map((one) => instanceXml(one, arn('db', one.name))),
    ],
    DescribeDBClusters: () => [
      'DBClusters',
      (region.clusters ?? []).map((one) => clusterXml(one, arn('cluster', one.name))),
    ],
    DescribeDBSnapshots: () => [
      'DBSnapshots',
      (region.dbSnapshots ?? []).map((one) => snapshotXml('DBSnapshot', 'DBInstance', one, arn('snapshot', one.id))),
    ],
    DescribeDBClusterSnapshots: () => [
      'DBClusterSnapshots',
      (region.clusterSnapshots ?? []).map((one) =>
        snapshotXml('DBClusterSnapshot', 'DBCluster', one, arn('cluster-snapshot', one.id)),
      ),
    ],
  }
  const list = lists[action]
  if (!list) return { code: 'InvalidAction', message: `The action ${action} is not valid for this web service.` }
  const [set, items] = list()
  const from = Number(request.parameters.get('Marker')?.slice('marker+'.length) ?? 0)
  // 20 to 100: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html
  const asked = Number(request.parameters.get('MaxRecords') ?? 100)
  if (asked < 20 || asked > 100)
    return { code: 'InvalidParameterValue', message: `Invalid value ${asked} for MaxRecords.` }
  const to = from + Math.min(options.pageSize ?? 100, asked)
  const next = to < items.length ? `<Marker>marker+${to}</Marker>` : ''
  return `<${action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><${action}Result>${next}<${set}>${items.slice(from, to).join('')}</${set}></${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`
}

const maybe = (name: string, value: string | undefined) =>
  value === undefined ? '' : `<${name}>${xml(value)}</${name}>`

function tagList(tags: Record<string, string> = {}): string {
  const items = Object.entries(tags).map(
    ([key, value]) => `<Tag><Key>${xml(key)}</Key><Value>${xml(value)}</Value></Tag>`,
  )
  return `<TagList>${items.join('')}</TagList>`
}

const resourceId = ({ name, resourceId: own = `db-${name.toUpperCase()}` }: FakeDatabase) => own

function instanceXml(one: FakeDatabase, arn: string): string {
  const { name, retentionDays = 7, createdAt = '2025-01-01T00:00:00Z', status = 'available', engine = 'postgres' } = one
  return `<DBInstance><DBInstanceIdentifier>${name}</DBInstanceIdentifier><DBInstanceArn>${arn}</DBInstanceArn><DbiResourceId>${resourceId(one)}</DbiResourceId><Engine>${engine}</Engine><DBInstanceStatus>${status}</DBInstanceStatus><AllocatedStorage>20</AllocatedStorage><BackupRetentionPeriod>${retentionDays}</BackupRetentionPeriod><InstanceCreateTime>${createdAt}</InstanceCreateTime>${maybe('LatestRestorableTime', one.latestRestorableAt)}${maybe('DBClusterIdentifier', one.cluster)}${maybe('ReadReplicaSourceDBInstanceIdentifier', one.replicaOf)}${tagList(one.tags)}</DBInstance>`
}

function clusterXml(one: FakeDatabase, arn: string): string {
  const {
    name,
    retentionDays = 7,
    createdAt = '2025-01-01T00:00:00Z',
    status = 'available',
    engine = 'aurora-postgresql',
  } = one
  return `<DBCluster><DBClusterIdentifier>${name}</DBClusterIdentifier><DBClusterArn>${arn}</DBClusterArn><DbClusterResourceId>${resourceId(one)}</DbClusterResourceId><Engine>${engine}</Engine><Status>${status}</Status><BackupRetentionPeriod>${retentionDays}</BackupRetentionPeriod><ClusterCreateTime>${createdAt}</ClusterCreateTime>${maybe('LatestRestorableTime', one.latestRestorableAt)}${tagList(one.tags)}</DBCluster>`
}

function snapshotXml(kind: string, of: string, one: FakeDbSnapshot, arn: string): string {
  const {
    id,
    of: name,
    at,
    originalAt,
    status = 'available',
    type = 'automated',
    resourceId: own = `db-${name.toUpperCase()}`,
  } = one
  const ofId = of === 'DBInstance' ? 'DbiResourceId' : 'DbClusterResourceId'
  return `<${kind}><${kind}Identifier>${id}</${kind}Identifier><${kind}Arn>${arn}</${kind}Arn><${of}Identifier>${name}</${of}Identifier><${ofId}>${own}</${ofId}>${maybe('SnapshotCreateTime', at)}${maybe('OriginalSnapshotCreateTime', originalAt)}<Status>${status}</Status><SnapshotType>${type}</SnapshotType><AllocatedStorage>20</AllocatedStorage></${kind}>`
}
