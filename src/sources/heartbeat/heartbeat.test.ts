import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../config/load-config.ts'
import { policyFor } from '../../config/policy.ts'
import { heartbeatConfig } from './config.ts'
import { configuredHeartbeats, HeartbeatIndex } from './heartbeat-index.ts'
import { heartbeat } from './index.ts'

const U = '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405060'
const V = '0f9e8d7c-6b5a-4948-8372-615049382716'
const KEY = 'fqOOd6-F4MMNuCEnzTU01w'
const HOUR = 3_600_000

const read = (config: unknown) => heartbeatConfig.parse(config)
const source = (name: string, config: unknown) => ({ name, type: 'heartbeat', config: read(config) })

describe('the configuration', () => {
  test.each<[unknown, string, string]>([
    [{}, '', 'nothing can report'],
    [{ heartbeats: { nightly: {} } }, 'heartbeats.nightly', 'give uuid or push_token, or ping_key'],
    [{ heartbeats: { Nightly: { uuid: U } } }, 'heartbeats.Nightly', 'small letters'],
    [{ heartbeats: { nightly: { uuid: '17' } } }, 'heartbeats.nightly.uuid', 'uuidgen'],
    [{ create: true }, 'create', 'needs a ping_key'],
    [{ ping_key: 'short', create: true }, 'ping_key', 'not a ping key'],
    [{ ping_key: U, create: true }, 'ping_key', 'no uuid'],
    [{ ping_key: 'a/b?c=ddddddddd', create: true }, 'ping_key', 'not a ping key'],
    [{ heartbeats: { a: { uuid: U, grace: '59s' } } }, 'heartbeats.a.grace', 'write 1m to 365d'],
    [{ heartbeats: { a: { uuid: U, period: '366d' } } }, 'heartbeats.a.period', 'write 1m to 365d'],
    [{ heartbeats: { a: { uuid: U, period: '1d', schedule: 'daily' } } }, 'heartbeats.a.period', 'keep one'],
    [{ heartbeats: { a: { uuid: U, schedule: '61 * * * *' } } }, 'heartbeats.a.schedule', 'minute'],
    [
      { heartbeats: { a: { uuid: U, schedule: 'daily', time_zone: 'Berlin' } } },
      'heartbeats.a.time_zone',
      'Europe/Berlin',
    ],
    [
      { heartbeats: { a: { uuid: U }, b: { uuid: U.toUpperCase() } } },
      'heartbeats.b.uuid',
      'heartbeats.a has the same',
    ],
    [
      { heartbeats: { a: { push_token: 'eTOqpBnvAf' }, b: { push_token: 'eTOqpBnvAf' } } },
      'heartbeats.b.push_token',
      'heartbeats.a has the same',
    ],
  ])('%j is refused', (config, path, words) => {
    const { error } = heartbeatConfig.safeParse(config)
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path)
    expect(JSON.stringify(error?.issues)).toContain(words)
    for (const secret of [KEY, 'eTOqpBnvAf', 'a/b?c']) expect(JSON.stringify(error?.issues)).not.toContain(secret)
  })

  test.each<[unknown, unknown, unknown, string | undefined]>([
    [{ period: '1d' }, undefined, { max_age: 24 * HOUR, grace: HOUR }, 'heartbeats.a.period'],
    [{ period: '5m' }, undefined, { max_age: 300_000, grace: 300_000 }, 'heartbeats.a.period'],
    [{ period: '7d', grace: '2h' }, undefined, { max_age: 168 * HOUR, grace: 2 * HOUR }, 'heartbeats.a.period'],
    [{ grace: '2h' }, undefined, { max_age: 24 * HOUR, grace: 2 * HOUR }, 'heartbeats.a.grace'],
    [{}, undefined, null, undefined],
    [{}, { period: '2d', grace: '3h' }, { max_age: 48 * HOUR, grace: 3 * HOUR }, 'default.period'],
    [{ grace: '1h' }, { period: '2d', grace: '3h' }, { max_age: 48 * HOUR, grace: HOUR }, 'default.period'],
    [{ schedule: 'daily' }, { period: '2d' }, { schedule: 'daily', grace: HOUR }, 'heartbeats.a.schedule'],
    [
      { schedule: '30 2 * * *' },
      { time_zone: 'Europe/Berlin' },
      { schedule: '30 2 * * *', time_zone: 'Europe/Berlin', grace: HOUR },
      'heartbeats.a.schedule',
    ],
    [{ period: '1d' }, { schedule: 'daily' }, { max_age: 24 * HOUR, grace: HOUR }, 'heartbeats.a.period'],
    [{ warn_at: '80%' }, undefined, { warn_at: 0.8 }, ''],
  ])('%j with the defaults %j', (own, defaults, setting, from) => {
    const config = read({ ping_key: KEY, default: defaults, heartbeats: { a: own } })
    const found = heartbeat.threshold?.('jobs', config, 'jobs/a') ?? null
    expect(found).toEqual(setting && { setting, from: `sources.jobs${from && `.${from}`}` })
  })

  test('says its checks, owners and outgoing heartbeats', () => {
    const config = read({
      ping_key: KEY,
      heartbeats: {
        a: null,
        b: { owner: 'dba', tags: { team: 'x' }, push_url: 'https://kuma.example.com/api/push/T0k' },
      },
    })
    expect(heartbeat.checks('jobs', config).map(({ check, type, resource }) => [check, type, resource.tags])).toEqual([
      ['jobs/a', 'heartbeat', {}],
      ['jobs/b', 'heartbeat', { team: 'x' }],
    ])
    expect(['a', 'b', 'constructor'].map((slug) => heartbeat.owner?.('jobs', config, `jobs/${slug}`))).toEqual([
      null,
      'dba',
      null,
    ])
    expect(heartbeat.push?.('jobs', config, 'jobs/b')?.format).toBe('kuma')
    expect(heartbeat.push?.('jobs', config, 'jobs/a')).toBeNull()
    expect(JSON.stringify(config)).not.toContain(KEY)
  })
})

