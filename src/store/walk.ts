import { type SelectQueryBuilder, sql } from 'kysely'
import type { Tables } from './tables.ts'

/**
 * What `of` makes of each row, in the order of these columns, which must tell rows apart. A page at a time is held, and each begins
 * behind the last row of the one before: what is written meanwhile neither repeats nor skips any.
 */
export async function* walk<Table extends keyof Tables, Row extends object, T>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  order: readonly (keyof Row & string)[],
  pageSize: number,
  of: (row: Row) => T,
): AsyncGenerator<T> {
  const columns = order.map((column) => sql.ref(column))
  const first = columns.reduce((sorted, column) => sorted.orderBy(column), query).limit(pageSize)
  let page = first
  for (;;) {
    const rows: Row[] = await page.execute()
    for (const row of rows) yield of(row)
    const last = rows.at(-1)
    if (!last || rows.length < pageSize) return
    const seen = order.map((column) => last[column])
    page = first.where(sql<boolean>`(${sql.join(columns)}) > (${sql.join(seen)})`)
  }
}
