import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { horn, shelf } from '../../test/fakes/kinds.ts'
import { Secret } from '../lib/secret.ts'
import type { Config } from './config.ts'
import { configJsonSchema } from './json-schema.ts'
import { loadConfig } from './load-config.ts'
import { formatProblem } from './problem.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backproof-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const kinds = { sources: [shelf], notifiers: [horn] }

function write(text: string, name = 'backproof.yaml'): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

function load(text: string, env: NodeJS.ProcessEnv = {}): Config {
  const result = loadConfig({ path: write(text), env, ...kinds })
  if ('problems' in result) throw new Error(result.problems.map(formatProblem).join('\n'))
  return result.config
}

function refuse(text: string): string[] {
  const result = loadConfig({ path: write(text), env: {}, ...kinds })
  return 'problems' in result ? result.problems.map((problem) => `${problem.path}: ${problem.message}`) : []
}

// product.md's own example, with a shelf in place of restic
const EXAMPLE = `
sources:
  fleet:
    type: shelf
    url: "s3:https://s3.example.com/restic-{{ .Name }}"
    mode: fast
    boxes:
      web-server: { max_age: 1d }
      db-server: { max_age: 6h, push_url: https://kuma.example.com/api/push/TOKEN }
services:
  payments-postgres:
    tier: 1
    owner: payments-team
    method: app-consistent + WAL
    rpo: 15m
    rto: 2h
    depends_on: [identity, dns]
    copies:
      - { type: local-object-storage, location: dc-a / s3-main, check: fleet/db-server }
      - { type: off-site-object-storage, location: dc-b / s3-dr, check: prod-aws/s3:acme-dumps/pg/appdb- }
      - { type: immutable-monthly, location: cloud-archive / locked-bucket, check: prod-aws/backup:vault-locked, max_age: 31d }
channels:
  oncall: { type: horn, url: \${env:SLACK_URL} }
routes:
  - { match: { severity: critical }, to: [oncall], repeat: 4h }
`

/** The handbook's inventory file, with its indentation. */
const INVENTORY = `
services:
  - name: payments-postgres
    tier: 1
    method: app-consistent + WAL
    rpo: 15m
    rto: 2h
    copies:
      - type: local-object-storage
        location: dc-a / s3-main
      - type: off-site-object-storage
        location: dc-b / s3-dr
      - type: immutable-monthly
        location: cloud-archive / locked-bucket
  - name: media-files
    tier: 2
    method: filesystem snapshot + object replication
    rpo: 4h
    rto: 8h
    copies:
      - type: local-nas
        location: dc-a / nas01
      - type: off-site-object-storage
        location: dc-b / archive-store
`

test('the example is read to what it says', () => {
  const config = load(EXAMPLE, { SLACK_URL: 'https://horn.example.com/services/T0/B0/abcdef' })
  expect(config.sources).toMatchObject([
    { name: 'fleet', type: 'shelf', everyMs: 900_000, config: { boxes: { 'web-server': { max_age: 86_400_000 } } } },
  ])
  expect(config.sources[0]?.at).toEqual({ file: config.path, line: 3, column: 3 })
  expect(config.services[0]).toMatchObject({ rpoMs: 900_000, rtoMs: 7_200_000, dependsOn: ['identity', 'dns'] })
  expect(config.services[0]?.copies[2]).toMatchObject({ maxAgeMs: 31 * 86_400_000 })
  expect(config.routes).toEqual([
    { match: { severity: ['critical'] }, to: ['oncall'], repeatMs: 4 * 3_600_000, continue: false },
  ])
  const [channel] = config.channels
  expect(inspect(channel, { depth: 9 })).not.toContain('abcdef')
  expect(channel?.config).toMatchObject({ url: expect.any(Secret) })
})

test('the inventory of a handbook is read as it is', () => {
  const { services } = load(INVENTORY)
  expect(services.map(({ name, tier, rpoMs, copies }) => [name, tier, rpoMs, copies.length])).toEqual([
    ['payments-postgres', 1, 900_000, 3],
    ['media-files', 2, 14_400_000, 2],
  ])
})

