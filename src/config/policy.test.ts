import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shelf } from '../../test/fakes/kinds.ts'
import { aCopy, aService } from '../../test/fakes/services.ts'
import type { Config, ConfiguredService, ConfiguredSource, Override } from './config.ts'
import { policyFor } from './policy.ts'

const HOUR = 3_600_000
const at = { file: 'backproof.yaml', line: 1, column: 1 }

function configOf(parts: Partial<Config> = {}): Config {
  return {
    path: '/etc/backproof.yaml',
    directory: '/etc',
    files: [],
    database: { url: null },
    server: { host: '127.0.0.1', port: 8484, baseUrl: null, auth: null, pingBodyLimit: 10_000 },
    concurrency: 4,
    errorGrace: 3,
    defaults: {},
    sources: [],
    services: [],
    channels: [],
    routes: [],
    watchdog: [],
    keepHistoryMs: 1,
    evidence: { key: null, keepMs: null },
    ...parts,
  }
}

function fleet(parts: Partial<ConfiguredSource> & { boxes?: object } = {}): ConfiguredSource {
  const { boxes = {}, ...rest } = parts
  return {
    name: 'fleet',
    type: 'shelf',
    source: shelf,
    config: shelf.config.parse({ url: 'x', boxes: { web: {}, db: {}, ...boxes } }),
    everyMs: 1,
    timeoutMs: 1,
    threshold: {},
    overrides: [],
    owner: null,
    tags: {},
    at,
    ...rest,
  }
}

function service(name: string, parts: Partial<ConfiguredService> = {}): ConfiguredService {
  return { ...aService(name, parts), at }
}

const copy = (check: string, maxAgeMs: number | null = null) => aCopy({ check, maxAgeMs })

const check = (id = 'fleet/web', tags: Record<string, string> = {}, name = id.slice(6)) => ({
  id,
  source: 'fleet',
  type: 'shelf',
  resource: { id: name, name, provider: null, account: null, region: null, tags },
})

const override = (match: Override['match'], hours: number, index: number, owner?: string): Override => ({
  match,
  max_age: hours * HOUR,
  owner,
  from: `sources.fleet.overrides[${index}]`,
})

/** Each level of the precedence, from the least specific; `hours` is what it asks for. */
const LEVELS: { from: string; add(config: Config, hours: number): void }[] = [
  {
    from: 'defaults.max_age',
    add(config, hours) {
      config.defaults = { max_age: hours * HOUR }
    },
  },
  {
    from: 'sources.fleet.max_age',
    add(config, hours) {
      for (const source of config.sources) source.threshold = { max_age: hours * HOUR }
    },
  },
  ...(
    [
      [{ name: 'w*' }, 0],
      [{ tags: { env: 'prod' } }, 1],
      [{ tags: { env: 'prod', site: 'a' } }, 2],
      [{ check: 'fleet/web' }, 3],
      [{ name: 'web', tags: { env: 'prod' } }, 4],
    ] as const
  ).map(([match, index]) => ({
    from: `sources.fleet.overrides[${index}].max_age`,
    add(config: Config, hours: number) {
      // the order in the file does not decide
      for (const source of config.sources) source.overrides.unshift(override(match, hours, index))
    },
  })),
  {
    from: 'sources.fleet.boxes.web.max_age',
    add(config, hours) {
      for (const source of config.sources)
        source.config = shelf.config.parse({ url: 'x', boxes: { web: { max_age: `${hours}h` } } })
    },
  },
  {
    from: 'services.shop.rpo',
    add(config, hours) {
      const shop = service('shop', { rpoMs: hours * HOUR, copies: [copy('fleet/w*')] })
      config.services = [...config.services.filter(({ name }) => name !== 'shop'), shop]
    },
  },
  {
    from: 'services.shop.copies[1].max_age',
    add(config, hours) {
      const shop = config.services.find(({ name }) => name === 'shop') ?? service('shop')
      config.services = [{ ...shop, copies: [copy('fleet/w*'), copy('fleet/web', hours * HOUR)] }]
    },
  },
]

test('a more specific setting always wins, however strict the others are', () => {
  const chosen = fc.uniqueArray(fc.nat(LEVELS.length - 1), { maxLength: LEVELS.length })
  const hours = fc.array(fc.integer({ min: 1, max: 999 }), { minLength: LEVELS.length, maxLength: LEVELS.length })
  fc.assert(
    fc.property(chosen, hours, (levels, asked) => {
      const config = configOf({ sources: [fleet()] })
      const order = [...levels].sort((a, b) => a - b)
      for (const level of order) LEVELS[level]?.add(config, asked[level] ?? 0)
      const policy = policyFor(config, check('fleet/web', { env: 'prod', site: 'a' }))
      const most = order.at(-1)
      expect(policy.thresholdFrom).toBe(most === undefined ? 'default of shelf' : LEVELS[most]?.from)
      expect(policy.threshold).toEqual({
        kind: 'age',
        maxAgeMs: (most === undefined ? 24 : (asked[most] ?? 0)) * HOUR,
      })
    }),
    { numRuns: 500 },
  )
})

