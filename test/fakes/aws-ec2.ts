import {
  type AwsRefusal,
  type AwsRequest,
  type FakeAwsOptions,
  type FakeRegion,
  type FakeSnapshot,
  type FakeVolume,
  xml,
} from './aws-estate.ts'

const NS = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"'

/** DescribeVolumes and DescribeSnapshots of one region. */
export function answerEc2(request: AwsRequest, region: FakeRegion, options: FakeAwsOptions): string | AwsRefusal {
  const { action, parameters } = request
  const filters = filtersOf(parameters)
  if (action === 'DescribeVolumes') {
    const kept = (region.volumes ?? []).filter((volume) => matches(filters, volumeField(volume)))
    return paged('DescribeVolumes', 'volumeSet', kept.map(volumeXml), parameters, options)
  }
  if (action === 'DescribeSnapshots') {
    const { startTime = 'works' } = options
    const values = filters.get('start-time')
    if (values && startTime === 'refused')
      return { code: 'InvalidParameterValue', message: "The filter 'start-time' is invalid" }
    if (startTime === 'ignored') filters.delete('start-time')
    const byLetter = startTime === 'literal'
    const kept = (region.snapshots ?? []).filter((snapshot) => matches(filters, snapshotField(snapshot), byLetter))
    return paged('DescribeSnapshots', 'snapshotSet', kept.map(snapshotXml), parameters, options)
  }
  if (action === 'DescribeInstances') {
    const kept = (region.instances ?? []).filter(({ id }) =>
      matches(filters, (name) => (name === 'instance-id' ? id : '')),
    )
    return paged('DescribeInstances', 'reservationSet', kept.map(reservationXml), parameters, options)
  }
  return { code: 'InvalidAction', message: `The action ${action} is not valid for this web service.` }
}

function filtersOf(parameters: URLSearchParams): Map<string, string[]> {
  const filters = new Map<string, string[]>()
  for (let n = 1; parameters.has(`Filter.${n}.Name`); n++) {
    const values: string[] = []
    for (let m = 1; parameters.has(`Filter.${n}.Value.${m}`); m++)
      values.push(parameters.get(`Filter.${n}.Value.${m}`) ?? '')
    filters.set(parameters.get(`Filter.${n}.Name`) ?? '', values)
  }
  return filters
}

/** Each filter must hold, by any of its values; * and ? are wildcards. */
function matches(filters: Map<string, string[]>, field: (name: string) => string, byLetter = false): boolean {
  return [...filters].every(([name, values]) => {
    const value = field(name)
    return values.some((wanted) => (byLetter || !/[*?]/.test(wanted) ? wanted === value : wildcard(wanted).test(value)))
  })
}

const known = new Map<string, RegExp>()
function wildcard(text: string): RegExp {
  const pattern =
    known.get(text) ?? new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`)
  known.set(text, pattern)
  return pattern
}

const volumeField = (volume: FakeVolume) => (name: string) =>
  name === 'volume-id' ? volume.id : name === 'create-time' ? bornAt(volume) : ''
const snapshotField = (one: FakeSnapshot) => (name: string) =>
  name === 'volume-id' ? one.volume : name === 'start-time' ? one.startedAt : name === 'snapshot-id' ? one.id : ''
const bornAt = ({ createdAt = '2025-01-01T00:00:00.000Z' }: FakeVolume) => createdAt

function paged(
  action: string,
  set: string,
  items: readonly string[],
  parameters: URLSearchParams,
  { pageSize = 1000 }: FakeAwsOptions,
): string {
  const from = Number(parameters.get('NextToken')?.slice('token/+='.length) ?? 0)
  const to = from + Math.min(pageSize, Number(parameters.get('MaxResults') ?? 1000))
  const next = to < items.length ? `<nextToken>token/+=${to}</nextToken>` : ''
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response ${NS}>\n    <requestId>r</requestId>\n    <${set}>${items.slice(from, to).join('')}</${set}>${next}\n</${action}Response>`
}

function tagSet(tags: Record<string, string> = {}): string {
  const items = Object.entries(tags).map(
    ([key, value]) => `<item><key>${xml(key)}</key><value>${xml(value)}</value></item>`,
  )
  return items.length > 0 ? `<tagSet>${items.join('')}</tagSet>` : '<tagSet/>'
}

export function volumeXml(volume: FakeVolume): string {
  const { id, state = volume.attachedTo ? 'in-use' : 'available', attachedTo, tags } = volume
  const attachment = attachedTo
    ? `<item><volumeId>${id}</volumeId><instanceId>${attachedTo}</instanceId><device>/dev/xvda</device><status>attached</status></item>`
    : ''
  return `<item><volumeId>${id}</volumeId><size>8</size><snapshotId/><availabilityZone>eu-central-1a</availabilityZone><status>${state}</status><createTime>${bornAt(volume)}</createTime><attachmentSet>${attachment}</attachmentSet>${tagSet(tags)}<volumeType>gp3</volumeType></item>`
}

function reservationXml({ id, state = 'running' }: { id: string; state?: string }): string {
  return `<item><reservationId>r-1</reservationId><instancesSet><item><instanceId>${id}</instanceId><instanceState><code>16</code><name>${state}</name></instanceState></item></instancesSet></item>`
}

/** As in the example of the API's reference, with the fields that it has today. */
export function snapshotXml(one: FakeSnapshot): string {
  const {
    id,
    volume,
    startedAt,
    completedAt,
    state = 'completed',
    message,
    tier = 'standard',
    description = 'Daily <Backup> </item> snapshotId',
    tags,
    fullBytes,
  } = one
  return `
        <item>
            <snapshotId>${id}</snapshotId>
            <volumeId>${volume}</volumeId>
            <status>${state}</status>${message ? `\n            <statusMessage>${xml(message)}</statusMessage>` : ''}
            <startTime>${startedAt}</startTime>${completedAt ? `\n            <completionTime>${completedAt}</completionTime>` : ''}
            <progress>100%</progress>
            <ownerId>123456789012</ownerId>
            <volumeSize>8</volumeSize>
            <description>${xml(description)}</description>
            <encrypted>true</encrypted>
            <kmsKeyId>arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab</kmsKeyId>
            ${tagSet(tags)}
            <storageTier>${tier}</storageTier>${fullBytes === undefined ? '' : `\n            <fullSnapshotSizeInBytes>${fullBytes}</fullSnapshotSizeInBytes>`}
        </item>`
}
