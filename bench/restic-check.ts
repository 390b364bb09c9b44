import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { run } from '../test/fakes/program.ts'
import { type Benchmark, folder, interleave, ratio, shown, spread, wallMs } from './harness.ts'

const PASSWORD = 'of the benchmark'
const env = { ...process.env, RESTIC_PASSWORD: PASSWORD }

function restic(...args: string[]): void {
  execFileSync('restic', ['--no-cache', '-q', ...args], { env, stdio: 'ignore' })
}

/** One repository is made, the others are copies of it: restic's key costs half a second each time. */
function makeRepositories(root: string, count: number, snapshots: number): string[] {
  const first = join(root, 'r0')
  restic('init', '-r', first)
  writeFileSync(join(root, 'data'), 'precious')
  const names = Array.from({ length: count }, (_, n) => `r${n}`)
  // the second is stale, the third has no snapshot, the fourth is gone
  cpSync(first, join(root, 'r2'), { recursive: true })
  restic('-r', first, 'backup', '--host', 'h', '--time', '2024-01-01 00:00:00', join(root, 'data'))
  cpSync(first, join(root, 'r1'), { recursive: true })
  for (let n = 0; n < snapshots; n++) restic('-r', first, 'backup', '--host', 'h', join(root, 'data'))
  mkdirSync(join(root, 'r3'))
  for (const name of names.slice(4)) cpSync(first, join(root, name), { recursive: true })
  rmSync(join(root, 'data'))
  return names
}

const reportOf = z.object({
  checks: z.array(z.object({ resource: z.object({ name: z.string() }), status: z.string() })),
})
const STATUS: Record<string, string> = { r1: 'stale', r2: 'missing', r3: 'error' }

export const resticCheck: Benchmark = {
  about: '`check` of local restic repositories in full mode, against bare restic on all cores',
  async run({ brief }) {
    using directory = folder()
    const root = directory.path
    const names = makeRepositories(root, brief ? 6 : 50, brief ? 1 : 8)
    const entries = names.map((name) => `      ${name}: { url: "${join(root, name)}" }`).join('\n')
    const config = join(root, 'backproof.yaml')
    writeFileSync(
      config,
      `concurrency: 16\nsources:\n  fleet:\n    type: restic\n    max_age: 1d\n    password: \${env:RESTIC_PASSWORD}\n    repositories:\n${entries}\n`,
    )
    const check = async (selectors: string[]) => {
      const args = ['check', '--config', config, '--format', 'json', ...selectors]
      const { stdout, stderr } = await run(args, { env: { RESTIC_PASSWORD: PASSWORD } })
      assert.ok(stdout.startsWith('{'), stderr)
      return reportOf.parse(JSON.parse(stdout)).checks
    }
    const bare = (repositories: readonly string[]) => {
      const input = repositories.map((name) => join(root, name)).join('\n')
      const argv = [
        '-P',
        String(availableParallelism()),
        '-I{}',
        'restic',
        '-r',
        '{}',
        'snapshots',
        '--json',
        '--no-lock',
        '--no-cache',
      ]
      const { stdout } = spawnSync('xargs', argv, { env, input, encoding: 'utf8', maxBuffer: 2 ** 30 })
      assert.ok(stdout.includes('short_id'))
    }
    const all = await interleave(brief ? 1 : 3, {
      ours: () =>
        wallMs(async () => {
          const found = new Map((await check([])).map(({ resource, status }) => [resource.name, status]))
          for (const name of names) assert.equal(found.get(name), STATUS[name] ?? 'ok', name)
        }),
      base: () => wallMs(() => bare(names)),
    })
    const extra: number[] = []
    const one = await interleave(brief ? 1 : 15, {
      ours: () =>
        wallMs(async () =>
          assert.deepEqual(
            (await check(['fleet/r0'])).map(({ status }) => status),
            ['ok'],
          ),
        ),
      base: () => wallMs(() => bare(['r0'])),
    })
    extra.push(one.ours.median - one.base.median)
    return [
      ratio(`check of ${names.length} repositories`, all.ours, all.base, {
        against: `bare restic, ${availableParallelism()} at a time`,
        goal: { most: 1.1 },
      }),
      {
        name: 'check of one repository, over bare restic',
        against: null,
        value: spread(extra).median,
        unit: 'ms more',
        goal: { most: 150 },
        detail: `${shown(one.ours)} against ${shown(one.base)} ms`,
      },
    ]
  },
}
