import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startFauxqs } from 'fauxqs'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeObject, type FakeS3Options, startS3 } from '../../../test/fakes/s3-server.ts'
import { instant } from '../../domain/instant.ts'
import type { Observation } from '../../domain/observation.ts'
import { silentLog } from '../../lib/log.ts'
import { createS3Dumps } from './index.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.parse('2026-11-20T12:00:00Z')
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A dump a day at 03:00 for `days` days until `end`, named by its date. */
function daily(days: number, { prefix = 'pg/', end = NOW, suffix = '.dump.gz' } = {}): FakeObject[] {
  return Array.from({ length: days }, (_, i) => {
    const at = Math.floor(end / DAY) * DAY + 3 * HOUR - (days - 1 - i) * DAY
    return { key: `${prefix}${new Date(at).toISOString().slice(0, 10)}${suffix}`, lastModifiedAt: at }
  })
}

async function setUp(dump: object, options: FakeS3Options = {}) {
  const s3 = await startS3({ keys: { AKID: 'secretsecret' }, ...options })
  stops.push(() => s3.stop())
  const clock = { now: () => Date.now(), sleep: async () => {} }
  const source = createS3Dumps({ clock })
  const login = { access_key_id: 'AKID', secret_access_key: 'secretsecret' }
  const config = source.config.parse({ endpoint: s3.url, ...login, dumps: { appdb: { bucket: 'bucket', ...dump } } })
  let memory: unknown = null

  async function look(now = NOW) {
    const before = s3.requests.length
    const seen: Observation[] = []
    let kept: unknown = memory
    const [scope] = source.scopes('s3', config)
    if (!scope) throw new Error('no scope')
    const context = {
      now: instant(now),
      signal: new AbortController().signal,
      log: silentLog,
      directory: '/',
      memory,
      remember: (value: unknown) => {
        kept = JSON.parse(JSON.stringify(value))
      },
    }
    for await (const observation of source.scan(scope, config, context)) seen.push(observation)
    const end = seen.at(-1)
    if (end?.kind === 'scope-complete') memory = kept
    const points = seen.flatMap((one) => (one.kind === 'recovery-point' ? [one.point] : []))
    return {
      end,
      points,
      good: points.filter((point) => point.state === 'complete').map((point) => point.id),
      resource: seen.find((one) => one.kind === 'resource'),
      requests: s3.requests.length - before,
    }
  }
  return { s3, look, source, config, forget: () => (memory = null), memory: () => memory }
}

describe('what counts', () => {
  it('emits the newest objects that match, with size and date', async () => {
    const { look } = await setUp(
      { prefix: 'pg/', pattern: '*.dump.gz', min_size: '100B' },
      {
        objects: [
          { key: 'pg/a.dump.gz', lastModifiedAt: NOW - DAY, sizeBytes: 100 },
          { key: 'pg/b.dump.gz', lastModifiedAt: NOW - HOUR, sizeBytes: 99 },
          { key: 'pg/b.dump.gz.md5', lastModifiedAt: NOW },
          { key: 'pg/old/c.dump.gz', lastModifiedAt: NOW },
          { key: 'pg/', lastModifiedAt: NOW, sizeBytes: 0 },
          { key: 'pgx', lastModifiedAt: NOW },
        ],
      },
    )
    const { points, end, resource, requests } = await look()
    expect(points).toEqual([
      {
        check: 's3/appdb',
        id: 'pg/b.dump.gz',
        recoverableTo: NOW - HOUR,
        completedAt: NOW - HOUR,
        sizeBytes: 99,
        state: 'implausible',
        problem: '99 B is less than min_size, 100 B',
      },
      {
        check: 's3/appdb',
        id: 'pg/a.dump.gz',
        recoverableTo: NOW - DAY,
        completedAt: NOW - DAY,
        sizeBytes: 100,
        state: 'complete',
        problem: null,
      },
    ])
    expect(resource).toMatchObject({ check: 's3/appdb', type: 's3-dump', resource: { id: 's3://bucket/pg/' } })
    expect(end).toEqual({ kind: 'scope-complete', scope: 's3/appdb', points: 'newest' })
    expect(requests).toBe(1)
  })

  it('never takes an empty object for a backup, even with min_size: 0', async () => {
    const { look } = await setUp({ min_size: 0 }, { objects: [{ key: 'a', sizeBytes: 0 }] })
    expect((await look()).points).toMatchObject([{ state: 'implausible' }])
  })

  it('is missing, and read whole, when nothing is there', async () => {
    const { look } = await setUp({ prefix: 'pg/' })
    expect(await look()).toMatchObject({ points: [], end: { kind: 'scope-complete' }, requests: 1 })
  })

  it('hands on a future date without letting it hide what is good', async () => {
    const future = Array.from({ length: 150 }, (_, i) => ({ key: `z${i}`, lastModifiedAt: NOW + DAY + i }))
    const { look } = await setUp({}, { objects: [...future, { key: 'a', lastModifiedAt: NOW - HOUR }] })
    const { good } = await look()
    expect(good).toContain('a')
    expect(good).toContain('z149')
  })

  it('says that the newest is archived', async () => {
    const { look } = await setUp({}, { objects: [{ key: 'a', storageClass: 'DEEP_ARCHIVE' }] })
    expect((await look()).resource).toMatchObject({ detail: expect.stringContaining('DEEP_ARCHIVE') })
  })

  it('emits no more than the newest hundred', async () => {
    const { look } = await setUp({ prefix: 'pg/' }, { objects: daily(900) })
    const { good } = await look()
    expect(good).toHaveLength(100)
    expect(good.at(-1)).toBe('pg/2026-11-20.dump.gz')
  })
})

