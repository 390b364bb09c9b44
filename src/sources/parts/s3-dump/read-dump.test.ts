import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { type FakeObject, startS3 } from '../../../../test/fakes/s3-server.ts'
import { compareKeys, openBucket } from '../../../lib/s3/index.ts'
import { dumpOf, dumpSchema } from './dump.ts'
import { readDump } from './read-dump.ts'
import { between, readKeys } from './read-keys.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-11-20T12:00:00Z')
const signal = new AbortController().signal

const key = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', '0', '9', '/', '-', '~', 'Z', '\u00e4', '\uffee', '\u{1f600}', ' '),
    maxLength: 8,
  }),
  fc.integer({ min: 0, max: 999 }).map((day) => new Date(NOW - day * 86_400_000).toISOString().slice(0, 10)),
)
const object = fc.record({
  key: key.map((rest) => `p/${rest}`),
  lastModifiedAt: fc.integer({ min: -400, max: 4 }).map((hours) => NOW + hours * HOUR),
  sizeBytes: fc.constantFrom(0, 1, 5),
})
const objects = fc.array(object, { maxLength: 150 })

/** What anybody would do who had the time: look at everything. */
function plainNewest(all: Iterable<FakeObject>, now: number): FakeObject | null {
  let newest: FakeObject | null = null
  for (const one of all) {
    const { key, lastModifiedAt: at = 0, sizeBytes = 0 } = one
    if (!key.startsWith('p/') || key.endsWith('/') || sizeBytes < 1 || at > now + 5 * 60_000) continue
    const best: number = newest?.lastModifiedAt ?? Number.NEGATIVE_INFINITY
    if (at > best || (at === best && newest && compareKeys(key, newest.key) > 0)) newest = one
  }
  return newest
}

async function withServer(pageSize: number, work: (s3: Awaited<ReturnType<typeof startS3>>) => Promise<void>) {
  const s3 = await startS3({ pageSize })
  try {
    await work(s3)
  } finally {
    await s3.stop()
  }
}

const open = (url: string) => openBucket({ endpoint: url, bucket: 'bucket', credentials: async () => null })

it('hands each key on once, in whatever way the key space is cut', async () => {
  await fc.assert(
    fc.asyncProperty(objects, fc.array(key, { maxLength: 6 }), fc.integer({ min: 1, max: 7 }), (all, cuts, pageSize) =>
      withServer(pageSize, async (s3) => {
        s3.put(...all, { key: 'o' }, { key: 'q' })
        const seen: string[] = []
        const marks = cuts.map((cut) => `p/${cut}`)
        await readKeys(open(s3.url), 'p/', marks, signal, () => (page) => void seen.push(...page.map(({ key }) => key)))
        const expected = [...new Set(all.map(({ key }) => key))].sort(compareKeys)
        expect(seen.sort(compareKeys)).toEqual(expected)
      }),
    ),
    { numRuns: 60 },
  )
})

it('cuts between two keys, in order', () => {
  fc.assert(
    fc.property(key, fc.option(key), fc.integer({ min: 1, max: 15 }), (a, b, count) => {
      const [low = '', high = null] = b === null ? [a] : [a, b].sort(compareKeys)
      const marks = between(`p/${low}`, high === null ? null : `p/${high}`, 'p/', count)
      const row = [`p/${low}`, ...marks, ...(high === null ? [] : [`p/${high}`])]
      for (let i = 1; i <= marks.length; i++) expect(compareKeys(row[i - 1] ?? '', row[i] ?? '')).toBeLessThan(0)
      if (high !== null && marks.length > 0) expect(compareKeys(marks.at(-1) ?? '', `p/${high}`)).toBeLessThan(0)
    }),
  )
})

it('finds the newest that a plain look at everything finds; a look at the tail is never too young, and right once it is due', async () => {
  const step = fc.record({
    put: fc.array(object, { maxLength: 10 }),
    remove: fc.array(fc.nat(), { maxLength: 3 }),
    afterMs: fc.constantFrom(60_000, HOUR, 30 * HOUR),
  })
  const dump = dumpOf(dumpSchema.parse({ bucket: 'bucket', prefix: 'p/', max_age: '25h' }), {})
  let tails = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(object, { minLength: 20, maxLength: 150 }),
      fc.array(step, { maxLength: 5 }),
      fc.boolean(),
      fc.integer({ min: 5, max: 20 }),
      (first, steps, byDate, pageSize) =>
        withServer(pageSize, async (s3) => {
          const held = new Map<string, FakeObject>()
          const put = (some: FakeObject[], now: number) => {
            // half of the time names go by date, as most do
            const ordered = some.map((one, i) => ({
              ...one,
              lastModifiedAt: now - i * 3 * HOUR,
              key: `p/${String(now - i * 3 * HOUR)}`,
            }))
            for (const one of byDate ? ordered : some) {
              held.set(one.key, one)
              s3.put(one)
            }
          }
          const bucket = open(s3.url)
          let now = NOW
          let memory: unknown = null
          put(first, now)
          for (const { put: more, remove, afterMs } of [{ put: [], remove: [], afterMs: 0 }, ...steps]) {
            now += afterMs
            put(more, now)
            for (const index of remove) {
              const gone = [...held.keys()][index % Math.max(1, held.size)]
              if (gone === undefined) continue
              held.delete(gone)
              s3.remove(gone)
            }
            const read = await readDump(bucket, dump, { now, memory, signal })
            memory = JSON.parse(JSON.stringify(read.memory))
            const found = read.tally.newest()
            const plain = plainNewest(held.values(), now)
            const whole = read.memory.wholeAt === now
            if (!whole) tails++
            if (whole) expect(found?.key).toBe(plain?.key)
            // what was found is there, and is good: so nothing is called younger than it is
            if (found)
              expect(held.get(found.key)).toMatchObject({
                lastModifiedAt: found.lastModifiedAt,
                sizeBytes: found.sizeBytes,
              })
            if (found && plain) expect(found.lastModifiedAt).toBeLessThanOrEqual(plain.lastModifiedAt ?? 0)
            // and nothing is called missing, or stale on old news
            if (plain) expect(found).not.toBeNull()
            if (byDate) expect(found?.key).toBe(plain?.key)
          }
        }),
    ),
    { numRuns: 80 },
  )
  expect(tails).toBeGreaterThan(10)
})
