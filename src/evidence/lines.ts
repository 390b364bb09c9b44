/** No entry of ours is longer by far: a line without end must not fill the memory. */
const LONGEST_BYTES = 8 * 2 ** 20

export interface Line {
  bytes: Buffer
  /** Whether it closes with a line break; only the last can be without. */
  whole: boolean
}

/** The lines of a file, as bytes: a text that was decoded and encoded again need not be the same. Several at once. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  let rest: Buffer[] = []
  let waiting = 0
  for await (const chunk of chunks) {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const tail = chunk.subarray(start, end)
      lines.push({ bytes: rest.length === 0 ? tail : Buffer.concat([...rest, tail]), whole: true })
      rest = []
      waiting = 0
      start = end + 1
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
    waiting += chunk.length - start
    if (lines.length > 0) yield lines
    if (waiting > LONGEST_BYTES) break
  }
  if (rest.length > 0) yield [{ bytes: Buffer.concat(rest), whole: false }]
}
