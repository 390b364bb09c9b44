import { isOwner } from '../owner.ts'
import { type ScannedPage, STATES, scanPage } from './scan-body.ts'
import { BACKUP_TAG, OF_BACKUP, OF_IMAGE, type SnapshotFacts } from './snapshot.ts'
import { XmlReader } from './xml-reader.ts'

/** Columns of the numbers of a row. Texts are where they begin and end in the body; both 0: there is none. */
const [ID, VOLUME, STATE, MESSAGE, STARTED, COMPLETED, SIZE, FULL, FLAGS, COLUMNS] = [0, 2, 4, 6, 8, 9, 10, 11, 12, 13]
const FIRST_ROWS = 1000
const ARCHIVED = 1
const OF_AN_IMAGE = 2
const OF_AWS_BACKUP = 4

/** Tags as they are written, of which something is to be known. */
const OF_USE = new RegExp(`owner|${BACKUP_TAG}`, 'i')
const OF_TAG = new RegExp(`<key>${BACKUP_TAG}</key>`)
const OF_INSTANCE = new RegExp(`<key>${BACKUP_TAG}</key>\\s*<value>(?:[^<]*[:/])?i-[0-9a-f]+</value>`)

/** Elements, as the columns of which they are. */
const FIELDS = new Map([
  ['snapshotId', ID],
  ['volumeId', VOLUME],
  ['status', STATE],
  ['statusMessage', MESSAGE],
  ['startTime', STARTED],
  ['completionTime', COMPLETED],
  ['volumeSize', SIZE],
  ['fullSnapshotSizeInBytes', FULL],
  ['storageTier', FLAGS],
])

/**
 * The snapshots of one page, as numbers and places in its body: an object is made of each only when it is asked for, and
 * gone with the next. A page of objects would live just so long that V8 takes it for something that stays, and a million
 * of them would pile up. One page at a time: what was read before is gone when the next is scanned.
 */
export class SnapshotRows {
  #numbers = new Float64Array(FIRST_ROWS * COLUMNS)
  readonly #owners: (string | null)[] = []

  /** `withOrigin`: also what only those who count what was left behind ask for; to read it costs half as much again. */
  scan(body: Buffer, withOrigin = true, windowBytes?: number): ScannedPage<Iterable<SnapshotFacts>> | null {
    const reader = new XmlReader(body, windowBytes)
    let count = 0
    const page = scanPage(reader, 'DescribeSnapshotsResponse', 'snapshotSet', () => {
      if (!this.#scanOne(reader, count, withOrigin)) return false
      count += 1
      return true
    })
    return page && { items: { [Symbol.iterator]: () => this.#facts(body, count) }, next: page.next }
  }

  #scanOne(reader: XmlReader, index: number, withOrigin: boolean): boolean {
    const row = index * COLUMNS
    if (row === this.#numbers.length) {
      const longer = new Float64Array(2 * row)
      longer.set(this.#numbers)
      this.#numbers = longer
    }
    const numbers = this.#numbers
    numbers.fill(0, row, row + COLUMNS)
    numbers[row + COMPLETED] = numbers[row + SIZE] = numbers[row + FULL] = Number.NaN
    let [owner, flags, seen]: [string | null, number, number] = [null, 0, 0]
    for (;;) {
      const name = reader.open()
      if (name === null) break
      if (reader.isEmpty) continue
      const column = FIELDS.get(name)
      if (column === undefined) {
        if (withOrigin && name === 'description') {
          if (reader.holds(name, OF_IMAGE)) flags |= OF_AN_IMAGE
          if (reader.holds(name, OF_BACKUP)) flags |= OF_AWS_BACKUP
        }
        const isOfUse = withOrigin && name === 'tagSet' && reader.holds(name, OF_USE)
        if (isOfUse && reader.holds(name, OF_INSTANCE)) flags |= OF_AN_IMAGE
        if (isOfUse && reader.holds(name, OF_TAG)) flags |= OF_AWS_BACKUP
        // to read tags costs more than all the rest: only where an owner may be among them
        if (isOfUse && reader.holds(name, /owner/i)) {
          const found = ownerIn(reader, name)
          if (found === undefined) return false
          owner = found || null
        } else if (!reader.skip(name)) return false
        continue
      }
      const value = reader.leaf(name)
      if (value === null || seen & (1 << column)) return false
      seen |= 1 << column
      if (column < STARTED) {
        numbers[row + column] = reader.leafAt
        numbers[row + column + 1] = reader.leafAt + value.length
      } else if (column === FLAGS) {
        if (value === 'archive') flags |= ARCHIVED
      } else {
        const number = column === STARTED || column === COMPLETED ? Date.parse(value) : Number(value)
        if (Number.isNaN(number)) return false
        numbers[row + column] = number
      }
    }
    numbers[row + FLAGS] = flags
    this.#owners[index] = owner
    // an empty one is none
    const hasText = (column: number) => numbers[row + column] !== numbers[row + column + 1]
    return hasText(ID) && hasText(VOLUME) && hasText(STATE) && (seen & (1 << STARTED)) !== 0
  }

  *#facts(body: Buffer, count: number): Generator<SnapshotFacts> {
    for (let index = 0; index < count; index++) {
      const row = index * COLUMNS
      const number = (column: number) => this.#numbers[row + column] ?? 0
      const text = (column: number) => body.toString('latin1', number(column), number(column + 1))
      const known = (column: number) => (Number.isNaN(number(column)) ? null : number(column))
      const state = text(STATE)
      yield {
        id: text(ID),
        volume: text(VOLUME),
        state: STATES.get(state) ?? state,
        message: number(MESSAGE + 1) === 0 ? null : text(MESSAGE),
        startedAt: number(STARTED),
        completedAt: known(COMPLETED),
        sizeGib: known(SIZE),
        fullBytes: known(FULL),
        owner: this.#owners[index] ?? null,
        isArchived: (number(FLAGS) & ARCHIVED) !== 0,
        isOfImage: (number(FLAGS) & OF_AN_IMAGE) !== 0,
        isOfBackup: (number(FLAGS) & OF_AWS_BACKUP) !== 0,
      }
    }
  }
}

/** The value of the first tag "owner"; null: there is none; undefined: the tags can't be read. Nothing is made of others. */
function ownerIn(reader: XmlReader, set: string): string | null | undefined {
  let owner: string | null = null
  const isRead = reader.each(set, () => {
    const key = reader.open() === 'key' ? reader.text('key') : null
    const value = key && reader.open() === 'value' ? reader.text('value') : null
    if (key && value !== null && owner === null && isOwner(key)) owner = value
    return value !== null
  })
  return isRead ? owner : undefined
}
