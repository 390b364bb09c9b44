import { type RawBuilder, sql } from 'kysely'
import type { Check } from '../../domain/check.ts'
import type { Incident } from '../../domain/incident.ts'
import type { Instant } from '../../domain/instant.ts'
import type { CheckId } from '../../domain/recovery-point.ts'
import type { Db } from '../database.ts'
import type { PointTimes, StatusChange } from '../store.ts'
import { key } from '../text.ts'

/** Rows that are held at once, however much history there is. */
const PAGE = 5_000

export async function* changesSince(
  db: Db,
  checks: readonly CheckId[],
  since: Instant,
  pageSize = PAGE,
): AsyncGenerator<StatusChange> {
  if (checks.length === 0) return
  const ids = checks.map(key)
  let after: RawBuilder<boolean> | null = null
  for (;;) {
    let query = db.q
      .selectFrom('status_change')
      .select(['check_id', 'seq', 'body'])
      .where((eb) => db.dialect.among(eb.ref('check_id'), ids))
      .where('at', '>=', since)
    if (after) query = query.where(after)
    const rows: { check_id: string; seq: number; body: string }[] = await query
      .orderBy('check_id')
      .orderBy('seq')
      .limit(pageSize)
      .execute()
    for (const row of rows) {
      const change: StatusChange = JSON.parse(row.body)
      yield change
    }
    const last = rows.at(-1)
    if (!last || rows.length < pageSize) return
    after = sql<boolean>`(check_id, seq) > (${last.check_id}, ${last.seq})`
  }
}

export async function* pointsSince(
  db: Db,
  checks: readonly CheckId[],
  since: Instant,
  pageSize = PAGE,
): AsyncGenerator<PointTimes> {
  if (checks.length === 0) return
  // as they were given: the column may hold a long one cut
  const byKey = new Map(checks.map((check) => [key(check), check]))
  const ids = [...byKey.keys()]
  let after: RawBuilder<boolean> | null = null
  for (;;) {
    let query = db.q
      .selectFrom('recovery_point')
      .select(['check_id', 'id', 'recoverable_to', 'completed_at', 'gone_at'])
      .where((eb) => db.dialect.among(eb.ref('check_id'), ids))
      .where('recoverable_to', '>=', since)
      .where('state', '=', 'complete')
    if (after) query = query.where(after)
    const rows: {
      check_id: string
      id: string
      recoverable_to: Instant
      completed_at: Instant | null
      gone_at: Instant | null
    }[] = await query.orderBy('check_id').orderBy('recoverable_to').orderBy('id').limit(pageSize).execute()
    for (const row of rows)
      yield {
        check: byKey.get(row.check_id) ?? row.check_id,
        recoverableTo: row.recoverable_to,
        completedAt: row.completed_at,
        goneAt: row.gone_at,
      }
    const last = rows.at(-1)
    if (!last || rows.length < pageSize) return
    after = sql<boolean>`(check_id, recoverable_to, id) > (${last.check_id}, ${last.recoverable_to}, ${last.id})`
  }
}

/** Two walks, each along an index: what ended since then, and what has not ended. */
export async function* incidentsBetween(db: Db, from: Instant, to: Instant, pageSize = PAGE): AsyncGenerator<Incident> {
  for (const unresolved of [0, 1] as const) {
    const order = unresolved === 0 ? 'resolved_at' : 'opened_at'
    let after: RawBuilder<boolean> | null = null
    for (;;) {
      let query = db.q
        .selectFrom('incident')
        .select(['id', order, 'body'])
        // written out: the index is a partial one
        .where('unresolved', '=', sql.lit(unresolved))
        .where('opened_at', '<', to)
      if (unresolved === 0) query = query.where('resolved_at', '>=', from)
      if (after) query = query.where(after)
      const rows = await query.orderBy(order).orderBy('id').limit(pageSize).execute()
      for (const row of rows) {
        const incident: Incident = JSON.parse(row.body)
        yield incident
      }
      const last = rows.at(-1)
      if (!last || rows.length < pageSize) break
      const at: unknown = Reflect.get(last, order)
      after = sql<boolean>`(${sql.ref(order)}, id) > (${at}, ${last.id})`
    }
  }
}

export async function* retiredSince(db: Db, since: Instant, pageSize = 1_000): AsyncGenerator<Check> {
  let after: RawBuilder<boolean> | null = null
  for (;;) {
    let query = db.q
      .selectFrom('check')
      .select(['id', 'retired_at', 'body'])
      .where('retired_at', 'is not', null)
      .where('retired_at', '>=', since)
    if (after) query = query.where(after)
    const rows: { id: string; retired_at: Instant | null; body: string }[] = await query
      .orderBy('retired_at')
      .orderBy('id')
      .limit(pageSize)
      .execute()
    for (const row of rows) {
      const check: Check = JSON.parse(row.body)
      yield check
    }
    const last = rows.at(-1)
    if (!last || rows.length < pageSize) return
    after = sql<boolean>`(retired_at, id) > (${last.retired_at}, ${last.id})`
  }
}
