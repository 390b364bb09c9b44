import { factsOf, type VolumeFacts } from './volume.ts'
import { copied, shared, XmlReader } from './xml-reader.ts'

/**
 * Reads the answers of DescribeSnapshots and DescribeVolumes for the few fields that are used: the SDK's own reading of
 * a page costs many times as much. Null: it is not quite in the form that is known; then the SDK's reading decides.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
 */
export interface ScannedPage<T> {
  items: T
  next: string | undefined
}

export function scanVolumes(body: Buffer, windowBytes?: number): ScannedPage<VolumeFacts[]> | null {
  const items: VolumeFacts[] = []
  const reader = new XmlReader(body, windowBytes)
  const page = scanPage(reader, 'DescribeVolumesResponse', 'volumeSet', () => {
    const volume = scanVolume(reader)
    if (volume) items.push(volume)
    return volume !== null
  })
  return page && { items, next: page.next }
}

/** Has `item` read each item of the answer's list. Null: it, or what is around the items, can't be read. */
export function scanPage(
  reader: XmlReader,
  root: string,
  set: string,
  item: () => boolean,
): { next: string | undefined } | null {
  if (!reader.enter(root)) return null
  let hasItems = false
  let next: string | undefined
  for (;;) {
    const name = reader.open()
    if (name === null) break
    if (name === set) {
      if (hasItems || !reader.each(set, item)) return null
      hasItems = true
    } else if (name === 'nextToken') {
      const token = reader.isEmpty ? '' : reader.leaf(name)
      if (token === null) return null
      next = token ? copied(token) : undefined
    } else if (!reader.isEmpty && !reader.skip(name)) return null
  }
  // an answer that was cut is none
  return hasItems && reader.close(root) && reader.isAtEnd ? { next } : null
}

/**
 * The plain fields of an item that are among those of `blank`; `nested` reads what is more than that. Null: it can't be
 * read.
 */
function fieldsOf<K extends string>(
  reader: XmlReader,
  blank: Record<K, string | undefined>,
  nested: (name: string) => boolean | undefined = () => undefined,
): Record<K, string | undefined> | null {
  const fields: Record<K, string | undefined> = { ...blank }
  const isField = (name: string): name is K => Object.hasOwn(fields, name)
  for (;;) {
    const name = reader.open()
    if (name === null) return fields
    const read = nested(name)
    if (read === false) return null
    if (read || reader.isEmpty) continue
    if (isField(name)) {
      const value = reader.leaf(name)
      if (value === null || fields[name] !== undefined) return null
      fields[name] = value
    } else if (!reader.skip(name)) return null
  }
}

export const STATES = new Map(
  ['completed', 'pending', 'error', 'recoverable', 'recovering', 'in-use', 'available'].map((state) => [state, state]),
)

const OF_VOLUME = { volumeId: undefined, status: undefined, createTime: undefined }
const OF_ATTACHMENT = { instanceId: undefined, device: undefined }

function scanVolume(reader: XmlReader): VolumeFacts | null {
  let attached: VolumeFacts['attached'] | null = null
  let tags: [string, string][] | null = null
  const fields = fieldsOf(reader, OF_VOLUME, (name) => {
    if (name === 'attachmentSet') {
      if (attached !== null) return false
      const found = reader.list(name, () => {
        const fields = fieldsOf(reader, OF_ATTACHMENT)
        return fields && { instance: copied(fields.instanceId ?? ''), device: shared(fields.device ?? '') }
      })
      // what holds it may be something else than an instance
      attached = found?.every(({ instance }) => instance) ? found : (found?.filter(({ instance }) => instance) ?? null)
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
  const known = STATES.get(state) ?? copied(state)
  return factsOf({ id: copied(id), state: known, bornAt, attached: attached ?? [], tags: tags ?? [] })
}

function scanTag(reader: XmlReader): [string, string] | null {
  if (reader.open() !== 'key') return null
  const key = reader.text('key')
  if (!key || reader.open() !== 'value') return null
  const value = reader.text('value')
  return value === null ? null : [key, value]
}
