const [QUOTE, BACKSLASH, OPEN, CLOSE, OPEN_ARRAY, CLOSE_ARRAY, COMMA] = Buffer.from('"\\{}[],')
const ELEMENT_BYTES = 16 * 2 ** 20

/**
 * Cuts a JSON array of objects into its elements as it streams in, so that only one of them is in memory at a time.
 * `null` in place of the array is an empty one: restic before 0.9 prints that.
 */
export class JsonArrayReader {
  readonly #onElement: (json: string) => void
  #state: 'before' | 'in-array' | 'in-element' | 'in-string' | 'after' = 'before'
  #depth = 0
  #escaped = false
  #kept: Buffer[] = []
  #keptBytes = 0
  #outside = ''
  #problem: string | null = null

  constructor(onElement: (json: string) => void) {
    this.#onElement = onElement
  }

  push(chunk: Buffer): void {
    let from = 0
    for (let i = 0; i < chunk.length && this.#problem === null; i++) {
      const byte = chunk[i] ?? 0
      if (this.#state === 'in-string') {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) this.#state = 'in-element'
      } else if (this.#state === 'in-element') {
        if (byte === QUOTE) this.#state = 'in-string'
        else if (byte === OPEN || byte === OPEN_ARRAY) this.#depth++
        else if ((byte === CLOSE || byte === CLOSE_ARRAY) && --this.#depth === 0) {
          this.#state = 'in-array'
          this.#emit(chunk.subarray(from, i + 1))
        }
      } else {
        if (this.#outer(byte)) from = i
      }
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(from))
  }

  /** Call at the end: why what came is not one whole array; null: it is. */
  end(): string | null {
    if (this.#problem !== null) return this.#problem
    if (this.#state === 'after' || (this.#state === 'before' && this.#outside === 'null')) return null
    return this.#state === 'before' && this.#outside === '' ? 'the answer is empty' : 'the answer is cut off'
  }

  /** A byte between the elements or around the array; whether an element begins here. */
  #outer(byte: number): boolean {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return false
    if (this.#state === 'before' && byte === OPEN_ARRAY && this.#outside === '') this.#state = 'in-array'
    else if (this.#state === 'before' && 'null'.startsWith(this.#outside + String.fromCharCode(byte)))
      this.#outside += String.fromCharCode(byte)
    else if (this.#state === 'in-array' && byte === CLOSE_ARRAY) this.#state = 'after'
    else if (this.#state === 'in-array' && byte === OPEN) {
      this.#state = 'in-element'
      this.#depth = 1
      return true
    } else if (!(this.#state === 'in-array' && byte === COMMA)) this.#problem = 'the answer is no list of snapshots'
    return false
  }

  #keep(part: Buffer): void {
    this.#keptBytes += part.length
    if (this.#keptBytes > ELEMENT_BYTES) this.#problem = 'one snapshot takes more than 16 MiB'
    else this.#kept.push(part)
  }

  #emit(last: Buffer): void {
    const json = Buffer.concat([...this.#kept, last]).toString('utf8')
    this.#kept = []
    this.#keptBytes = 0
    try {
      this.#onElement(json)
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error)
    }
  }
}
