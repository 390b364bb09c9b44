import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type SqlBool, sql } from 'kysely'
import { type Log, silentLog } from '../../lib/log.ts'
import { type Db, type Dialect, type Upsert, updateSql, upsertSql } from '../database.ts'
import { readerOf, transact } from '../kysely-store.ts'
import { migrate, requireSchema } from '../migrations/migrate.ts'
import { type Store, StoreError, type Writer } from '../store.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { corrupt, explainSqlite, isSqliteError } from './sqlite-errors.ts'
import { type Written, writtenIds } from './written.ts'

export interface SqliteOptions {
  /** The file; it and its directory are made when they are not there. */
  path: string
  log?: Log
  /** Reads only, beside the process that owns the database. */
  readOnly?: boolean
  /** The most pages of 4 KiB that the database may grow to; more is answered like a full disk. */
  maxPages?: number
}

const BUSY_MS = 5_000

/** Opens the embedded database, which one process owns. Throws StoreError. */
export async function openSqliteStore({
  path: given,
  log = silentLog,
  readOnly = false,
  maxPages,
}: SqliteOptions): Promise<Store> {
  const path = resolve(given)
  const open: SqliteConnection[] = []
  try {
    if (readOnly) return await openReader(path, open)
    makeFile(path)
    open.push(lockFile(path))
    const writer = connect(path, false)
    open.push(writer)
    writer.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4096; pragma journal_size_limit = 67108864',
    )
    check(writer, path)
    if (maxPages !== undefined) writer.exec(`pragma max_page_count = ${Math.trunc(maxPages)}`)
    const write = writer.kysely()
    const written = writtenIds()
    const steps = await migrate(write, 'sqlite', path)
    if (steps.length) log.info({ path, steps }, 'the database was brought up to date')
    const reader = connect(path, true)
    open.push(reader)
    return {
      dialect: 'sqlite',
      read: readerOf({ q: reader.kysely(), dialect: dialectOf(reader, written), locks: false }, asTheyAre),
      ...serialised({ q: write, dialect: dialectOf(writer, written), locks: false }, written),
      close: async () => closeAll(open),
    }
  } catch (error) {
    closeAll(open)
    throw explainSqlite(error, path)
  }
}

/** The connection has explained its errors already. */
const asTheyAre = (error: unknown) => error

async function openReader(path: string, open: SqliteConnection[]): Promise<Store> {
  const reader = connect(path, true)
  open.push(reader)
  const db: Db = { q: reader.kysely(), dialect: dialectOf(reader, null), locks: false }
  await requireSchema(db.q, path)
  return {
    dialect: 'sqlite',
    read: readerOf(db, asTheyAre),
    write: () => Promise.reject(new StoreError(`${path} was opened to be read only`)),
    ping: async () => {
      await sql`select 1`.execute(db.q)
    },
    close: async () => closeAll(open),
  }
}

function closeAll(connections: SqliteConnection[]): void {
  // the lock last: nobody may come in while the write-ahead log is folded back
  for (const connection of connections.reverse()) {
    connection.close()
    held.delete(connection)
  }
  connections.length = 0
}

/** Nobody else may read it: it holds the names and states of everything that is backed up. */
function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // SQLite gives its -wal and -shm the mode of the database
  for (const file of [path, `${path}.lock`]) closeSync(openSync(file, 'a', 0o600))
}

/** What nobody refers to is closed by the garbage collector, and its lock with it. */
const held = new Set<SqliteConnection>()

/** Held until the process ends, however it ends: the system lets go of it at kill -9 too. */
function lockFile(path: string): SqliteConnection {
  const lock = new SqliteConnection(new DatabaseSync(`${path}.lock`, { timeout: 0 }), (error) => error)
  try {
    lock.exec('begin exclusive')
    held.add(lock)
    return lock
  } catch (cause) {
    lock.close()
    const busy = isSqliteError(cause) && (cause.errcode & 0xff) === 5
    if (!busy) throw explainSqlite(cause, `${path}.lock`)
    throw new StoreError(
      `another Backproof uses ${path}: stop it first, or give this one a directory of its own with --data`,
      { cause },
    )
  }
}

function connect(path: string, readOnly: boolean): SqliteConnection {
  const explain = (error: unknown) => explainSqlite(error, path)
  const db = new DatabaseSync(path, { readOnly, timeout: BUSY_MS, enableForeignKeyConstraints: true })
  const connection = new SqliteConnection(db, explain)
  connection.exec(`pragma cache_size = -32768; pragma temp_store = memory`)
  return connection
}

function check(connection: SqliteConnection, path: string): void {
  const [row] = connection.prepare('pragma quick_check(1)').all([])
  const verdict = row?.quick_check
  if (verdict !== 'ok') throw new StoreError(corrupt(path, String(verdict)))
}

/** One transaction after the other: there is one connection to write. */
function serialised(db: Db, written: Written): Pick<Store, 'write' | 'ping'> {
  let last: Promise<unknown> = Promise.resolve()
  const write = <T>(work: (tx: Writer) => Promise<T>): Promise<T> => {
    const run = () => transact(db, work).finally(() => written.settle())
    const result = last.then(run, run)
    last = result.catch(() => {})
    return result
  }
  return { write, ping: () => write((tx) => tx.setValue('store.ping', '1')) }
}

/** `written`: null where another process writes. */
function dialectOf(connection: SqliteConnection, written: Written | null): Dialect {
  const plans = new Map<Upsert, ReturnType<typeof planOf>>()
  return {
    name: 'sqlite',
    rowLocks: false,
    rowId: 'rowid',
    among: (column, values) => sql`${column} in (select value from json_each(${JSON.stringify(values)}))`,
    contains: (column, part) => sql`instr(${column}, ${part}) > 0`,
    // https://www.sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_
    unsought: (column) => sql`+${column}`,
    mark: async () => written?.mark() ?? '',
    async writtenSince(_, mark) {
      const ids = written?.since(mark) ?? null
      return ids && sql<SqlBool>`id in (select value from json_each(${JSON.stringify(ids)}))`
    },
    async upsert(_, into, rows) {
      if (into.table === 'check') for (const [id] of rows) written?.add(String(id))
      const plan = plans.get(into) ?? planOf(into)
      plans.set(into, plan)
      // one prepared statement, row by row: faster than any statement of many rows
      const insert = connection.prepare(plan.insert)
      if (!plan.update) return insert.runEach(rows)
      const update = connection.prepare(plan.update.text)
      const { order } = plan.update
      for (const row of rows) if (update.run(order.map((i) => row[i])).changes === 0) insert.run(row)
    },
  }
}

function planOf(into: Upsert) {
  const names = Object.keys(into.columns)
  const insert = upsertSql(into, `values (${names.map(() => '?').join(', ')})`)
  if (!into.stable) return { insert, update: null }
  const { text, columns } = updateSql(into, into.stable)
  return { insert, update: { text, order: columns.map((name) => names.indexOf(name)) } }
}
