import type { Expression, Kysely, RawBuilder, SelectQueryBuilder, SqlBool } from 'kysely'
import type { Tables } from './tables.ts'

export type Cell = string | number | null

/** Many rows into one table. The names are our own constants: none comes from outside. */
export interface Upsert {
  table: keyof Tables
  columns: Readonly<Record<string, 'text' | 'bigint'>>
  /** The columns that say which rows are the same; of such, the last given wins. Empty: all are added. */
  key: readonly string[]
  /** What follows "on conflict (key)". */
  onConflict: string
  /** Columns that seldom change: a row in which they are as they were can be updated without touching their indexes. */
  stable?: readonly string[]
}

/** Where the databases differ, apart from how they are opened. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** Whether rows that are read to be changed must be locked: SQLite has one writer anyway. */
  readonly rowLocks: boolean
  /** The column that every table has, and that no two of its rows share. */
  readonly rowId: string
  /** `column` is one of `values`: one parameter, however many there are. */
  among(column: Expression<string>, values: readonly string[]): RawBuilder<SqlBool>
  /** `column` has `part` somewhere in it, with no wildcards. */
  contains(column: Expression<string>, part: string): RawBuilder<SqlBool>
  /** A column of a list's filter, which must not tempt the planner away from the index that is in the list's order. */
  unsought(column: Expression<string | null>): RawBuilder<string | null>
  /** See Reader.checksMark: where the database stands, before anything is read. */
  mark(db: Kysely<Tables>): Promise<string>
  /** Which rows of "check" were written since; null: that is not known. */
  writtenSince(db: Kysely<Tables>, mark: string): Promise<RawBuilder<SqlBool> | null>
  upsert(db: Kysely<Tables>, into: Upsert, rows: readonly (readonly Cell[])[]): Promise<void>
}

/** A connection and what it speaks. `locks`: what is read here must not change before the commit. */
export interface Db {
  readonly q: Kysely<Tables>
  readonly dialect: Dialect
  readonly locks: boolean
}

export function locked<T extends keyof Tables, O>(
  db: Db,
  query: SelectQueryBuilder<Tables, T, O>,
): SelectQueryBuilder<Tables, T, O> {
  return db.locks ? query.forUpdate() : query
}

/** Adds or updates rows: in the order of their key, so that two transactions never lock the same rows crosswise. */
export async function upsert(db: Db, into: Upsert, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return
  const names = Object.keys(into.columns)
  const cells = rows.map((row) => names.map((name) => cell(Reflect.get(row, name))))
  if (into.key.length === 0) return db.dialect.upsert(db.q, into, cells)
  const at = into.key.map((name) => names.indexOf(name))
  const last = new Map(cells.map((row) => [at.map((i) => row[i]).join('\0'), row]))
  const distinct = last.size === cells.length ? cells : [...last.values()]
  await db.dialect.upsert(db.q, into, db.locks ? sorted(distinct, at) : distinct)
}

function cell(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`not a cell: ${typeof value}`)
}

function sorted(rows: Cell[][], at: readonly number[]): Cell[][] {
  return rows.toSorted((a, b) => {
    for (const i of at) {
      const [x, y] = [String(a[i]), String(b[i])]
      if (x !== y) return x < y ? -1 : 1
    }
    return 0
  })
}

/** "insert into ... on conflict ...", with the rows left to the dialect. */
export function upsertSql(into: Upsert, rows: string): string {
  const names = Object.keys(into.columns).map(quoted).join(', ')
  const conflict = into.key.length ? ` on conflict (${into.key.map(quoted).join(', ')}) ${into.onConflict}` : ''
  return `insert into ${quoted(into.table)} (${names}) ${rows}${conflict}`
}

/** Updates the one row that has the key and the stable columns of `into`: changes nothing when one of these differs. */
export function updateSql(into: Upsert, stable: readonly string[]): { text: string; columns: string[] } {
  const same = [...into.key, ...stable]
  const set = Object.keys(into.columns).filter((name) => !same.includes(name))
  const where = same.map((name) => `${quoted(name)} is ?`).join(' and ')
  const text = `update ${quoted(into.table)} set ${set.map((name) => `${quoted(name)} = ?`).join(', ')} where ${where}`
  return { text, columns: [...set, ...same] }
}

/** "do update set a = excluded.a, ...". */
export function updating(columns: readonly string[]): string {
  return `do update set ${columns.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}`
}

export function quoted(name: string): string {
  return `"${name}"`
}