test('its policy: own settings, then overrides, then what its heartbeats share', () => {
  const directory = mkdtempSync(join(tmpdir(), 'backproof-heartbeat-'))
  const path = join(directory, 'backproof.yaml')
  writeFileSync(
    path,
    `sources:
  jobs:
    type: heartbeat
    ping_key: ${KEY}
    default: { period: 2d, grace: 2h }
    owner: ops
    overrides: [{ match: { check: "jobs/b*" }, max_age: 5h, owner: web }]
    heartbeats:
      a: { schedule: "30 2 * * *", time_zone: Europe/Berlin, grace: 90m, owner: dba }
      b1: { period: 1d }
      b2: {}
      c: {}
`,
  )
  const loaded = loadConfig({ path })
  rmSync(directory, { recursive: true })
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  const { config } = loaded
  const policies = configuredHeartbeats(config.sources)
    .flatMap((each) => heartbeat.checks(each.name, each.config))
    .map(({ check, type, resource }) => {
      const { threshold, thresholdFrom, owner } = policyFor(config, { id: check, source: 'jobs', type, resource })
      return [check, threshold, thresholdFrom.replace('sources.jobs.', ''), owner]
    })
  const schedule = { kind: 'cron', expression: '30 2 * * *', timeZone: 'Europe/Berlin' }
  expect(policies).toEqual([
    ['jobs/a', { kind: 'schedule', schedule, graceMs: 1.5 * HOUR }, 'heartbeats.a.schedule', 'dba'],
    ['jobs/b1', { kind: 'age', maxAgeMs: 26 * HOUR }, 'heartbeats.b1.period', 'web'],
    ['jobs/b2', { kind: 'age', maxAgeMs: 5 * HOUR }, 'overrides[0].max_age', 'web'],
    ['jobs/c', { kind: 'age', maxAgeMs: 50 * HOUR }, 'default.period', 'ops'],
  ])
})

