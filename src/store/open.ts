import { join } from 'node:path'
import type { Log } from '../lib/log.ts'
import { type Store, StoreError } from './store.ts'

export interface StoreOptions {
  /** postgres://...; null: the embedded database. */
  url: string | null
  /** Where the embedded database is kept. */
  directory: string
  log?: Log
  /** Only reads; the embedded database may then be open in another process. */
  readOnly?: boolean
}

/** The embedded database's file in `directory`. */
export function databasePath(directory: string): string {
  return join(directory, 'backproof.db')
}

/** Opens the database that is configured, bringing its schema up to date. Throws StoreError. */
export async function openStore({ url, directory, ...options }: StoreOptions): Promise<Store> {
  // each driver is loaded only where it is used
  if (url === null) {
    const { openSqliteStore } = await import('./dialects/sqlite.ts')
    return openSqliteStore({ path: databasePath(directory), ...options })
  }
  if (!/^postgres(ql)?:\/\//i.test(url))
    throw new StoreError(
      'the database must be postgres://USER:PASSWORD@HOST:5432/DATABASE, or left out for the embedded one',
    )
  const { openPostgresStore } = await import('./dialects/postgres.ts')
  return openPostgresStore({ url, ...options })
}
