import type { DatabaseSync, StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'
import type { Cell } from '../database.ts'
import type { Tables } from '../tables.ts'

const STATEMENTS = 256

/** One connection: node:sqlite in the shape that Kysely knows, with its statements kept prepared. */
export class SqliteConnection implements SqliteDatabase {
  readonly db: DatabaseSync
  readonly #explain: (error: unknown) => unknown
  readonly #prepared = new Map<string, Prepared>()

  constructor(db: DatabaseSync, explain: (error: unknown) => unknown) {
    this.db = db
    this.#explain = explain
  }

  /** The statement, most lately used last. */
  prepare(sql: string): Prepared {
    let statement = this.#prepared.get(sql)
    if (statement) this.#prepared.delete(sql)
    else statement = this.#run(() => new Prepared(this.db.prepare(sql), this.#run))
    this.#prepared.set(sql, statement)
    if (this.#prepared.size > STATEMENTS) {
      const [oldest] = this.#prepared.keys()
      if (oldest !== undefined) this.#prepared.delete(oldest)
    }
    return statement
  }

  exec(sql: string): void {
    this.#run(() => this.db.exec(sql))
  }

  close(): void {
    this.#prepared.clear()
    if (this.db.isOpen) this.db.close()
  }

  kysely(): Kysely<Tables> {
    return new Kysely<Tables>({ dialect: new ImmediateDialect(this) })
  }

  readonly #run = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw this.#explain(error)
    }
  }
}

class Prepared implements SqliteStatement {
  readonly reader: boolean
  readonly #statement: StatementSync
  readonly #run: <T>(work: () => T) => T

  constructor(statement: StatementSync, run: <T>(work: () => T) => T) {
    this.#statement = statement
    this.#run = run
    this.reader = statement.columns().length > 0
  }

  all(parameters: readonly unknown[]) {
    return this.#run(() => this.#statement.all(...parameters.map(bindable)))
  }

  run(parameters: readonly unknown[]) {
    return this.#run(() => this.#statement.run(...parameters.map(bindable)))
  }

  /** Once for each row. */
  runEach(rows: readonly (readonly Cell[])[]): void {
    this.#run(() => {
      for (const row of rows) this.#statement.run(...row)
    })
  }

  iterate(): never {
    throw new Error('read by pages: an open statement holds back the checkpoints of the write-ahead log')
  }
}

function bindable(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`no database can store a ${typeof value}`)
}

class ImmediateDialect extends SqliteDialect {
  readonly #connection: SqliteConnection

  constructor(connection: SqliteConnection) {
    super({ database: connection })
    this.#connection = connection
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#connection)
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #connection: SqliteConnection

  constructor(connection: SqliteConnection) {
    super({ database: connection })
    this.#connection = connection
  }

  /** With the right to write from the start: a transaction that is upgraded later can fail at any statement. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** A full disk or an I/O error has rolled back already: https://www.sqlite.org/lang_transaction.html */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#connection.db.isTransaction) await super.rollbackTransaction(connection)
  }
}
