import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Instance } from '../../src/app/instance.ts'
import { load } from '../../src/app/load.ts'
import { serve } from '../../src/app/serve.ts'
import type { Log } from '../../src/lib/log.ts'

export interface Running extends AsyncDisposable {
  url: string
  instance: Instance
  /** Where its database is. */
  data: string
  /** What was logged, with its fields. */
  logged: string[]
  /** Ends it as SIGTERM does; how long that took, in milliseconds. */
  stop(): Promise<number>
}

/** A whole instance with this configuration, as `backproof serve` runs it, in this process; on the real clock. */
export async function startRunning(configuration: string, data?: string): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), 'backproof-running-'))
  const path = join(directory, 'backproof.yaml')
  writeFileSync(path, configuration)
  const config = await load({ config: path })
  const logged: string[] = []
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`)
  const log: Log = { debug: note, info: note, warn: note, error: note }
  const end = new AbortController()
  const { promise: ready, resolve } = Promise.withResolvers<{ url: string; instance: Instance }>()
  const served = serve({
    config,
    dataDir: data ?? directory,
    log,
    signal: end.signal,
    reload: null,
    onReady: (url, instance) => resolve({ url, instance }),
  })
  const begun = await Promise.race([ready, served.then(() => Promise.reject(new Error('it ended at once')))])
  const stop = async () => {
    const at = performance.now()
    end.abort()
    await served
    return performance.now() - at
  }
  return {
    ...begun,
    data: data ?? directory,
    logged,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