describe('services', () => {
  const two = configOf({
    sources: [fleet({ owner: 'source-owner', tags: { site: 'a', env: 'dev' } })],
    services: [
      service('media', { tier: 2, owner: 'media-team', rpoMs: 4 * HOUR, copies: [copy('fleet/*')] }),
      service('payments', { tier: 1, rpoMs: HOUR / 4, copies: [copy('fleet/db'), copy('fleet/vault', 744 * HOUR)] }),
    ],
  })

  test('the strictest RPO counts, the gravest tier, and the owner of the gravest that has one', () => {
    const policy = policyFor(two, check('fleet/db', { env: 'prod' }))
    expect(policy).toMatchObject({ thresholdFrom: 'services.payments.rpo', tier: 1, owner: 'media-team' })
    expect(policy.threshold).toEqual({ kind: 'age', maxAgeMs: HOUR / 4 })
    expect(policy.services).toEqual(['media', 'payments'])
    expect(policy.tags).toEqual({ site: 'a', env: 'prod' })
  })

  test("one service's patience with its copy does not loosen what another asks", () => {
    expect(policyFor(two, check('fleet/vault')).thresholdFrom).toBe('services.media.rpo')
  })

  test('a check that no service names has none', () => {
    const config = configOf({ sources: [fleet({ owner: 'source-owner' })], services: [service('x', { rpoMs: 1 })] })
    expect(policyFor(config, check())).toMatchObject({ tier: null, services: [], owner: 'source-owner' })
  })
})

test.each([
  [{ check: 'fleet/web' }, true],
  [{ check: 'fleet/we' }, false],
  [{ check: 'fleet/?eb' }, true],
  [{ name: 'web' }, true],
  [{ name: 'vol-0123' }, true],
  [{ name: 'WEB' }, false],
  [{ tags: { env: 'pr*' } }, true],
  [{ tags: { env: 'prod', nosuch: '*' } }, false],
  [{ tags: { toString: '*' } }, false],
  [{ check: 'fleet/web', tags: { env: 'dev' } }, false],
])('override %j matches: %s', (match, matches) => {
  const config = configOf({ sources: [fleet({ overrides: [override(match, 1, 0, 'somebody')] })] })
  const policy = policyFor(config, {
    ...check(),
    resource: { ...check().resource, id: 'vol-0123', tags: { env: 'prod' } },
  })
  expect(policy.owner).toBe(matches ? 'somebody' : null)
  expect(policy.thresholdFrom).toBe(matches ? 'sources.fleet.overrides[0].max_age' : 'default of shelf')
})

test.each([
  // [source, defaults, threshold, from]
  [
    { expected_frequency_hours: 24, grace: 2 * HOUR },
    {},
    { kind: 'age', maxAgeMs: 26 * HOUR },
    'sources.fleet.expected_frequency_hours',
  ],
  [{ max_age: 24 * HOUR }, { grace: HOUR }, { kind: 'age', maxAgeMs: 24 * HOUR }, 'sources.fleet.max_age'],
  [{ max_age: 24 * HOUR, grace: HOUR }, {}, { kind: 'age', maxAgeMs: 25 * HOUR }, 'sources.fleet.max_age'],
  [
    { schedule: '30 2 * * *' },
    { time_zone: 'Europe/Berlin' },
    {
      kind: 'schedule',
      schedule: { kind: 'cron', expression: '30 2 * * *', timeZone: 'Europe/Berlin' },
      graceMs: HOUR,
    },
    'sources.fleet.schedule',
  ],
  [
    {},
    { schedule: 'every 6h', grace: 5 },
    { kind: 'schedule', schedule: { kind: 'interval', everyMs: 6 * HOUR }, graceMs: 5 },
    'defaults.schedule',
  ],
])('%j with defaults %j', (threshold, defaults, expected, from) => {
  const policy = policyFor(configOf({ sources: [fleet({ threshold })], defaults }), check())
  expect(policy).toMatchObject({ threshold: expected, thresholdFrom: from })
})

test.each(['sources.fleet.max_age', 'sources.fleet.default.period'])(
  "%s, which a source's own schema says of all its checks, does not outrank an override",
  (from) => {
    const echo = { ...shelf, threshold: () => ({ setting: { max_age: HOUR }, from }) }
    const source = fleet({ source: echo, overrides: [override({ name: 'web' }, 9, 0)] })
    const config = configOf({ sources: [source], defaults: { max_age: 1 } })
    expect(policyFor(config, check()).thresholdFrom).toBe('sources.fleet.overrides[0].max_age')
    expect(policyFor(config, check('fleet/db')).thresholdFrom).toBe(from)
  },
)

