// npm test: installs what the tests need, runs every check, and ends with one line that counts the tests.
// `npm test -- PATTERN` runs the tests whose file names hold PATTERN, and nothing else.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fetchNewerRestic } from './newer-restic.mjs'
import { installPackages, run } from './run.mjs'

const CI = process.env.CI === 'true' || process.env.CI === '1'
const TOOLS = [
  { name: 'restic', package: 'restic', there: () => inPath('restic') },
  { name: 'borg', package: 'borgbackup', there: () => inPath('borg') },
  { name: 'PostgreSQL', package: 'postgresql', there: () => inPath('pg_ctl') || debianPostgres() },
  { name: 'Chromium', package: 'chromium', there: () => inPath('chromium') },
  { name: 'OpenSSL', package: 'openssl', there: () => inPath('openssl') },
]

function inPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}
function debianPostgres() {
  return spawnSync('sh', ['-c', 'ls /usr/lib/postgresql/*/bin/initdb'], { stdio: 'ignore' }).status === 0
}

function installTools() {
  let missing = TOOLS.filter((tool) => !tool.there())
  if (missing.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const packages = missing.map((tool) => tool.package)
    console.log(`Installing ${packages.join(', ')} from the distribution ...`)
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    run(['apt-get', 'update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    missing = TOOLS.filter((tool) => !tool.there())
  }
  for (const tool of missing)
    console.log(
      `${tool.name} is not installed: the tests that need it are left out (Debian: apt install ${tool.package}).`,
    )
  if (missing.length > 0 && CI) {
    console.error('In CI nothing may be left out.')
    process.exit(1)
  }
}

installPackages()
installTools()
fetchNewerRestic()

const filters = process.argv.slice(2)
let failedStages = 0
if (filters.length === 0) {
  /** @type {[string, string[]][]} */
  const stages = [
    ['format and lint (biome)', ['biome', 'check', '.']],
    ['lint with types (oxlint)', ['oxlint', '--type-aware', '--quiet']],
    ['types', ['tsc', '--noEmit']],
    ['types of the dashboard', ['tsc', '--noEmit', '-p', 'web']],
    [
      'who imports whom',
      ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src', 'web/src'],
    ],
    ['nothing unused (knip)', ['knip', '--no-progress']],
    ['build', ['node', 'scripts/build.mjs']],
  ]
  for (const [title, argv] of stages) {
    console.log(`\n== ${title}`)
    if (run(argv) !== 0) {
      failedStages += 1
      console.error(`FAILED: ${title} (${argv.join(' ')})`)
    }
  }
} else run(['node', 'scripts/build.mjs', '--if-changed'])

console.log('\n== tests')
const folder = mkdtempSync(join(tmpdir(), 'backproof-test-'))
const report = join(folder, 'report.json')
const status = run([
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...filters,
])
const counted = existsSync(report)
  ? JSON.parse(readFileSync(report, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 }
rmSync(folder, { recursive: true, force: true })
// a stage that failed, and a file that could not be loaded, count as failed tests
const broken = status !== 0 && counted.numFailedTests === 0 ? 1 : 0
const failed = counted.numFailedTests + failedStages + broken
console.log(
  `\n${counted.numPassedTests} passed, ${failed} failed, ${counted.numPendingTests + (counted.numTodoTests ?? 0)} skipped`,
)
process.exit(failed === 0 && status === 0 && counted.numPassedTests > 0 ? 0 : 1)
