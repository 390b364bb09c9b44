import { type Bucket, compareKeys, type S3Object } from '../../../lib/s3/index.ts'

/** Lists at the same time: far under the 5,500 a second that S3 allows a prefix, and kind to a small store. */
const PARALLEL = 16
/** A range is split after so many pages, or its share of all: sooner it would cost more requests than it saves time. */
const SPLIT_AFTER_PAGES = 16
/** Requests that splits may waste on ranges without keys: so many, and a part of all pages. */
const EMPTY_RANGES = 32
const EMPTY_PART = 8
/** Keys that are kept to split the next whole read by. */
const SAMPLES = 2048
const LONGEST_CUT = 200

/** The store lists in an order of its own: what is cut by keys would lose some. */
class DisorderError extends Error {
  override name = 'DisorderError'
}

interface Range {
  /** Exclusive; null: from the first. */
  after: string | null
  /** Inclusive; null: to the last. Comes nearer when idle readers take the rest. */
  to: string | null
  /** Read since it was last split. */
  pages: number
}

export interface WholeRead {
  pages: number
  /** Keys that part what was read evenly. */
  cuts: string[]
}

/**
 * Reads all keys under `prefix`, each handed to `take` once, in pages of ascending keys. The ranges between `cuts` are read
 * side by side, and readers that have no more to do take part of what is left to others. A store without key order is read
 * from start to end. Throws S3Error.
 */
export async function readKeys(
  bucket: Bucket,
  prefix: string,
  cuts: readonly string[],
  signal: AbortSignal,
  begin: () => (objects: readonly S3Object[]) => void,
): Promise<WholeRead> {
  try {
    return await readSplit(bucket, prefix, cuts, signal, begin())
  } catch (error) {
    if (!(error instanceof DisorderError)) throw error
    const take = begin()
    let pages = 0
    for await (const { objects } of bucket.list({ prefix, signal })) {
      pages++
      take(objects)
    }
    return { pages, cuts: [] }
  }
}

async function readSplit(
  bucket: Bucket,
  prefix: string,
  cuts: readonly string[],
  outer: AbortSignal,
  take: (objects: readonly S3Object[]) => void,
): Promise<WholeRead> {
  const failure = new AbortController()
  const signal = AbortSignal.any([outer, failure.signal])
  const waiting: Range[] = []
  let running = 0
  let pages = 0
  let empty = 0
  let samples: string[] = []
  let sampleEvery = 1

  function split(range: Range, at: string): void {
    const idle = PARALLEL - running - waiting.length
    if (
      idle <= 0 ||
      range.pages < Math.max(SPLIT_AFTER_PAGES, pages / PARALLEL) ||
      empty > EMPTY_RANGES + pages / EMPTY_PART
    )
      return
    const marks = between(at, range.to, prefix, idle)
    range.pages = 0
    const end = range.to
    range.to = marks[0] ?? end
    marks.forEach((mark, index) => {
      waiting.push({ after: mark, to: marks[index + 1] ?? end, pages: 0 })
    })
  }

  async function read(range: Range): Promise<void> {
    let last = range.after
    let any = false
    const from = last === null ? {} : { startAfter: last }
    for await (const { objects, more } of bucket.list({ prefix, ...from, signal })) {
      pages++
      range.pages++
      for (const { key } of objects) {
        if (last !== null && last >= key && compareKeys(last, key) >= 0) throw new DisorderError()
        last = key
      }
      const { to } = range
      const past = to !== null && last !== null && compareKeys(last, to) > 0
      const own = past ? objects.filter(({ key }) => compareKeys(key, to) <= 0) : objects
      any ||= own.length > 0
      take(own)
      if (past || !more || last === null) break
      if (pages % sampleEvery === 0) samples.push(Buffer.from(last).toString())
      if (samples.length > SAMPLES) {
        samples = samples.sort(compareKeys).filter((_, index) => index % 2 === 0)
        sampleEvery *= 2
      }
      split(range, last)
      start()
    }
    if (!any) empty++
  }

  const { promise: finished, resolve: finish, reject: fail } = Promise.withResolvers<void>()

  async function run(range: Range): Promise<void> {
    try {
      await read(range)
      running--
      start()
    } catch (error) {
      fail(error)
      failure.abort()
    }
  }

  function start(): void {
    while (running < PARALLEL) {
      const range = waiting.shift()
      if (!range) break
      running++
      void run(range)
    }
    if (running === 0) finish()
  }

  const marks = [...new Set(cuts)].sort(compareKeys)
  for (let index = 0; index <= marks.length; index++)
    waiting.push({ after: marks[index - 1] ?? null, to: marks[index] ?? null, pages: 0 })
  start()
  await finished
  return { pages, cuts: evenly(samples.sort(compareKeys)) }
}

function evenly(samples: readonly string[]): string[] {
  const parts = Math.min(PARALLEL, Math.floor(samples.length / 2))
  const cuts: string[] = []
  for (let part = 1; part < parts; part++) {
    const cut = samples[Math.floor((part * samples.length) / parts)]
    if (cut !== undefined && cut.length <= LONGEST_CUT && !cut.includes('\ufffd')) cuts.push(cut)
  }
  return cuts
}

/** The characters of names of backups, in key order; a guess is all that is needed, as no key is lost by a wrong one. */
const ALPHABET = Array.from('-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~')
const DEPTH = 6

/** At most `count` ascending texts between `after` and `to`, evenly if keys were spread evenly. */
export function between(after: string, to: string | null, prefix: string, count: number): string[] {
  let common = prefix.length
  if (to !== null) while (common < to.length && after[common] === to[common]) common++
  const low = placeOf(after.slice(common, common + DEPTH))
  const high = to === null ? ALPHABET.length ** DEPTH : placeOf(to.slice(common, common + DEPTH))
  const found: string[] = []
  for (let index = 1; index <= count; index++) {
    const mark = after.slice(0, common) + nameOf(low + ((high - low) * index) / (count + 1))
    const previous = found.at(-1) ?? after
    if (compareKeys(mark, previous) > 0 && (to === null || compareKeys(mark, to) < 0)) found.push(mark)
  }
  return found
}

function placeOf(text: string): number {
  let value = 0
  for (let index = 0; index < DEPTH; index++) {
    const char = text[index]
    // a character that is not in the alphabet counts as the last one before it
    // what is not in the alphabet counts as the last that comes before it
    const after = char === undefined ? 0 : ALPHABET.findIndex((known) => known > char)
    const place = after < 0 ? ALPHABET.length - 1 : Math.max(0, after - 1)
    value = value * ALPHABET.length + place
  }
  return value
}

function nameOf(value: number): string {
  let rest = Math.floor(value)
  let text = ''
  for (let index = 0; index < DEPTH; index++) {
    text = (ALPHABET[rest % ALPHABET.length] ?? '') + text
    rest = Math.floor(rest / ALPHABET.length)
  }
  return text
}
