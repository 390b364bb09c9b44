import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { horn, shelf } from '../../../test/fakes/kinds.ts'
import type { SettingKind } from '../../domain/setting-kind.ts'
import type { Config } from '../config.ts'
import { loadConfig } from '../load-config.ts'
import { formatProblem, ProblemList } from '../problem.ts'
import { checkSetting } from './check-setting.ts'
import { mergeSettings, type StoredEntry, writtenEntries } from './merge-settings.ts'
import { maskedText, readSetting, type SettingText } from './setting-text.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backproof-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const kinds = {
  sources: [
    { ...shelf, unsafe: () => [] },
    { ...shelf, type: 'runner', unsafe: () => [{ path: [], why: 'runs programs' }] },
    { ...shelf, type: 'silent', unsafe: undefined },
  ],
  notifiers: [{ ...horn, unsafe: () => [] }],
}
const env = { NAME: 'value' }
const joining = { kinds, env }

function file(text = 'concurrency: 4'): Config {
  const path = join(folder, 'backproof.yaml')
  writeFileSync(path, text)
  const result = loadConfig({ path, env, ...kinds })
  if ('problems' in result) throw new Error(result.problems.map(formatProblem).join('\n'))
  return result.config
}

/** What an entry is kept as, from what a person wrote. */
function kept(kind: SettingKind, name: string, text: string): SettingText {
  const tree = readSetting({ kind, name, text, secrets: [] }, new ProblemList())
  if (!tree) throw new Error('it can not be read')
  return maskedText(kind, name, tree, kinds)
}

function stored(kind: SettingKind, name: string, text: string): StoredEntry {
  const own = kept(kind, name, text)
  return { kind, name, masked: own.text, text: own, problem: null }
}

const told = (problems: readonly { path: string; message: string; line: number; column: number }[]) =>
  problems.map(({ path, message, line, column }) => `${line}:${column} ${path}: ${message}`)

describe('the text that is kept', () => {
  test('has its secrets masked, whether the schema, the key or the value tells that they are', () => {
    const { text, secrets } = kept(
      'source',
      'a',
      `type: shelf # hunter2 was the old one
url: https://user:hunter2@example.com
password: "hunter2"
env: { A: hunter2, B: "\${env:NAME}" }
boxes: { web: { push_url: https://kuma.example.com/hunter2 } }
tags: { token: hunter2, team: ops }`,
    )
    expect(text).toBe(`type: shelf
url: "[secret]"
password: "[secret]"
env:
  A: "[secret]"
  B: \${env:NAME}
boxes:
  web:
    push_url: "[secret]"
tags:
  token: "[secret]"
  team: ops
`)
    expect(secrets.map(({ path }) => path.join('.'))).toEqual([
      'url',
      'password',
      'env.A',
      'boxes.web.push_url',
      'tags.token',
    ])
  })

  test('reads back as it was', () => {
    const text = `type: shelf
url: "no"
deep: true
min_size: 12
password: "0123"
boxes: { "123": { max_age: 1d }, "a: b": {}, "\${x": {} }`
    const again = readSetting(kept('source', 'a', text), new ProblemList())
    const first = readSetting({ kind: 'source', name: 'a', text, secrets: [] }, new ProblemList())
    const values = (tree: typeof first) => tree && maskedText('source', 'a', tree, kinds)
    expect(values(again)).toEqual(values(first))
  })

  test.each([
    ['', 'it is empty'],
    ['- a', 'a map'],
    ['a: [', 'end with a ]'],
    ['a: 1\na: 2', 'here twice'],
    [`a: &a [${'x,'.repeat(5000)}]\nb: [${'*a,'.repeat(60)}]`, 'aliases'],
    ['__proto__: { x: 1 }', 'can not be used as a name'],
  ])('%j is no entry', (text, message) => {
    const problems = new ProblemList()
    readSetting({ kind: 'source', name: 'a', text, secrets: [] }, problems)
    expect(told(problems.items).join()).toContain(message)
  })

  test('a secret that is kept never turns up elsewhere by an alias', () => {
    const text = 'type: horn\nurl: &x "[secret]"\ntitle: *x'
    const tree = readSetting(
      { kind: 'channel', name: 'a', text, secrets: [{ path: ['url'], value: 'hunter2' }] },
      new ProblemList(),
    )
    expect(tree?.entries.get('url')?.value).toMatchObject({ value: 'hunter2' })
    expect(tree?.entries.get('title')?.value).toMatchObject({ value: '[secret]' })
  })
})

