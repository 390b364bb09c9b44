// Fetches the restic of newer Debian releases, for the tests that hold the restic source against several versions:
// node_modules/.cache/restic/VERSION/restic. It is one static binary, so nothing is installed. By apt with folders of its own,
// from the archive that this machine's apt uses, and checked by Debian's signature. Needs no root.
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

const SUITES = ['trixie', 'sid']
const KEYRINGS = ['gpg', 'pgp'].map((end) => `/usr/share/keyrings/debian-archive-keyring.${end}`)
const LIMIT_MS = 60_000
const cache = join(root, 'node_modules/.cache/restic')
const stamp = join(cache, 'suites')

/** Never fails: the tests that need these are left out when they can't be had, and one line says why. */
export function fetchNewerRestic() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === SUITES.join(' ')) return
  try {
    mkdirSync(cache, { recursive: true })
    const folder = mkdtempSync(join(cache, 'tmp-'))
    try {
      fetchInto(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    writeFileSync(stamp, SUITES.join(' '))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    console.log(`Newer restics are not to be had, the tests that compare versions leave them out: ${why}`)
  }
}

function fetchInto(folder) {
  const until = Date.now() + LIMIT_MS
  const keyring = KEYRINGS.find((path) => existsSync(path))
  if (!keyring) throw new Error("Debian's archive keyring is not installed")
  const uri = debianArchive(until)
  for (const name of ['parts', 'lists/partial', 'cache/archives/partial', 'debs'])
    mkdirSync(join(folder, name), { recursive: true })
  const source = {
    Types: 'deb',
    URIs: uri,
    Suites: SUITES.join(' '),
    Components: 'main',
    'Signed-By': keyring,
    Targets: 'Packages',
    Languages: 'none',
  }
  writeFileSync(
    join(folder, 'parts/debian.sources'),
    Object.entries(source)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  )
  // read after the machine's own configuration, whose proxy is needed; its hooks are not
  const options = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': join(folder, 'parts'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '10',
    'Acquire::https::Timeout': '10',
  }
  const hooks = ['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success']
  const config = [
    ...hooks.map((hook) => `#clear ${hook};\n`),
    ...Object.entries(options).map(([key, value]) => `${key} "${value}";\n`),
  ]
  writeFileSync(join(folder, 'apt.conf'), config.join(''))
  const apt = (...args) => ask('apt-get', ['-qq', '-c', join(folder, 'apt.conf'), ...args], join(folder, 'debs'), until)

  apt('update', '--error-on=any')
  apt('download', ...SUITES.map((suite) => `restic/${suite}`))
  for (const name of readdirSync(join(folder, 'debs'))) {
    const version = /^restic_(\d+(?:\.\d+)+)/.exec(name)?.[1]
    if (!version) throw new Error(`apt has brought ${name}, which names no version`)
    ask('dpkg-deb', ['-x', join(folder, 'debs', name), join(folder, version)], folder, until)
    const program = join(folder, version, 'usr/bin/restic')
    const says = ask(program, ['version'], folder, until)
    if (!says.startsWith(`restic ${version} `)) throw new Error(`${name} says that it is ${says.trim()}`)
    mkdirSync(join(cache, version), { recursive: true })
    renameSync(program, join(cache, version, 'restic'))
  }
}

/** The archive that this machine's own apt is set up with. */
function debianArchive(until) {
  const listed = ask(
    'apt-get',
    ['indextargets', '--format', '$(REPO_URI) $(COMPONENT)', 'Created-By: Packages'],
    root,
    until,
  )
  const found = listed.split('\n').find((line) => line.endsWith('/debian/ main'))
  if (!found) throw new Error("this machine's apt knows no Debian archive")
  return found.split(' ')[0]
}

function ask(program, args, cwd, until) {
  const timeout = Math.max(until - Date.now(), 1)
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
  const result = spawnSync(program, args, { cwd, timeout, env, encoding: 'utf8', killSignal: 'SIGKILL' })
  const { error } = result
  if (error && 'code' in error && error.code === 'ETIMEDOUT')
    throw new Error(`${program} took longer than ${LIMIT_MS / 1000} s`)
  if (error && 'code' in error && error.code === 'ENOENT') throw new Error(`there is no ${program} here`)
  if (error) throw error
  if (result.status !== 0)
    throw new Error(`${program}: ${result.stderr.trim().split('\n')[0] || `exit status ${result.status}`}`)
  return result.stdout
}

if (process.argv[1] === import.meta.filename) fetchNewerRestic()
