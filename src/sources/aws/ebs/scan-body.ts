import { ownerOf } from '../owner.ts'
import { BACKUP_TAG, OF_BACKUP, OF_IMAGE, type SnapshotFacts } from './snapshot.ts'
import type { VolumeAnswer } from './volume.ts'
import { copied, XmlReader } from './xml-reader.ts'

/**
 * Reads the answers of DescribeSnapshots and DescribeVolumes for the few fields that are used: the SDK's own reading of
 * a page costs many times as much. Null: it is not quite in the form that is known; then the SDK's reading decides.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
 */
export interface ScannedPage<T> {
  items: T[]
  next: string | undefined
}

/** `withOrigin`: also what only those who count what was left behind ask for; to read it costs half as much again. */
export function scanSnapshots(body: Buffer, withOrigin = true): ScannedPage<SnapshotFacts> | null {
  return scanPage(body, 'DescribeSnapshotsResponse', 'snapshotSet', (reader) => scanSnapshot(reader, withOrigin))
}

export function scanVolumes(body: Buffer): ScannedPage<VolumeAnswer> | null {
  return scanPage(body, 'DescribeVolumesResponse', 'volumeSet', scanVolume)
}

function scanPage<T>(
  body: Buffer,
  root: string,
  set: string,
  item: (reader: XmlReader) => T | null,
): ScannedPage<T> | null {
  // one byte a character: searching is fast, and most of what is used of it is ASCII
  const reader = new XmlReader(body.toString('latin1'))
  if (!reader.enter(root)) return null
  let items: T[] | null = null
  let next: string | undefined
  for (;;) {
    const name = reader.open()
    if (name === null) break
    if (name === set) {
      if (items !== null) return null
      items = reader.list(set, () => item(reader))
      if (items === null) return null
    } else if (name === 'nextToken') {
      const token = reader.isEmpty ? '' : reader.leaf(name)
      if (token === null) return null
      next = token ? copied(token) : undefined
    } else if (!reader.isEmpty && !reader.skip(name)) return null
  }
  // an answer that was cut is none
  return items !== null && reader.close(root) && reader.isAtEnd ? { items, next } : null
}

/** The plain fields of an item that are wanted; `nested` reads what is more than that. Null: it can't be read. */
function fieldsOf(
  reader: XmlReader,
  wanted: ReadonlySet<string>,
  nested: (name: string) => boolean | undefined = () => undefined,
): Record<string, string> | null {
  const fields: Record<string, string> = {}
  for (;;) {
    const name = reader.open()
    if (name === null) return fields
    const read = nested(name)
    if (read === false) return null
    if (read || reader.isEmpty) continue
    if (wanted.has(name)) {
      const value = reader.leaf(name)
      if (value === null || fields[name] !== undefined) return null
      fields[name] = value
    } else if (!reader.skip(name)) return null
  }
}

const OF_SNAPSHOT = new Set([
  'snapshotId',
  'volumeId',
  'status',
  'statusMessage',
  'startTime',
  'completionTime',
  'volumeSize',
  'fullSnapshotSizeInBytes',
  'storageTier',
])

function scanSnapshot(reader: XmlReader, withOrigin: boolean): SnapshotFacts | null {
  let tags: [string, string][] | null = []
  let isOfImage = false
  let isOfBackup = false
  const fields = fieldsOf(reader, OF_SNAPSHOT, (name) => {
    if (!withOrigin) return undefined
    if (name === 'description' && !reader.isEmpty) {
      isOfImage ||= reader.holds(name, OF_IMAGE)
      isOfBackup ||= reader.holds(name, OF_BACKUP)
    }
    if (name !== 'tagSet' || reader.isEmpty || !reader.holds(name, OF_USE)) return undefined
    isOfImage ||= reader.holds(name, OF_INSTANCE)
    isOfBackup ||= reader.holds(name, OF_TAG)
    // to read tags costs more than all the rest: only where an owner may be among them
    if (!reader.holds(name, /owner/i)) return undefined
    tags = reader.list(name, () => scanTag(reader))
    return tags !== null
  })
  if (fields === null) return null
  const { snapshotId: id, volumeId: volume, status: state, startTime, completionTime, volumeSize } = fields
  const startedAt = Date.parse(startTime ?? '')
  if (!id || !volume || !state || Number.isNaN(startedAt)) return null
  const completedAt = completionTime === undefined ? null : Date.parse(completionTime)
  const sizeGib = volumeSize === undefined ? null : Number(volumeSize)
  const fullBytes = fields.fullSnapshotSizeInBytes === undefined ? null : Number(fields.fullSnapshotSizeInBytes)
  if (Number.isNaN(completedAt) || Number.isNaN(sizeGib) || Number.isNaN(fullBytes)) return null
  return {
    id: copied(id),
    volume: copied(volume),
    state: STATES.get(state) ?? copied(state),
    message: fields.statusMessage === undefined ? null : copied(fields.statusMessage),
    startedAt,
    completedAt,
    sizeGib,
    fullBytes,
    owner: ownerOf(tags),
    isArchived: fields.storageTier === 'archive',
    isOfImage,
    isOfBackup,
  }
}

/** Tags as they are written, of which something is to be known. */
const OF_USE = new RegExp(`owner|${BACKUP_TAG}`, 'i')
const OF_TAG = new RegExp(`<key>${BACKUP_TAG}</key>`)
const OF_INSTANCE = new RegExp(`<key>${BACKUP_TAG}</key>\\s*<value>(?:[^<]*[:/])?i-[0-9a-f]+</value>`)

const STATES = new Map(
  ['completed', 'pending', 'error', 'recoverable', 'recovering', 'in-use', 'available'].map((state) => [state, state]),
)

const OF_VOLUME = new Set(['volumeId', 'status', 'createTime'])
const OF_ATTACHMENT = new Set(['instanceId', 'device'])

function scanVolume(reader: XmlReader): VolumeAnswer | null {
  let attached: VolumeAnswer['attached'] | null = null
  let tags: VolumeAnswer['tags'] | null = null
  const fields = fieldsOf(reader, OF_VOLUME, (name) => {
    if (name === 'attachmentSet') {
      if (attached !== null) return false
      attached = reader.list(name, () => {
        const fields = fieldsOf(reader, OF_ATTACHMENT)
        if (fields === null) return null
        const { instanceId = '', device = '' } = fields
        return { instance: copied(instanceId), device: copied(device) }
      })
      return attached !== null
    }
    if (name !== 'tagSet') return undefined
    if (tags !== null) return false
    tags = reader.list(name, () => scanTag(reader))
    return tags !== null
  })
  if (fields === null) return null
  const { volumeId: id, status: state, createTime } = fields
  const bornAt = Date.parse(createTime ?? '')
  if (!id || !state || Number.isNaN(bornAt)) return null
  return {
    id: copied(id),
    state: STATES.get(state) ?? copied(state),
    bornAt,
    attached: attached ?? [],
    tags: tags ?? [],
  }
}

function scanTag(reader: XmlReader): [string, string] | null {
  if (reader.open() !== 'key') return null
  const key = reader.text('key')
  if (!key || reader.open() !== 'value') return null
  const value = reader.text('value')
  return value === null ? null : [key, value]
}