describe('one entry', () => {
  const check = (kind: SettingKind, text: string, config = file(), name = 'made') => {
    const problems = new ProblemList()
    const tree = readSetting({ kind, name, text, secrets: [] }, problems)
    const made = tree && checkSetting(kind, name, tree, { config, ...joining }, problems)
    return { made: made?.made ?? null, problems: problems.sorted() }
  }

  test('is what it would be in the file', () => {
    const config = file(
      'defaults: { every: 3m }\nsources: { same: { type: shelf, url: x, boxes: { web: { max_age: 1d } } } }',
    )
    const { made, problems } = check('source', 'type: shelf\nurl: x\nboxes: { web: { max_age: 1d } }', config, 'same')
    expect(problems).toEqual([])
    expect(made).toEqual({ ...config.sources[0], at: { file: 'settings: sources/same', line: 1, column: 1 } })
    expect(check('channel', 'type: horn\nurl: https://h.example.com/x').made).toMatchObject({
      name: 'made',
      type: 'horn',
    })
    expect(check('service', 'tier: 1\nrpo: 15m').made).toMatchObject({ name: 'made', tier: 1, rpoMs: 900_000 })
  })

  test('is refused in the words of the file, with its place', () => {
    const { problems } = check('source', 'type: shelf\nurll: x\nurl: y\nboxes:\n  web: { max_age: 25 hours }')
    expect(problems.map((problem) => formatProblem({ ...problem, allowed: [] })).join('\n')).toBe(
      `settings: sources/made:2:1: sources.made.urll: unknown key "urll": did you mean "url"?
  2 | urll: x
    | ^
settings: sources/made:5:19: sources.made.boxes.web.max_age: "25 hours" is not a duration: write 90m, 25h, 1d, 7d12h or PT25H
  5 |   web: { max_age: 25 hours }
    |                   ^`,
    )
  })

  test.each(['${env:NAME}', '${file:/etc/passwd}', '${credential:x}', 'a ${env:NAME} b', '${env:NOPE}'])(
    'the reference %s is refused, and says nothing of what it refers to',
    (reference) => {
      for (const text of [
        `type: shelf\nurl: ${JSON.stringify(reference)}\nboxes: {}`,
        `type: shelf\nurl: x\nboxes: {}\npassword: ${JSON.stringify(reference)}`,
        `type: shelf\nurl: x\nboxes: {}\nmax_age: ${JSON.stringify(reference)}`,
        `type: shelf\nurl: x\nboxes: {}\nowner: ${JSON.stringify(reference)}`,
      ]) {
        const { problems } = check('source', text)
        expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('in the file only')])
      }
    },
  )

  test('references are allowed where the file says so', () => {
    const config = file('server: { settings: all }')
    const { made } = check('source', 'type: shelf\nurl: ${env:NAME}\nboxes: {}', config)
    expect(made).toMatchObject({ config: { url: 'value' } })
  })

  test.each([
    ['runner', 'runs programs'],
    ['silent', 'may run programs'],
  ])('a kind like %s is the file’s, unless that says otherwise', (type, why) => {
    const text = `type: ${type}\nurl: x\nboxes: {}`
    expect(told(check('source', text).problems)).toEqual([
      expect.stringMatching(new RegExp(`^1:1 sources.made: .*${why}.*settings: all`)),
    ])
    expect(check('source', text, file('server: { settings: all }')).problems).toEqual([])
  })

  test('a route names what there is', () => {
    const config = file('channels: { oncall: { type: horn, url: https://h.example.com } }')
    expect(check('route', 'to: oncall', config).made).toMatchObject({ to: ['oncall'] })
    expect(told(check('route', 'match: { source: nope }\nto: [oncal]', config).problems)).toEqual([
      expect.stringContaining('1:18 routes.made.match.source: there is no source "nope"'),
      '2:6 routes.made.to[0]: there is no channel "oncal"',
    ])
  })

  test('has a name like any other', () => {
    expect(told(check('service', 'tier: 1', file(), 'a/b').problems).join()).toContain('is not a name')
  })
})

