import { spawnSync } from 'node:child_process'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dumpWorkshop } from '../fakes/dump-folders.ts'
import { run } from '../fakes/program.ts'

const { workshop, receiver, dumps } = await dumpWorkshop()
const golden = join(import.meta.dirname, '../golden/cli')
const HOUR = 3_600_000

/** Times, and the folder that it ran in, are of this run. */
const masked = (text: string, cwd: string): string =>
  text
    .replaceAll(cwd, '/here')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\b\d{10}(\.\d+)?\b/g, 'UNIX')
    .replace(/("age_seconds": ?|=|age=)(\d+)(?=s?[;,])/g, '$1AGE')

describe('check', () => {
  const ages = { fresh: 2, old: 49, empty: null, error: null }

  it.each(['table', 'json', 'ndjson', 'nagios', 'checkmk', 'prometheus'])(
    'prints as %s what is known of it',
    async (format) => {
      const cwd = dumps(`golden-${format}`, ages)
      const { stdout, stderr } = await run(['check', '--no-push', '--format', format], { cwd })
      expect(stderr).toBe('')
      expect(stdout).not.toContain('\u001b')
      await expect(masked(stdout, cwd)).toMatchFileSnapshot(join(golden, `check.${format}.txt`))
    },
  )

  const EXITS: [name: string, ages: Record<string, number | null>, tier: string, exit: number, nagios: number][] = [
    ['all is well', { a: 1, b: 2 }, '', 0, 0],
    ['one is stale', { a: 1, b: 30 }, '', 1, 1],
    [
      'one of the first tier is stale',
      { a: 1, b: 30 },
      'services: { shop: { tier: 1, owner: me, copies: [{ type: dump, check: dumps/b }] } }\n',
      1,
      2,
    ],
    ['one is missing', { a: 30, b: null }, '', 1, 2],
    ['one can not be read', { a: 1, error: null }, '', 3, 3],
    ['one can not be read and one is stale', { a: 30, error: null }, '', 1, 1],
  ]
  it.each(EXITS)('%s: its exit status', async (name, files, tier, exit, nagios) => {
    const cwd = dumps(`exit ${name}`, files, tier)
    const [plain, plugin, checkmk] = await Promise.all(
      [[], ['--format', 'nagios'], ['--format', 'checkmk']].map((format) =>
        run(['check', '--no-push', ...format], { cwd }),
      ),
    )
    expect([plain?.status, plugin?.status, checkmk?.status]).toEqual([exit, nagios, 0])
  })

  it('looks at what the selectors name, and says which names nothing', async () => {
    const cwd = dumps('selectors', { 'web-1': 1, 'web-2': 1, db: 1 })
    const seen = async (...selectors: string[]) => {
      const { stdout } = await run(['check', '--no-push', '--format', 'ndjson', ...selectors], { cwd })
      return stdout
        .trim()
        .split('\n')
        .map((line) => z.object({ id: z.string() }).parse(JSON.parse(line)).id)
    }
    expect(await seen('dumps/web-*')).toEqual(['dumps/web-1', 'dumps/web-2'])
    expect(await seen('dumps/db', 'dumps/web-1')).toEqual(['dumps/web-1', 'dumps/db'])
    expect(await seen('dumps')).toHaveLength(3)
    const wrong = await run(['check', 'dumps/dbb'], { cwd })
    expect(wrong.stderr).toContain('no source or scope matches dumps/dbb')
    expect([wrong.status, wrong.stdout]).toEqual([64, ''])
  })

  it('reports each outcome to its push URL, unless told not to', async () => {
    const cwd = dumps('push', { good: 1, late: 30 })
    const pushed = () =>
      receiver.requests.filter(({ url }) => /push\/(good|late)/.test(url)).map(({ url }) => url.replace(/&msg=.*/, ''))
    await run(['check', '--no-push'], { cwd })
    expect(pushed()).toEqual([])
    await run(['check'], { cwd })
    expect(pushed().sort()).toEqual(['/api/push/good?status=up', '/api/push/late?status=down'])
  })
})

const restic = spawnSync('restic', ['version']).status === 0
it.skipIf(!restic && !process.env.CI)("runs restic-monitor's own configuration, in both of its modes", async () => {
  const cwd = workshop.folder('monitor', '')
  const inIt = (args: string[], name: string) =>
    spawnSync('restic', ['--no-cache', ...args], {
      cwd,
      env: {
        PATH: process.env.PATH,
        HOME: cwd,
        RESTIC_REPOSITORY: join(cwd, name),
        RESTIC_PASSWORD: 'word of the day',
      },
    }).status
  for (const [name, hours] of [
    ['web', 1],
    ['db', 30],
  ] as const) {
    mkdirSync(join(cwd, name))
    const time = new Date(Date.now() - hours * HOUR)
    expect(inIt(['init'], name)).toBe(0)
    expect(
      inIt(['backup', '--quiet', '--time', time.toISOString().slice(0, 19).replace('T', ' '), 'backproof.yaml'], name),
    ).toBe(0)
    // fast mode goes by the times of the files
    const snapshots = spawnSync('find', [join(name, 'snapshots'), '-type', 'f'], {
      cwd,
      encoding: 'utf8',
    }).stdout.trim()
    utimesSync(join(cwd, snapshots), time, time)
  }
  writeFileSync(
    join(cwd, 'config.yaml'),
    `defaults:
  url: "${cwd}/{{ .Name }}"
  max_age: 1d
  push_url: ${receiver.url}/api/push/
  extra_env: { RESTIC_PASSWORD: word of the day }
repositories:
  web: { push_token: token-web }
  db: { push_token: token-db }
`,
  )
  for (const fast of ['false', 'true']) {
    receiver.requests.length = 0
    const { status, stdout, stderr } = await run(['check', '--restic-monitor', 'config.yaml', '--format', 'ndjson'], {
      cwd,
      env: { RESTIC_MONITOR_FAST: fast, TZ: 'UTC' },
    })
    expect(stderr).toBe('')
    expect(new Set([...stdout.matchAll(/"status":"(\w+)"/g)].map((match) => match[1]))).toEqual(
      new Set(['ok', 'stale']),
    )
    expect(status).toBe(1)
    expect(receiver.requests.map(({ url }) => url.replace(/&msg.*/, '')).sort()).toEqual([
      '/api/push/token-db?status=down',
      '/api/push/token-web?status=up',
    ])
  }
})