test('the owner that a source names for one check goes before those of overrides', () => {
  const echo = { ...shelf, owner: (_: string, __: unknown, id: string) => (id === 'fleet/web' ? 'dba' : null) }
  const source = fleet({ source: echo, owner: 'all', overrides: [override({ name: '*b' }, 9, 0, 'platform')] })
  const config = configOf({ sources: [source] })
  expect(['fleet/web', 'fleet/db', 'fleet/x'].map((id) => policyFor(config, check(id)).owner)).toEqual([
    'dba',
    'platform',
    'all',
  ])
})

test('warn_at comes from the most specific place that gives one, whatever decides the threshold', () => {
  const config = configOf({
    sources: [fleet({ boxes: { web: { warn_at: '50%' } }, threshold: { warn_at: 0.7 } })],
    services: [service('shop', { rpoMs: HOUR, copies: [copy('fleet/*')] })],
    defaults: { warn_at: 0.9 },
  })
  expect(policyFor(config, check()).warnAt).toBe(0.5)
  expect(policyFor(config, check('fleet/db')).warnAt).toBe(0.7)
})

test('new_resource_grace comes from there too; without any it is the threshold', () => {
  const override = { match: { name: 'db' }, new_resource_grace: 2 * HOUR, from: 'sources.fleet.overrides[0]' }
  const config = configOf({
    sources: [fleet({ threshold: { new_resource_grace: HOUR }, overrides: [override] })],
    defaults: { new_resource_grace: 5 * HOUR },
  })
  expect(policyFor(configOf({ sources: [fleet()] }), check()).newResourceGraceMs).toBeNull()
  expect(policyFor(config, check()).newResourceGraceMs).toBe(HOUR)
  expect(policyFor(config, check('fleet/db')).newResourceGraceMs).toBe(2 * HOUR)
})

test('a check of a source that is no longer configured still gets a policy', () => {
  expect(policyFor(configOf(), check())).toMatchObject({ thresholdFrom: 'default', owner: null })
})

test('100,000 checks over thousands of overrides and services are quick', () => {
  const overrides = Array.from({ length: 5000 }, (_, i) => override({ name: `vol-${i}` }, i + 1, i))
  const services = Array.from({ length: 5000 }, (_, i) =>
    service(`s${i}`, { rpoMs: HOUR, copies: [copy(`fleet/vol-${i + 50_000}`), copy(`other/${i}*`)] }),
  )
  const config = configOf({ sources: [fleet({ overrides })], services })
  const started = performance.now()
  const seen = new Map<string, number>()
  for (let i = 0; i < 100_000; i++) {
    const policy = policyFor(config, check(`fleet/vol-${i}`))
    const kind = policy.thresholdFrom.replace(/\d+/g, '')
    seen.set(kind, (seen.get(kind) ?? 0) + 1)
  }
  expect(Object.fromEntries(seen)).toEqual({
    'sources.fleet.overrides[].max_age': 5000,
    'services.s.rpo': 5000,
    'default of shelf': 90_000,
  })
  // a linear search would take minutes; the limit is wide, since machines are busy
  expect(performance.now() - started).toBeLessThan(5000)
})

test('a copy that is proven by tags asks of the checks that have them, whether the tags are their own or of their source', () => {
  const tagged = (tags: Record<string, string>) => ({ ...aCopy({ tags }), maxAgeMs: 2 * HOUR })
  const config = configOf({
    sources: [fleet({ tags: { team: 'shop' } })],
    services: [service('shop', { copies: [tagged({ team: 'shop', env: 'prod*' })] })],
  })
  expect(policyFor(config, check('fleet/web', { env: 'production' }))).toMatchObject({
    threshold: { maxAgeMs: 2 * HOUR },
    thresholdFrom: 'services.shop.copies[0].max_age',
    services: ['shop'],
  })
  expect(policyFor(config, check('fleet/web', { env: 'test' })).services).toEqual([])
})

test.each<[string, Partial<Config>, string]>([
  ['nothing is configured', { sources: [fleet()] }, 'the plan daily'],
  [
    'the source and the defaults say something of all',
    { sources: [fleet({ threshold: { max_age: HOUR } })], defaults: { max_age: HOUR } },
    'the plan daily',
  ],
  [
    'an override means the check',
    { sources: [fleet({ overrides: [override({ check: 'fleet/w*' }, 2, 0)] })] },
    'sources.fleet.overrides[0].max_age',
  ],
  [
    'its own entry says so',
    { sources: [fleet({ boxes: { web: { max_age: '3h' } } })] },
    'sources.fleet.boxes.web.max_age',
  ],
  [
    'it backs a service',
    { sources: [fleet()], services: [service('shop', { rpoMs: HOUR, copies: [copy('fleet/web')] })] },
    'services.shop.rpo',
  ],
])("the place's own schedule where %s", (_, parts, from) => {
  const threshold = { kind: 'schedule', schedule: { kind: 'interval', everyMs: HOUR }, graceMs: 1 } as const
  const policy = policyFor(configOf(parts), { ...check(), expects: { threshold, from: 'the plan daily' } })
  expect(policy.thresholdFrom).toBe(from)
  expect(policy.threshold.kind === 'schedule').toBe(from === 'the plan daily')
})