describe('requests', () => {
  it('of names that go by date: everything once, then one a look', async () => {
    const { s3, look } = await setUp({ prefix: 'pg/' }, { objects: daily(3500) })
    expect(await look()).toMatchObject({ requests: 4 })
    const second = await look()
    expect(second.requests).toBe(1)
    expect(second.good).toHaveLength(100)
    s3.put(...daily(1, { end: NOW + DAY }))
    const third = await look(NOW + DAY)
    expect(third.requests).toBeGreaterThan(1) // a day has passed: everything is read again
    expect(third.good.at(-1)).toBe('pg/2026-11-21.dump.gz')
    s3.put(...daily(1, { end: NOW + DAY, suffix: '-2.dump.gz' }))
    const fourth = await look(NOW + DAY + HOUR)
    expect(fourth.requests).toBe(1)
    expect(fourth.good).toContain('pg/2026-11-21-2.dump.gz')
  })

  it('reads everything again when the newest that it knew is gone: an old look keeps nothing ok', async () => {
    const { s3, look } = await setUp({ prefix: 'pg/' }, { objects: daily(2500) })
    await look()
    for (const { key } of daily(120)) s3.remove(key)
    const { good, requests } = await look(NOW + HOUR / 4)
    expect(good.at(-1)).toBe('pg/2026-07-23.dump.gz')
    expect(requests).toBeGreaterThan(1)
    for (const { key } of daily(2500)) s3.remove(key)
    expect(await look(NOW + HOUR / 2)).toMatchObject({ good: [], end: { kind: 'scope-complete' } })
  })

  it('looks everywhere before it calls a dump overdue, in case names have stopped to go by date', async () => {
    const { s3, look } = await setUp({ prefix: 'pg/', max_age: '31d' }, { objects: daily(2500) })
    await look()
    s3.put({ key: 'pg/0-new-name.dump.gz', lastModifiedAt: NOW + 10 * HOUR })
    expect((await look(NOW + 11 * HOUR)).good).not.toContain('pg/0-new-name.dump.gz')
    // the rhythm was a day: after 26.4 h something is wrong, long before max_age
    const late = await look(NOW + 18 * HOUR)
    expect(late.good).toContain('pg/0-new-name.dump.gz')
    expect(late.requests).toBeGreaterThan(1)
  })

  it('does not read all of a dump that is overdue for long more than once an hour', async () => {
    const { look } = await setUp({ prefix: 'pg/' }, { objects: daily(2500, { end: NOW - 9 * DAY }) })
    expect((await look()).requests).toBe(3)
    const soon = await look(NOW + HOUR / 2)
    expect(soon).toMatchObject({ requests: 1 })
    expect(soon.good.at(-1)).toBe('pg/2026-11-11.dump.gz')
    expect((await look(NOW + HOUR)).requests).toBe(1 + 3)
  })

  it('of names without order: everything each time, side by side once it knows where to cut', async () => {
    const objects = Array.from({ length: 40_000 }, (_, i) => ({
      key: `u/${((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}`,
      lastModifiedAt: NOW - i * 1000,
    }))
    const { s3, look, forget } = await setUp({ prefix: 'u/' }, { objects })
    const first = await look()
    expect(first.good.at(-1)).toBe('u/00000000')
    // 40 pages, some that are read for the keys on their first half, and ranges that turn out to be empty
    expect(first.requests).toBeLessThan(40 + 16 + 32 + 5)
    const second = await look()
    expect(second.requests).toBeLessThanOrEqual(40 + 16)
    expect(
      s3.requests.slice(first.requests, first.requests + 16).every(({ query }) => !query['continuation-token']),
    ).toBe(true)
    expect(second.points).toEqual(first.points)
    forget()
    expect((await look()).points).toEqual(first.points)
  })

  it('forgets what it knew under other settings, and does not choke on nonsense', async () => {
    const { s3, look, memory, forget } = await setUp({ prefix: 'pg/' }, { objects: daily(1500) })
    await look()
    expect(JSON.stringify(memory()).length).toBeLessThan(4096)
    forget()
    expect((await look()).requests).toBe(2)
    expect((await look(NOW - HOUR)).requests).toBe(2) // the clock has jumped back
    s3.requests.length = 0
  })
})