describe('the file and what was made', () => {
  const FILE = `sources: { fleet: { type: shelf, url: x, boxes: {} } }
channels: { oncall: { type: horn, url: https://h.example.com/hunter2 } }
routes: [{ match: { severity: critical }, to: [oncall] }]
services: { shop: { tier: 1 } }`

  test('are one configuration, the file first', () => {
    const { config, entries } = mergeSettings(
      file(FILE),
      [
        stored('route', 'night', 'to: [mail, oncall]\nmatch: { source: more }'),
        stored('channel', 'mail', 'type: horn\nurl: https://h.example.com/other'),
        stored('service', 'books', 'tier: 2'),
        stored('source', 'more', 'type: shelf\nurl: y\nboxes: {}'),
      ],
      joining,
    )
    expect(entries.flatMap(({ problems }) => told(problems))).toEqual([])
    expect(config.sources.map(({ name }) => name)).toEqual(['fleet', 'more'])
    expect(config.channels.map(({ name }) => name)).toEqual(['oncall', 'mail'])
    expect(config.services.map(({ name }) => name)).toEqual(['shop', 'books'])
    expect(config.routes.map(({ to }) => to)).toEqual([['oncall'], ['mail', 'oncall']])
  })

  test('a name that both have is the file’s', () => {
    const base = file(FILE)
    const { config, entries, unusable } = mergeSettings(
      base,
      [stored('source', 'fleet', 'type: shelf\nurl: y\nboxes: {}')],
      joining,
    )
    expect(config.sources).toEqual(base.sources)
    expect(told(entries[0]?.problems ?? []).join()).toMatch(
      /the configuration file has a source of this name.*backproof.yaml:1:12/,
    )
    expect(unusable).toEqual([])
  })

  test('what is not right any more is left out alone, and told with its place', () => {
    const { config, entries, unusable } = mergeSettings(
      file(FILE),
      [
        stored('source', 'old', 'type: shelf\nurl: y\nboxes: {}\nspeed: 3'),
        stored('source', 'good', 'type: shelf\nurl: y\nboxes: {}'),
        {
          ...stored('source', 'locked', 'type: shelf\nurl: y\nboxes: {}\npassword: hunter2'),
          text: null,
          problem: 'its secrets can not be opened',
        },
      ],
      joining,
    )
    expect(config.sources.map(({ name }) => name)).toEqual(['fleet', 'good'])
    expect(told(entries[0]?.problems ?? [])).toEqual(['4:1 sources.old.speed: unknown key "speed"'])
    expect(unusable.map(({ name, type }) => [name, type])).toEqual([
      ['old', 'shelf'],
      ['locked', 'shelf'],
    ])
  })

  test('a route that lost its channel leaves nobody unheard', () => {
    const { config, entries } = mergeSettings(file(FILE), [stored('route', 'night', 'to: gone')], joining)
    expect(told(entries[0]?.problems ?? []).join()).toContain('there is no channel "gone"')
    expect(config.routes.map(({ match, to }) => [match, to])).toEqual([
      [{ severity: ['critical'] }, ['oncall']],
      [{}, ['oncall']],
    ])
  })

  test('the file can have the last word', () => {
    const base = file(`${FILE}\nserver: { settings: file }`)
    const { config, entries, unusable } = mergeSettings(
      base,
      [stored('source', 'more', 'type: shelf\nurl: y\nboxes: {}'), stored('route', 'r', 'to: x')],
      joining,
    )
    expect([config.sources, config.routes, unusable]).toEqual([base.sources, base.routes, []])
    expect(entries.map(({ problems }) => problems.length)).toEqual([1, 1])
  })

  test('what was made under settings: all is left out once that is taken back', () => {
    const entry = stored('source', 'more', 'type: runner\nurl: ${env:NAME}\nboxes: {}')
    const all = mergeSettings(file('server: { settings: all }'), [entry], joining)
    expect(all.config.sources).toMatchObject([{ name: 'more', config: { url: 'value' } }])
    expect(mergeSettings(file(), [entry], joining)).toMatchObject({
      config: { sources: [] },
      unusable: [{ name: 'more' }],
    })
  })

  test('the entries of the file are told as they are written', () => {
    const base = file(FILE.replace('services: { shop: { tier: 1 } }', 'services: [{ name: shop, tier: 1 }]'))
    const all = writtenEntries(base).map(({ kind, name, tree, at }) => [
      kind,
      name,
      at.line,
      maskedText(kind, name, tree, kinds).text,
    ])
    expect(all).toEqual([
      ['source', 'fleet', 1, 'type: shelf\nurl: x\nboxes: {}\n'],
      ['channel', 'oncall', 2, 'type: horn\nurl: "[secret]"\n'],
      ['service', 'shop', 4, 'name: shop\ntier: 1\n'],
      ['route', 'routes[0]', 3, 'match:\n  severity: critical\nto:\n  - oncall\n'],
    ])
  })
})
