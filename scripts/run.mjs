// What the scripts share. Runs on any Node >= 20, before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** Runs a program with our Node and tools first in the PATH, its output shown. Returns its exit status. */
export function run(argv, options = {}) {
  const env = {
    ...process.env,
    ...options.env,
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
  }
  const result = spawnSync(argv[0], argv.slice(1), { cwd: root, stdio: 'inherit', ...options, env })
  if (result.error) throw result.error
  return result.status ?? 1
}

/** Installs the packages of the lockfile, unless they are those that are there. */
export function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules/.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.log('Installing packages (once) ...')
  if (run(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error']) !== 0) {
    console.error('npm ci failed: what it says above is the reason.')
    process.exit(1)
  }
  const node = join(root, 'node_modules/.bin/node')
  if (!existsSync(node)) {
    console.error(
      `Backproof brings its Node 24 for Linux on x64 and arm64; this is ${process.platform} on ${process.arch}.`,
    )
    process.exit(1)
  }
  writeFileSync(stamp, lock)
}
