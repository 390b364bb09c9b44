import {
  type AwsRefusal,
  type AwsRequest,
  type FakeAwsOptions,
  type FakeDatabase,
  type FakeDbEvent,
  type FakeDbSnapshot,
  type FakeList,
  type FakeRegion,
  xml,
} from './aws-estate.ts'

const DAY_MS = 86_400_000

interface List {
  set: string
  items: FakeList<unknown>
  /** Of those on the page alone: there may be many more. */
  xml(index: number): string
}

/** The four lists of databases and their snapshots of one region, and its events. */
export function answerRds(request: AwsRequest, region: FakeRegion, options: FakeAwsOptions): string | AwsRefusal {
  const { action, parameters } = request
  const list = listOf(request, region, options)
  if ('code' in list) return list
  const from = Number(parameters.get('Marker')?.slice('marker+'.length) ?? 0)
  // 20 to 100: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html
  const asked = Number(parameters.get('MaxRecords') ?? 100)
  if (asked < 20 || asked > 100)
    return { code: 'InvalidParameterValue', message: `Invalid value ${asked} for MaxRecords.` }
  const to = Math.min(from + Math.min(options.pageSize ?? 100, asked), list.items.length)
  const next = to < list.items.length ? `<Marker>marker+${to}</Marker>` : ''
  const page = Array.from({ length: Math.max(to - from, 0) }, (_, n) => list.xml(from + n))
  return `<${action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><${action}Result>${next}<${list.set}>${page.join('')}</${list.set}></${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`
}

function listOf(request: AwsRequest, region: FakeRegion, options: FakeAwsOptions): List | AwsRefusal {
  const { action, region: where, account, parameters } = request
  const arn = (kind: string, name: string) => `arn:aws:rds:${where}:${account}:${kind}:${name}`
  const list = <T>(set: string, items: FakeList<T>, asXml: (one: T) => string): List => ({
    set,
    items,
    xml(index) {
      const one = items.at(index)
      return one === undefined ? '' : asXml(one)
    },
  })
  switch (action) {
    case 'DescribeDBInstances':
      return list('DBInstances', region.databases ?? [], (one) => instanceXml(one, arn('db', one.name)))
    case 'DescribeDBClusters':
      return list('DBClusters', region.clusters ?? [], (one) => clusterXml(one, arn('cluster', one.name)))
    case 'DescribeDBSnapshots': {
      const kept = filtered(region.dbSnapshots ?? [], OF_INSTANCES, parameters, options)
      if ('code' in kept) return kept
      return list('DBSnapshots', kept, (one) => snapshotXml('DBSnapshot', 'DBInstance', one, arn('snapshot', one.id)))
    }
    case 'DescribeDBClusterSnapshots': {
      const kept = filtered(region.clusterSnapshots ?? [], OF_CLUSTERS, parameters, options)
      if ('code' in kept) return kept
      return list('DBClusterSnapshots', kept, (one) =>
        snapshotXml('DBClusterSnapshot', 'DBCluster', one, arn('cluster-snapshot', one.id)),
      )
    }
    case 'DescribeEvents': {
      const kept = eventsAsked(region.dbEvents ?? [], parameters, (options.now ?? Date.now)())
      return 'code' in kept ? kept : list('Events', kept, (one) => eventXml(one, arn))
    }
    default:
      return { code: 'InvalidAction', message: `The action ${action} is not valid for this web service.` }
  }
}

type Field = (one: FakeDbSnapshot) => string
/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html */
const OF_INSTANCES: Readonly<Record<string, Field>> = {
  'db-instance-id': ({ of }) => of,
  'db-snapshot-id': ({ id }) => id,
  'dbi-resource-id': (one) => resourceOf(one),
  'snapshot-type': ({ type = 'automated' }) => type,
}
/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterSnapshots.html: none by resource id. */
const OF_CLUSTERS: Readonly<Record<string, Field>> = {
  'db-cluster-id': ({ of }) => of,
  'db-cluster-snapshot-id': ({ id }) => id,
  'snapshot-type': ({ type = 'automated' }) => type,
}