describe('dates in the prefix', () => {
  const dump = { prefix: 'pg/{yyyy}/{MM}/{dd}/' }
  const on = (iso: string, name = 'a.gz'): FakeObject => ({
    key: `pg/${iso.slice(0, 10).replaceAll('-', '/')}/${name}`,
    lastModifiedAt: Date.parse(iso),
  })

  it('asks for the recent days alone', async () => {
    const old = Array.from({ length: 5000 }, (_, i) => on('2026-10-01T00:00:00Z', `${i}`))
    const { s3, look } = await setUp(dump, { objects: [...old, on('2026-11-20T03:00:00Z')] })
    expect(await look()).toMatchObject({ requests: 4, good: ['pg/2026/11/20/a.gz'] })
    expect(new Set(s3.requests.map(({ query }) => query.prefix))).toEqual(
      new Set(['pg/2026/11/18/', 'pg/2026/11/19/', 'pg/2026/11/20/', 'pg/2026/11/21/']),
    )
  })

  it('goes back in widening steps, and then only looks whether what it found is still there', async () => {
    const { s3, look } = await setUp(dump, { objects: [on('2026-10-20T03:00:00Z')] })
    const first = await look()
    expect(first.good).toEqual(['pg/2026/10/20/a.gz'])
    expect(first.requests).toBeLessThan(40)
    expect(await look(NOW + HOUR)).toMatchObject({ requests: 5, good: ['pg/2026/10/20/a.gz'] })
    s3.remove('pg/2026/10/20/a.gz')
    expect(await look(NOW + 2 * HOUR)).toMatchObject({ good: [], end: { kind: 'scope-complete' } })
    s3.put(on('2026-11-20T13:30:00Z'))
    expect(await look(NOW + 2 * HOUR)).toMatchObject({ good: ['pg/2026/11/20/a.gz'] })
  })

  it('finds what is older than any step, and other names under the base are not taken for it', async () => {
    const { look } = await setUp(dump, {
      objects: [on('2019-01-01T00:00:00Z'), { key: 'pg/latest/a.gz', lastModifiedAt: NOW }],
    })
    expect((await look()).good).toEqual(['pg/2019/01/01/a.gz'])
  })

  it('reads hours', async () => {
    const at = (hour: string) => ({
      key: `h/20261120T${hour}/x`,
      lastModifiedAt: Date.parse(`2026-11-20T${hour}:10:00Z`),
    })
    const { look } = await setUp({ prefix: 'h/{yyyy}{MM}{dd}T{HH}/' }, { objects: [at('09'), at('11'), at('10')] })
    expect(await look()).toMatchObject({ requests: 4, good: ['h/20261120T10/x', 'h/20261120T11/x'] })
  })
})

describe('trouble', () => {
  it('is a failed scope with a cause and advice, and keeps nothing', async () => {
    const { look, memory } = await setUp({ prefix: 'pg/' }, { fault: () => ({ status: 403, code: 'AccessDenied' }) })
    const { end, points } = await look()
    expect(points).toEqual([])
    expect(end).toMatchObject({
      kind: 'scope-failed',
      fault: { kind: 'denied', advice: expect.stringContaining('s3:ListBucket on arn:aws:s3:::bucket') },
    })
    expect(memory()).toBeNull()
  })

  it('in the middle of a list never lets what was read pass for all', async () => {
    const fault = (_: unknown, before: number) => (before >= 2 ? ('cut' as const) : undefined)
    const { look } = await setUp({ prefix: 'pg/' }, { objects: daily(5000), fault })
    expect(await look()).toMatchObject({ points: [], end: { kind: 'scope-failed', fault: { kind: 'network' } } })
  })

  it('with a wrong secret is of the kind credentials, and says nothing of the secret', async () => {
    const { look } = await setUp({}, { keys: { AKID: 'anothersecret' } })
    const { end } = await look()
    expect(end).toMatchObject({ kind: 'scope-failed', fault: { kind: 'credentials' } })
    expect(JSON.stringify(end)).not.toContain('secretsecret')
  })
})