describe('whom a report is for', () => {
  const jobs = source('jobs', {
    ping_key: KEY,
    create: true,
    default: { period: '2d', grace: '3h', count_from: 'start' },
    heartbeats: { nightly: { uuid: U, grace: '5m' }, kuma: { push_token: 'eTOqpBnvAf', count_from: 'success' } },
  })
  const other = source('other', { ping_key: KEY, heartbeats: { hourly: {}, shared: {} } })
  const third = source('third', {
    ping_key: KEY,
    heartbeats: { shared: {}, twin: { uuid: V, push_token: 'eTOqpBnvAf' } },
  })
  const elsewhere = { name: 'fleet', type: 'restic', config: { ping_key: 'no' } }
  const sources = configuredHeartbeats([jobs, elsewhere, other, third])
  const created = [
    { check: 'jobs/made', source: 'jobs', slug: 'made', uuid: V },
    { check: 'gone/made', source: 'gone', slug: 'made', uuid: '11111111-1111-4111-8111-111111111111' },
  ]
  const index = new HeartbeatIndex(sources, created)
  const bySlug = (slug: string, create = false, key = KEY) => index.resolve({ key, slug, create })

  test('by uuid, token, or key and slug', () => {
    const nightly = { check: 'jobs/nightly', source: 'jobs', slug: 'nightly', graceMs: 300_000, pointFromStart: true }
    expect(index.resolve({ uuid: U })).toEqual({ found: nightly })
    expect(bySlug('nightly')).toEqual({ found: nightly })
    expect(bySlug('nightly', true)).toEqual({ found: nightly })
    expect(bySlug('hourly')).toMatchObject({ found: { check: 'other/hourly', graceMs: HOUR, pointFromStart: false } })
    expect(bySlug('made')).toMatchObject({ found: { check: 'jobs/made', graceMs: 3 * HOUR, pointFromStart: true } })
    expect(new HeartbeatIndex([sources[0] ?? jobs], []).resolve({ token: 'eTOqpBnvAf' })).toMatchObject({
      found: { check: 'jobs/kuma', pointFromStart: false },
    })
  })

  test('unknown and ambiguous ones', () => {
    expect(index.resolve({ uuid: '11111111-1111-4111-8111-111111111111' })).toBe('unknown')
    expect(index.resolve({ token: 'eTOqpBnvAg' })).toBe('unknown')
    expect(bySlug('nothing')).toBe('unknown')
    expect(bySlug('nightly', false, 'fqOOd6-F4MMNuCEnzTU01x')).toBe('unknown')
    expect(bySlug('nothing', true, 'fqOOd6-F4MMNuCEnzTU01x')).toBe('unknown')
    expect(bySlug('shared')).toBe('ambiguous')
    expect(index.resolve({ token: 'eTOqpBnvAf' })).toBe('ambiguous')
    expect(index.resolve({ uuid: V })).toBe('ambiguous')
  })

  test('a first report makes a heartbeat where that is allowed', () => {
    expect(bySlug('fresh', true)).toMatchObject({ create: { check: 'jobs/fresh', source: 'jobs', graceMs: 3 * HOUR } })
    const made = { check: 'jobs/fresh', source: 'jobs', slug: 'fresh', uuid: '22222222-2222-4222-8222-222222222222' }
    const own = new HeartbeatIndex(sources, created)
    own.add(made)
    expect(own.resolve({ key: KEY, slug: 'fresh', create: true })).toMatchObject({ found: { check: 'jobs/fresh' } })
    expect(own.resolve({ uuid: made.uuid })).toMatchObject({ found: { check: 'jobs/fresh' } })
    const closed = new HeartbeatIndex(configuredHeartbeats([other]), [])
    expect(closed.resolve({ key: KEY, slug: 'fresh', create: true })).toBe('unknown')
  })

  test('one that was made and is configured since is the same one', () => {
    const same = {
      check: 'jobs/nightly',
      source: 'jobs',
      slug: 'nightly',
      uuid: '33333333-3333-4333-8333-333333333333',
    }
    const own = new HeartbeatIndex(configuredHeartbeats([jobs]), [same])
    for (const to of [{ uuid: U }, { uuid: same.uuid }, { key: KEY, slug: 'nightly', create: false }])
      expect(own.resolve(to)).toMatchObject({ found: { check: 'jobs/nightly', graceMs: 300_000 } })
  })

  test('the key makes no more than 10,000', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => ({
      check: `jobs/m${at}`,
      source: 'jobs',
      slug: `m${at}`,
      uuid: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    }))
    const full = new HeartbeatIndex(configuredHeartbeats([jobs]), many)
    expect(full.resolve({ key: KEY, slug: 'm9999', create: true })).toMatchObject({ found: { check: 'jobs/m9999' } })
    expect(full.resolve({ key: KEY, slug: 'one-more', create: true })).toBe('unknown')
  })

  test('20,000 are found in no time: as many pings a second are aimed at', () => {
    const started = performance.now()
    for (let count = 0; count < 20_000; count++) bySlug('nightly')
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