/** Names and values are case-sensitive, and there are no wildcards. */
function filtered(
  items: FakeList<FakeDbSnapshot>,
  fields: Readonly<Record<string, Field>>,
  parameters: URLSearchParams,
  { dbFilters = 'work' }: FakeAwsOptions,
): FakeList<FakeDbSnapshot> | AwsRefusal {
  const filters: [field: Field, name: string, values: Set<string>][] = []
  for (let n = 1; parameters.has(`Filters.Filter.${n}.Name`); n++) {
    const name = parameters.get(`Filters.Filter.${n}.Name`) ?? ''
    const field = fields[name]
    if (!field || dbFilters === 'refused')
      return { code: 'InvalidParameterValue', message: `Unrecognized filter name: ${name}` }
    const values = new Set<string>()
    for (let m = 1; parameters.has(`Filters.Filter.${n}.Values.Value.${m}`); m++)
      values.add(parameters.get(`Filters.Filter.${n}.Values.Value.${m}`) ?? '')
    filters.push([field, name, values])
  }
  if (filters.length === 0 || dbFilters === 'ignored') return items
  const isKept = (one: FakeDbSnapshot) =>
    filters.every(
      ([field, name, values]) =>
        values.has(field(one)) &&
        (dbFilters !== 'not by database' || name.endsWith('snapshot-id')) &&
        (dbFilters !== 'not automated' || !name.endsWith('snapshot-id') || !one.id.startsWith('rds:')),
    )
  const kept: FakeDbSnapshot[] = []
  for (let index = 0; index < items.length; index++) {
    const one = items.at(index)
    if (one && isKept(one)) kept.push(one)
  }
  return kept
}

/**
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html: those of the last 14 days; of the last
 * hour where nothing is said of time. Duration is left alone where a start or an end is given.
 */
function eventsAsked(
  events: readonly FakeDbEvent[],
  parameters: URLSearchParams,
  now: number,
): FakeDbEvent[] | AwsRefusal {
  const refused = (message: string): AwsRefusal => ({ code: 'InvalidParameterValue', message })
  if (parameters.has('Filters.Filter.1.Name')) return refused('Filters are not supported.')
  const [kind, of] = [parameters.get('SourceType'), parameters.get('SourceIdentifier')]
  if (of !== null && kind === null)
    return { code: 'InvalidParameterCombination', message: 'SourceType must be specified with SourceIdentifier.' }
  const minutes = Number(parameters.get('Duration') ?? 60)
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 14 * 24 * 60)
    return refused(`Invalid Duration ${minutes}.`)
  const [start, end] = [parameters.get('StartTime'), parameters.get('EndTime')]
  const to = end === null ? now : Date.parse(end)
  const from = start !== null ? Date.parse(start) : end !== null ? to - 3_600_000 : now - minutes * 60_000
  if (from < now - 14 * DAY_MS) return refused('StartTime must be within the last 14 days.')
  const categories = new Set<string>()
  for (let n = 1; parameters.has(`EventCategories.EventCategory.${n}`); n++)
    categories.add(parameters.get(`EventCategories.EventCategory.${n}`) ?? '')
  return events.filter(({ kind: ofKind, of: name, at, toldAt = at, category = 'creation' }) => {
    const time = Date.parse(at)
    if (time < from || time > to || Date.parse(toldAt) > now) return false
    if (categories.size > 0 && !categories.has(category)) return false
    return (kind === null || kind === ofKind) && (of === null || of === name)
  })
}

function eventXml({ kind, of, at, category = 'creation' }: FakeDbEvent, arn: (kind: string, name: string) => string) {
  const source = arn(kind === 'db-instance' ? 'db' : kind.slice('db-'.length), of)
  return `<Event><SourceIdentifier>${xml(of)}</SourceIdentifier><SourceType>${kind}</SourceType><Message>Something has happened to it</Message><EventCategories><EventCategory>${category}</EventCategory></EventCategories><Date>${at}</Date><SourceArn>${xml(source)}</SourceArn></Event>`
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
const resourceOf = ({ of, resourceId: own = `db-${of.toUpperCase()}` }: FakeDbSnapshot) => own

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
  const { id, of: name, at, originalAt, status = 'available', type = 'automated', sizeGib = 20 } = one
  const ofId = of === 'DBInstance' ? 'DbiResourceId' : 'DbClusterResourceId'
  return `<${kind}><${kind}Identifier>${id}</${kind}Identifier><${kind}Arn>${arn}</${kind}Arn><${of}Identifier>${name}</${of}Identifier>${of === 'DBCluster' && resourceOf(one) === '' ? '' : `<${ofId}>${resourceOf(one)}</${ofId}>`}${maybe('SnapshotCreateTime', at)}${maybe('OriginalSnapshotCreateTime', originalAt)}<Status>${status}</Status><SnapshotType>${type}</SnapshotType><AllocatedStorage>${sizeGib}</AllocatedStorage>${maybe('Engine', one.engine)}${maybe(of === 'DBInstance' ? 'SourceDBSnapshotIdentifier' : 'SourceDBClusterSnapshotArn', one.source)}${tagList(one.tags)}</${kind}>`
}