describe('configuration', () => {
  const source = createS3Dumps()
  const refused: [string, object, RegExp][] = [
    ['nothing', {}, /nothing to look at/],
    ['both forms', { bucket: 'b-1', dumps: { a: { bucket: 'b-1' } } }, /belongs to one dump/],
    ['half a key', { bucket: 'b-1', access_key_id: 'x' }, /go together/],
    ['two ways to log in', { bucket: 'b-1', anonymous: true, profile: 'x' }, /keep one way/],
    ['a URL as a bucket', { bucket: 's3://b-1' }, /not the name of a bucket/],
    ['a wrong date', { bucket: 'b-1', prefix: '{YYYY}' }, /\{YYYY\} is no date/],
    ['a date with a gap', { bucket: 'b-1', prefix: '{yyyy}/{dd}' }, /has a gap/],
    ['a date without its year', { bucket: 'b-1', prefix: '{MM}' }, /needs its year/],
    ['a broken expression', { bucket: 'b-1', pattern: '/(/' }, /not a pattern/],
    ['an unknown key', { bucket: 'b-1', prefixx: 'a' }, /prefixx/],
  ]
  for (const [name, given, message] of refused)
    it(`refuses ${name}`, () => {
      expect(String(source.config.safeParse(given).error?.message)).toMatch(message)
    })

  it('has a scope for each dump, and a short form for one', () => {
    const short = source.config.parse({ bucket: 'acme', prefix: 'pg/', max_age: '1d' })
    expect(source.scopes('s3', short)).toEqual([{ id: 's3/acme', source: 's3', name: 'acme' }])
    const long = source.config.parse({
      dumps: { a: { bucket: 'x-1', expected_frequency_hours: 6 }, b: { bucket: 'x-1' } },
    })
    expect(source.scopes('s3', long).map(({ id }) => id)).toEqual(['s3/a', 's3/b'])
    expect(source.threshold?.('s3', long, 's3/a')).toMatchObject({
      setting: { expected_frequency_hours: 6 },
      from: 'sources.s3.dumps.a.expected_frequency_hours',
    })
    expect(source.threshold?.('s3', long, 's3/b')).toBeNull()
  })

  it('asks for no more than to list under the prefix', () => {
    const parsed = source.config.parse({ bucket: 'acme', prefix: 'pg/{yyyy}/' })
    expect(source.permissions(parsed)).toMatchObject([{ action: 's3:ListBucket', resource: 'arn:aws:s3:::acme' }])
    expect(source.permissions(parsed)[0]?.why).toContain('"pg/*"')
  })
})

it('reads a real stand-in that was filled by the SDK', async () => {
  const fauxqs = await startFauxqs({ port: 0, logger: false })
  stops.push(() => fauxqs.stop())
  fauxqs.createBucket('dumps')
  const access = { accessKeyId: 'a', secretAccessKey: 'b' }
  const sdk = new S3Client({ endpoint: fauxqs.address, forcePathStyle: true, region: 'us-east-1', credentials: access })
  for (const Key of ['pg/1.gz', 'pg/2.gz'])
    await sdk.send(new PutObjectCommand({ Bucket: 'dumps', Key, Body: 'hello' }))
  sdk.destroy()
  const source = createS3Dumps({ env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'bbbb' } })
  const config = source.config.parse({ endpoint: fauxqs.address, bucket: 'dumps', prefix: 'pg/' })
  const seen: Observation[] = []
  const rest = { signal: new AbortController().signal, log: silentLog, directory: '/', memory: null, remember() {} }
  for (const scope of source.scopes('s3', config))
    for await (const one of source.scan(scope, config, { now: instant(Date.now()), ...rest })) seen.push(one)
  expect(seen.map(({ kind }) => kind)).toEqual(['resource', 'recovery-point', 'recovery-point', 'scope-complete'])
  expect(seen[2]).toMatchObject({ point: { id: 'pg/2.gz', sizeBytes: 5, state: 'complete' } })
})
