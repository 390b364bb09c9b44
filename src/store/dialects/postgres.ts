import { Kysely, PostgresDialect, type SqlBool, sql } from 'kysely'
import { Pool, types } from 'pg'
import { type Log, silentLog } from '../../lib/log.ts'
import { type Db, type Dialect, upsertSql } from '../database.ts'
import { readerOf, transact } from '../kysely-store.ts'
import { migrate, requireSchema } from '../migrations/migrate.ts'
import type { Store, Writer } from '../store.ts'
import type { Tables } from '../tables.ts'
import { explainPostgres, inTheWay, whereOf } from './postgres-errors.ts'

export interface PostgresOptions {
  url: string
  log?: Log
  /** Leaves the schema as it is: for those who only read. */
  readOnly?: boolean
}

const TRIES = 8
const INT8 = 20
/** Rows of one statement: each column goes as one array. */
const ROWS = 5_000

/** Opens the shared database. Throws StoreError. */
export async function openPostgresStore({ url, log = silentLog, readOnly = false }: PostgresOptions): Promise<Store> {
  const where = whereOf(url)
  const pool = new Pool({
    connectionString: url,
    application_name: 'backproof',
    max: 10,
    connectionTimeoutMillis: 10_000,
    // a worker that hangs inside of a transaction must not hold its locks for ever
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser },
  })
  // without a listener, a connection that breaks while it is idle would end the process
  pool.on('error', (error) => log.warn({ err: error }, `a connection to ${where} broke`))
  const q = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explainPostgres(error, where)
    }
  }

  try {
    const steps = readOnly ? [] : await explained(() => migrate(q, 'postgres', where))
    if (readOnly) await explained(() => requireSchema(q, where))
    if (steps.length) log.info({ where, steps }, 'the database was brought up to date')
  } catch (error) {
    await q.destroy()
    throw error
  }

  const db: Db = { q, dialect, locks: true }
  const write = <T>(work: (tx: Writer) => Promise<T>): Promise<T> => explained(() => retried(db, work, log))
  return {
    dialect: 'postgres',
    read: readerOf({ ...db, locks: false }, (error) => explainPostgres(error, where)),
    write,
    ping: () => write((tx) => tx.setValue('store.ping', '1')),
    close: () => q.destroy(),
  }
}

/**
 * Rows that are read to be changed are locked until the commit, so that workers with different scopes go on side by side. Where
 * two still meet (a deadlock, the same new incident), the database ends one: it starts again and sees what the other did.
 */
async function retried<T>(db: Db, work: (tx: Writer) => Promise<T>, log: Log): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await transact(db, work)
    } catch (error) {
      if (tries >= TRIES || !inTheWay(error)) throw error
      log.debug({ err: error, tries }, 'a transaction met another: it starts again')
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries))
    }
  }
}

/** Instants and counts are bigint, which the driver would give as text: ours all fit a number. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === INT8 ? Number : types.getTypeParser(oid, format)
}

const dialect: Dialect = {
  name: 'postgres',
  rowLocks: true,
  rowId: 'ctid',
  among: (column, values) => sql`${column} = any(${values}::text[])`,
  contains: (column, part) => sql`strpos(${column}, ${part}) > 0`,
  unsought: (column) => sql`${column}`,
  async mark(db) {
    const { rows } = await sql<{ mark: string }>`
      select pg_snapshot_xmin(pg_current_snapshot())::text || ' ' || extract(epoch from pg_postmaster_start_time()) as mark`.execute(
      db,
    )
    return rows[0]?.mark ?? ''
  },
  // a transaction that was under way at the mark has a number no lower than it: however late it commits, its rows are told.
  // What another server numbers (it took over, or this one was restored) can't be compared
  async writtenSince(db, mark) {
    const [xmin, server] = mark.split(' ')
    const [, now] = (await this.mark(db)).split(' ')
    return server === now ? sql<SqlBool>`age(xmin) <= age(${xmin}::xid8::xid)` : null
  },
  async upsert(db, into, rows) {
    const types = Object.values(into.columns)
    const text = upsertSql(into, `select * from unnest(${types.map((type, i) => `$${i + 1}::${type}[]`).join(', ')})`)
    for (let start = 0; start < rows.length; start += ROWS) {
      const part = rows.slice(start, start + ROWS)
      const arrays = types.map((_, i) => part.map((row) => row[i]))
      await db.executeQuery({ ...sql`${sql.raw(text)}`.compile(db), parameters: arrays })
    }
  },
}
