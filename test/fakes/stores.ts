import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { openPostgresStore } from '../../src/store/dialects/postgres.ts'
import { openSqliteStore } from '../../src/store/dialects/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { postgresBinaries, type RunningPostgres, startPostgres } from './postgres.ts'

/** Makes empty stores of one kind, and takes all of them away again. */
export interface StoreKind {
  name: 'sqlite' | 'postgres'
  /** For the report of the tests, with why they are skipped. */
  title: string
  /** Why it can't be had here; null: it can. */
  missing: string | null
  /** A new, empty store: close it. */
  open: () => Promise<Store>
  stop: () => Promise<void>
}

export async function storeKinds(): Promise<StoreKind[]> {
  return [sqliteKind(), await postgresKind()]
}

function sqliteKind(): StoreKind {
  const directories: string[] = []
  return {
    name: 'sqlite',
    title: 'a store on sqlite',
    missing: null,
    async open() {
      const directory = await mkdtemp(join(tmpdir(), 'bp-store-'))
      directories.push(directory)
      return openSqliteStore({ path: join(directory, 'backproof.db') })
    },
    async stop() {
      for (const directory of directories) await rm(directory, { recursive: true, force: true })
    },
  }
}

/** In CI it must be there. */
async function postgresKind(): Promise<StoreKind> {
  const missing =
    (await postgresBinaries()) === null && !process.env.CI
      ? 'PostgreSQL is not installed here: initdb was not found'
      : null
  let server: Promise<RunningPostgres> | null = null
  let count = 0
  return {
    name: 'postgres',
    title: `a store on postgres${missing ? ` (${missing})` : ''}`,
    missing,
    async open() {
      server ??= startPostgres()
      const running = await server
      const name = `t${++count}`
      const client = new Client(running.url)
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      return openPostgresStore({ url: running.database(name) })
    },
    async stop() {
      await (await server)?.stop()
    },
  }
}
