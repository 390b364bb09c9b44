import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { anInstance } from '../../test/fakes/estate-instance.ts'
import { loadConfig } from '../config/load-config.ts'
import type { PingReport } from '../domain/ping.ts'
import { pingRecorder } from './record-pings.ts'

const KEY = 'k3vQ0dP2cXh8sT1mWzYbLg'

it('takes a report of a heartbeat that another process, or one since its last reload, has made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backproof-pings-'))
  const path = join(folder, 'backproof.yaml')
  writeFileSync(path, `sources: { jobs: { type: heartbeat, ping_key: ${KEY}, create: true, max_age: 1d } }`)
  const loaded = loadConfig({ path, env: {} })
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  const { context, store, close } = await anInstance({ config: { sources: loaded.config.sources } })
  try {
    const report: PingReport = {
      to: { key: KEY, slug: 'nightly', create: true },
      kind: 'success',
      runId: null,
      exitStatus: null,
      body: null,
      remote: null,
    }
    const [one, other] = [await pingRecorder(context), await pingRecorder(context)]
    expect(await one.record(report)).toEqual({ outcome: 'created' })
    expect(await other.record(report)).toEqual({ outcome: 'recorded' })
    expect(await store.read.pings('jobs/nightly', 9)).toHaveLength(2)
  } finally {
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
})
