import type { SnapshotFacts, SnapshotPage } from './snapshot.ts'

const WANTED = new Set([
  'snapshotId',
  'volumeId',
  'status',
  'statusMessage',
  'startTime',
  'completionTime',
  'volumeSize',
  'storageTier',
])

/**
 * Reads the answer of DescribeSnapshots for the few fields that are used: the SDK's own reading of a page costs twenty
 * times as much. Null: it is not quite in the form that is known; then the SDK's reading decides.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
 */
export function scanSnapshots(body: Buffer): SnapshotPage | null {
  // one byte a character: searching is fast, and what is used of it is ASCII
  const text = body.toString('latin1')
  const reader = new Reader(text)
  if (!reader.enter('DescribeSnapshotsResponse')) return null
  const items: SnapshotFacts[] = []
  let next: string | undefined
  let hasSet = false
  for (;;) {
    const name = reader.open()
    if (name === null) break
    if (name === 'snapshotSet') {
      if (hasSet) return null
      hasSet = true
      if (reader.isEmpty) continue
      for (;;) {
        const item = reader.open()
        if (item === null) break
        if (item !== 'item' || reader.isEmpty) return null
        const snapshot = scanItem(reader)
        if (snapshot === null) return null
        items.push(snapshot)
      }
      if (!reader.close('snapshotSet')) return null
    } else if (name === 'nextToken') {
      const token = reader.isEmpty ? '' : reader.leaf(name)
      if (token === null) return null
      next = token || undefined
    } else if (!reader.isEmpty && !reader.skip(name)) return null
  }
  // an answer that was cut is none
  return hasSet && reader.close('DescribeSnapshotsResponse') && reader.isAtEnd ? { items, next } : null
}

function scanItem(reader: Reader): SnapshotFacts | null {
  const fields: Record<string, string> = {}
  for (;;) {
    const name = reader.open()
    if (name === null) break
    if (reader.isEmpty) continue
    if (!WANTED.has(name)) {
      if (!reader.skip(name)) return null
      continue
    }
    const value = reader.leaf(name)
    if (value === null || fields[name] !== undefined) return null
    fields[name] = value
  }
  if (!reader.close('item')) return null
  const { snapshotId: id, volumeId: volume, status: state, startTime, completionTime, volumeSize } = fields
  const startedAt = Date.parse(startTime ?? '')
  if (!id || !volume || !state || Number.isNaN(startedAt)) return null
  const completedAt = completionTime === undefined ? null : Date.parse(completionTime)
  const sizeGib = volumeSize === undefined ? null : Number(volumeSize)
  if (Number.isNaN(completedAt) || Number.isNaN(sizeGib)) return null
  return {
    id: copied(id),
    volume: copied(volume),
    state: STATES.get(state) ?? copied(state),
    message: fields.statusMessage === undefined ? null : copied(fields.statusMessage),
    startedAt,
    completedAt,
    sizeGib,
    isArchived: fields.storageTier === 'archive',
  }
}

const STATES = new Map(['completed', 'pending', 'error', 'recoverable', 'recovering'].map((state) => [state, state]))

/** A string of its own: a part of the page would keep all of the page in memory. */
function copied(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Goes through XML as EC2 writes it: elements and text, no attributes but on the root. */
class Reader {
  readonly #text: string
  #at = 0
  /** Whether the element that was opened last is closed already: <name/>. */
  isEmpty = false

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    this.#skipSpace()
    return this.#at === this.#text.length
  }

  /** Past the prolog and the root's start tag. */
  enter(root: string): boolean {
    this.#skipSpace()
    if (this.#text.startsWith('<?xml', this.#at)) {
      const end = this.#text.indexOf('?>', this.#at)
      if (end < 0) return false
      this.#at = end + 2
      this.#skipSpace()
    }
    if (!this.#text.startsWith(`<${root}`, this.#at)) return false
    const end = this.#text.indexOf('>', this.#at)
    const after = this.#text.charCodeAt(this.#at + root.length + 1)
    if (end < 0 || this.#text[end - 1] === '/' || (after !== 32 && after !== 62)) return false
    this.#at = end + 1
    return true
  }

  /** The name of the next element, of which this is then inside; null: there is no start tag here. */
  open(): string | null {
    this.#skipSpace()
    const text = this.#text
    if (text.charCodeAt(this.#at) !== 60) return null
    const first = text.charCodeAt(this.#at + 1)
    // an end tag, a comment, CDATA, a processing instruction: whoever asks finds that it is not what is expected
    if (first === 47 || first === 33 || first === 63) return null
    const end = text.indexOf('>', this.#at)
    if (end < 0) return null
    this.isEmpty = text.charCodeAt(end - 1) === 47
    const name = text.slice(this.#at + 1, this.isEmpty ? end - 1 : end)
    this.#at = end + 1
    return name
  }

  close(name: string): boolean {
    this.#skipSpace()
    const tag = `</${name}>`
    if (!this.#text.startsWith(tag, this.#at)) return false
    this.#at += tag.length
    return true
  }

  /** The text of the element that is open, and past its end. Null: there is more than plain text in it. */
  leaf(name: string): string | null {
    const end = this.#text.indexOf('<', this.#at)
    if (end < 0) return null
    const value = this.#text.slice(this.#at, end)
    this.#at = end
    // an entity, or more than one byte a character: the SDK may read that
    if (!/^[\x20-\x25\x27-\x7e]*$/.test(value)) return null
    return this.close(name) ? value : null
  }

  /** Past the end of the element that is open. No element of this answer has one of its own name inside. */
  skip(name: string): boolean {
    const tag = `</${name}>`
    const end = this.#text.indexOf(tag, this.#at)
    if (end < 0) return false
    this.#at = end + tag.length
    return true
  }

  #skipSpace(): void {
    const text = this.#text
    let code = text.charCodeAt(this.#at)
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++this.#at)
  }
}
