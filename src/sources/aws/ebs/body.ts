import { Readable } from 'node:stream'

const FIRST_BYTES = 1_048_576

/**
 * Where the bodies of a list's answers are read into, one after the other: a buffer for each, most of a MiB, would pile
 * up faster than it is collected.
 */
export class Body {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)

  /**
   * What `scan` makes of the whole body of an answer of success, which then has `nothing` for its body. Null: `scan` made
   * nothing of it, or it is no such answer; then it has its own body still. What is made of it may refer to the body until
   * the next is read. Rejects when the body is cut.
   */
  async read<T>(response: unknown, scan: (body: Buffer) => T | null, nothing: Buffer): Promise<T | null> {
    if (typeof response !== 'object' || response === null) return null
    if (!('statusCode' in response) || response.statusCode !== 200 || !('body' in response)) return null
    if (!(response.body instanceof Readable)) return null
    const parts: AsyncIterable<unknown> = response.body
    let length = 0
    for await (const part of parts) {
      if (!(part instanceof Buffer)) continue
      if (length + part.length > this.#buffer.length) {
        const longer = Buffer.allocUnsafeSlow(2 * (length + part.length))
        this.#buffer.copy(longer, 0, 0, length)
        this.#buffer = longer
      }
      length += part.copy(this.#buffer, length)
    }
    const whole = this.#buffer.subarray(0, length)
    const found = scan(whole)
    response.body = found === null ? Buffer.from(whole) : nothing
    return found
  }
}
