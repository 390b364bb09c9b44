import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { backproof } from '../test/fakes/program.ts'
import { type Benchmark, folder, interleave, ratio, shown, wallMs } from './harness.ts'

const root = join(import.meta.dirname, '..')

export const start: Benchmark = {
  about: 'how soon `--help` answers, and what memory an idle `serve` takes',
  async run({ brief }) {
    const rounds = brief ? 2 : 25
    const { ours, base } = await interleave(rounds, {
      ours: () =>
        wallMs(() => {
          const { stdout } = spawnSync(join(root, 'bin/backproof'), ['--help'], { encoding: 'utf8' })
          assert.match(stdout, /serve/)
        }),
      base: () => wallMs(() => assert.equal(spawnSync(process.execPath, ['-e', '0']).status, 0)),
    })
    const idle = await idleMiB(brief ? 300 : 5000)
    return [
      {
        name: '`backproof --help`',
        against: null,
        value: ours.median,
        unit: 'ms',
        goal: { most: 150 },
        detail: `${shown(ours)} ms`,
      },
      ratio('`backproof --help`', ours, base, { against: '`node -e 0`' }),
      { name: 'idle `serve`', against: null, value: idle, unit: 'MiB', goal: { most: 120 }, detail: 'resident' },
    ]
  },
}

async function idleMiB(afterMs: number): Promise<number> {
  using directory = folder()
  const config = join(directory.path, 'backproof.yaml')
  const uuid = '5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278'
  writeFileSync(
    config,
    `server: { listen: "127.0.0.1:0" }\nsources:\n  jobs: { type: heartbeat, heartbeats: { nightly: { uuid: ${uuid} } } }\n`,
  )
  const program = backproof(['serve', '--config', config, '--data', join(directory.path, 'data')])
  const [, url] = await program.said(/"address":"(http:[^"]+)"/)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  await sleep(afterMs)
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${program.child.pid}/status`, 'utf8')) ?? []
  program.child.kill('SIGTERM')
  assert.equal(await program.ended, 0)
  assert.ok(kib)
  return Number(kib) / 1024
}
