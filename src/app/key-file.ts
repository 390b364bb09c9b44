import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { codeOf } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'

/** A key in a file of its own, for its owner alone. */

/** Its text; null: there is no such file. `what` is for the log: "the key for secrets". */
export function readKeyFile(path: string, what: string, log?: Log): string | null {
  try {
    if (log && (statSync(path).mode & 0o077) !== 0)
      log.warn({ path }, `others on this machine can read ${what}: chmod 600`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Whole or not at all, and durable before anything is done with it. Where another was quicker, that one's stays. */
export function makeKeyFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
    // fails where there is one already
    linkSync(draft, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    closeSync(file)
    rmSync(draft, { force: true })
  }
}