describe('JSON Schema', () => {
  const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(configJsonSchema(kinds))

  test.each([
    ['the example', EXAMPLE.replace(/\$\{env:SLACK_URL\}/, 'https://horn.example.com'), true],
    ['the inventory', INVENTORY, true],
    ['an empty section', 'sources:\nroutes:', true],
    ['an unknown section', 'source: {}', false],
    ['an unknown kind', 'sources: { a: { type: x } }', false],
    ['a kind without what it needs', 'sources: { a: { type: shelf } }', false],
    ['an unknown key', 'sources: { a: { type: shelf, url: x, boxes: {}, maxage: 1d } }', false],
    ['a common key', 'sources: { a: { type: shelf, url: x, boxes: {}, every: 1h, owner: me } }', true],
    ['a bad name', 'sources: { "a b": { type: shelf, url: x, boxes: {} } }', false],
    ['a number as a duration', 'history: { keep: 400 }', false],
  ])('%s', (_, text, valid) => {
    expect(validate(parse(text))).toBe(valid)
  })

  test('says what is a secret, and describes what people write', () => {
    const text = JSON.stringify(configJsonSchema(kinds))
    expect(text).toContain('"writeOnly":true')
    expect(text).not.toContain('"secret":')
    expect(text).toContain('How old the newest good recovery point may be')
    expect(text).toContain('"examples":["25h","1d","90m","PT25H"]')
  })
})

describe('include', () => {
  test('joins maps key by key, from files and patterns, beside the file that names them', () => {
    write('sources: { fleet: { boxes: { web: {} } } }\nchannels:\n', 'conf.d/b.yaml')
    write('include: more/*.yml\nsources: { fleet: { boxes: { db: {} } } }', 'conf.d/a.yaml')
    write('services: { shop: { tier: 2 } }', 'conf.d/more/x.yml')
    write('', 'conf.d/empty.yaml')
    const config = load('include: [conf.d/*.yaml]\nsources: { fleet: { type: shelf, url: x } }\nchannels:\n')
    expect(config.sources[0]?.config).toMatchObject({ boxes: { db: {}, web: {} } })
    expect(config.services[0]?.at).toEqual({ file: join(folder, 'conf.d/more/x.yml'), line: 1, column: 13 })
    expect(config.files).toHaveLength(5)
    expect(config.read?.directories).toEqual(
      expect.arrayContaining([folder, join(folder, 'conf.d'), join(folder, 'conf.d/more')]),
    )
  })

  test('a pattern may find the file that it stands in, and two files the same third one', () => {
    write('include: c.yaml', 'a.yaml')
    write('include: c.yaml', 'b.yaml')
    write('services: { shop: {} }', 'c.yaml')
    expect(load('include: "*.yaml"').services).toHaveLength(1)
  })

  test('ends after so many files in a row', () => {
    for (let i = 0; i < 20; i++) write(`include: f${i + 1}.yml`, `f${i}.yml`)
    expect(refuse('include: f0.yml')).toEqual(['include: includes go more than 10 files deep'])
  })

  test('what an alias shares with another place does not get what a file adds to one of them', () => {
    write('sources: { b: { boxes: { db: {} } } }', 'more.yml')
    const config = load('include: more.yml\nsources:\n  a: &a { type: shelf, url: x, boxes: { web: {} } }\n  b: *a\n')
    expect(config.sources[0]?.config).toMatchObject({ boxes: { web: {} } })
    expect(config.sources[0]?.config).not.toHaveProperty('boxes.db')
    expect(config.sources[1]?.config).toMatchObject({ boxes: { web: {}, db: {} } })
  })
})

