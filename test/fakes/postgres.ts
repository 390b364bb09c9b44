import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A real PostgreSQL of its own, on a socket in a temporary directory. */
export interface RunningPostgres {
  /** Of the database "postgres", as a user who may do everything. */
  url: string
  /** The same server's database `name`. */
  database(name: string): string
  stop(): Promise<void>
}

/** Where PostgreSQL's programs are, the newest version first; null: they are not installed. */
export async function postgresBinaries(): Promise<string | null> {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? await readdir(root) : []
  const folders = [
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

/** Throws when PostgreSQL is not installed. */
export async function startPostgres(): Promise<RunningPostgres> {
  const folder = (await postgresBinaries()) ?? missing()
  const directory = await mkdtemp(join(tmpdir(), 'bp-pg-'))
  // PostgreSQL refuses to run as root
  const as = process.getuid?.() === 0 ? await userOf('postgres') : null
  if (as) await chown(directory, as.uid, as.gid)
  const data = join(directory, 'data')
  const options = { ...as, cwd: directory, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } }
  const initdb = ['-D', data, '-U', 'backproof', '-A', 'trust', '-E', 'UTF8', '--no-sync']
  await run(join(folder, 'initdb'), initdb, options)
  const settings = `-k ${directory} -c listen_addresses= -c fsync=off -c max_connections=50`
  await pgCtl(['start', '-w', '-l', join(directory, 'log'), '-o', settings])

  const database = (name: string) => `postgres://backproof@localhost/${name}?host=${encodeURIComponent(directory)}`
  return {
    url: database('postgres'),
    database,
    stop: async () => {
      await pgCtl(['stop', '-m', 'immediate'])
      await rm(directory, { recursive: true, force: true })
    },
  }

  /** The server inherits the streams of pg_ctl, and would keep pipes open: there are none. */
  function pgCtl(args: string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(join(folder, 'pg_ctl'), ['-D', data, ...args], { ...options, stdio: 'ignore' })
      child.on('error', reject)
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`pg_ctl ${args[0]} ended with ${code}`))))
    })
  }
}

function missing(): never {
  throw new Error('PostgreSQL is not installed: its initdb was not found')
}

async function userOf(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}