describe('hostile files', () => {
  test('aliases and merge keys that multiply are refused at once', () => {
    const laughs = Array.from({ length: 30 }, (_, i) => `k${i}: &k${i} [${`*k${i - 1},`.repeat(i ? 9 : 0)}x]`).join(
      '\n',
    )
    const merges = Array.from(
      { length: 3000 },
      (_, i) => `k${i}: &k${i} { ${i ? `<<: *k${i - 1}, ` : ''}a${i}: 1 }`,
    ).join('\n')
    const started = performance.now()
    for (const bomb of [laughs, merges]) expect(refuse(bomb).join()).toContain('aliases blow this file up')
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('merge keys within bounds are as YAML has them: what is written wins, then the first', () => {
    const config = load(`
sources:
  a: &a { type: shelf, url: a, mode: full, boxes: {} }
  b: &b { type: shelf, url: b, mode: fast, boxes: {}, deep: true }
  c: { <<: [*a, *b], url: c }
`)
    expect(config.sources[2]?.config).toEqual({ url: 'c', mode: 'full', boxes: {}, deep: true })
  })

  test('depth and size are limited', () => {
    expect(refuse(`a: ${'['.repeat(50_000)}`).join()).toContain('nested too deeply')
    expect(refuse(`a: ${'x'.repeat(5_000_000)}`)).toEqual([': is larger than 4 MiB'])
  })

  test('tens of thousands of entries and of mistakes are read in seconds', () => {
    const boxes = Array.from({ length: 30_000 }, (_, i) => `      b${i}: { max_age: ${i % 2 ? '1d' : 'x'} }`).join('\n')
    const started = performance.now()
    expect(refuse(`sources:\n  fleet:\n    type: shelf\n    url: x\n    boxes:\n${boxes}`)).toHaveLength(15_000)
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  test('what is no file is refused, not waited for', () => {
    expect(loadConfig({ path: folder, ...kinds })).toMatchObject({
      problems: [{ message: 'is a directory, not a file' }],
    })
    symlinkSync('/dev/zero', join(folder, 'zero.yaml'))
    const zero = loadConfig({ path: join(folder, 'zero.yaml'), ...kinds })
    expect(zero).toMatchObject({ problems: [{ message: 'is not a regular file' }] })
  })
})

test('references are resolved against the environment that is given, and files beside the configuration', () => {
  write('from a file\n', 'secrets/password')
  const text = `sources:
  fleet: { type: shelf, url: "\${env:BUCKET}/x", password: \${file:secrets/password}, boxes: {}, min_size: \${env:MIN} }
`
  const { config } = load(text, { BUCKET: 's3:acme', MIN: '1MiB' }).sources[0] ?? {}
  const fleet = shelf.config.parse({ url: 'x', boxes: {} })
  Object.assign(fleet, config)
  expect([fleet.url, fleet.password?.reveal(), fleet.min_size]).toEqual(['s3:acme/x', 'from a file', 1_048_576])
  // a rotated secret is seen at its next use
  write('another\n', 'secrets/password')
  expect(fleet.password?.reveal()).toBe('another')
  expect(JSON.stringify(fleet)).not.toContain('another')
})

test.each([
  ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
  ['"[::1]:8080"', { host: '::1', port: 8080 }],
  ['9000', { host: '127.0.0.1', port: 9000 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
])('server.listen: %s', (listen, expected) => {
  expect(load(`server: { listen: ${listen} }`).server).toMatchObject({ ...expected, auth: null })
})

test.each(['0.0.0.0', '"::"', '192.0.2.1', 'backup.example.com', '"::ffff:127.0.0.1"'])(
  'server.host: %s demands a login',
  (host) => {
    expect(refuse(`server: { host: ${host} }`).join()).toContain('there is no login')
    const { server } = load(`server: { host: ${host}, auth: { password: correct-horse } }`)
    expect(server.auth?.password?.reveal()).toBe('correct-horse')
  },
)

test('what is declared of a service and its copies', () => {
  const config = load(`
services:
  shop:
    production: { provider: aws, account: "1234" }
    retention: { daily: 7, yearly: -1 }
    keys: [{ name: main, holders: [ann], last_rehearsed: 2026-05-01 }]
    waivers: [{ rule: immutability, reason: moving, owner: ann, until: 2026-12-31 }]
    copies:
      - { type: nas, location: dc-a / nas01, tags: { service: shop } }
      - { type: s3, location: dc-b / s3-dr, region: eu-central-1, immutable: true }
      - { type: tape, location: in the safe }
`)
  const [shop] = config.services
  const nowhere = { provider: null, account: null, region: null, site: null, medium: null, credential: null }
  expect(shop?.production).toEqual({ ...nowhere, provider: 'aws', account: '1234' })
  expect(shop?.retention).toMatchObject({ daily: 7, weekly: 0, yearly: -1 })
  expect(shop?.keys[0]).toMatchObject({ lastRehearsedAt: Date.parse('2026-05-01'), rehearseEveryMs: 365 * 86_400_000 })
  expect(shop?.waivers[0]?.until).toBe(Date.parse('2027-01-01'))
  expect(shop?.copies.map((copy) => copy.domain)).toEqual([
    { ...nowhere, site: 'dc-a', medium: 'nas01' },
    { ...nowhere, region: 'eu-central-1' },
    nowhere,
  ])
  const day = (until: string) =>
    refuse(`services: { x: { waivers: [{ rule: rpo, reason: b, owner: c, until: ${until} }] } }`)
  expect(day('2026-02-30')[0]).toMatch(/not a date/)
  expect(day('soon')[0]).toMatch(/"soon" is not a date: write 2026-11-20/)
})
