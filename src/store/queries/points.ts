import { sql } from 'kysely'
import type { PointSummary } from '../../domain/facts.ts'
import type { Instant } from '../../domain/instant.ts'
import type { CheckId, RecoveryPoint } from '../../domain/recovery-point.ts'
import { type Db, type Upsert, upsert } from '../database.ts'
import type { KnownPoint } from '../store.ts'
import type { RecoveryPointTable } from '../tables.ts'
import { key, textOrNull, wholeOrNull } from '../text.ts'

const CHANGING = ['recoverable_to', 'completed_at', 'size_bytes', 'state', 'problem']

const POINTS: Upsert = {
  table: 'recovery_point',
  columns: {
    check_id: 'text',
    id: 'text',
    recoverable_to: 'bigint',
    completed_at: 'bigint',
    size_bytes: 'bigint',
    state: 'text',
    problem: 'text',
    first_seen_at: 'bigint',
    gone_at: 'bigint',
  } satisfies Record<keyof RecoveryPointTable, 'text' | 'bigint'>,
  key: ['check_id', 'id'],
  // most points are as they were: those are not written again
  onConflict: `do update set ${CHANGING.map((name) => `${name} = excluded.${name}`).join(', ')}, gone_at = null
    where recovery_point.gone_at is not null or
    ${CHANGING.map((name) => `recovery_point.${name} is distinct from excluded.${name}`).join(' or ')}`,
}

export async function savePoints(
  db: Db,
  points: readonly RecoveryPoint[],
  now: Instant,
  whole?: readonly CheckId[],
): Promise<void> {
  const rows = points.map((point) => toRow(point, now))
  if (whole?.length) await markGone(db, rows, now, [...new Set(whole.map(key))])
  await upsert(db, POINTS, rows)
}

async function markGone(db: Db, seen: readonly RecoveryPointTable[], now: Instant, checks: string[]): Promise<void> {
  const ids = new Map<string, Set<string>>()
  for (const { check_id, id } of seen) {
    const known = ids.get(check_id)
    if (known) known.add(id)
    else ids.set(check_id, new Set([id]))
  }
  const known = await db.q
    .selectFrom('recovery_point')
    .select(['check_id', 'id'])
    .where((eb) => db.dialect.among(eb.ref('check_id'), checks))
    .where('gone_at', 'is', null)
    .execute()
  const gone = new Map<string, string[]>()
  for (const { check_id, id } of known) {
    if (ids.get(check_id)?.has(id)) continue
    const list = gone.get(check_id)
    if (list) list.push(id)
    else gone.set(check_id, [id])
  }
  for (const [check, list] of gone)
    await db.q
      .updateTable('recovery_point')
      .set({ gone_at: now })
      .where('check_id', '=', check)
      .where((eb) => db.dialect.among(eb.ref('id'), list))
      .execute()
}

function toRow(point: RecoveryPoint, now: Instant): RecoveryPointTable {
  return {
    check_id: key(point.check),
    id: key(point.id),
    recoverable_to: point.recoverableTo,
    completed_at: point.completedAt,
    size_bytes: wholeOrNull(point.sizeBytes),
    state: point.state,
    problem: textOrNull(point.problem),
    first_seen_at: now,
    gone_at: null,
  }
}

/** Newest first; with those that are gone. */
export async function points(db: Db, check: CheckId, limit: number, since?: Instant): Promise<KnownPoint[]> {
  let query = db.q.selectFrom('recovery_point').selectAll().where('check_id', '=', key(check))
  if (since !== undefined) query = query.where('recoverable_to', '>=', since)
  const rows = await query.orderBy('recoverable_to', 'desc').orderBy('id').limit(limit).execute()
  return rows.map((row) => ({
    check,
    id: row.id,
    recoverableTo: row.recoverable_to,
    completedAt: row.completed_at,
    sizeBytes: row.size_bytes,
    state: row.state,
    problem: row.problem,
    firstSeenAt: row.first_seen_at,
    goneAt: row.gone_at,
  }))
}

/** The rows of each check come one after another; its id is the caller's, which the store may have cut. */
export async function goodPoints(
  db: Db,
  checks: readonly CheckId[],
  limit: number,
): Promise<Map<CheckId, PointSummary[]>> {
  const found = new Map<CheckId, PointSummary[]>()
  if (checks.length === 0) return found
  const byKey = new Map(checks.map((check) => [key(check), check]))
  const numbered = db.q
    .selectFrom('recovery_point')
    .select([
      'check_id',
      'id',
      'recoverable_to',
      'size_bytes',
      sql<number>`row_number() over (partition by check_id order by recoverable_to desc, id)`.as('place'),
    ])
    .where((eb) => db.dialect.among(eb.ref('check_id'), [...byKey.keys()]))
    .where('state', '=', 'complete')
    .where('gone_at', 'is', null)
  const rows = await db.q
    .selectFrom(numbered.as('numbered'))
    .selectAll()
    .where('place', '<=', limit)
    .orderBy('check_id')
    .orderBy('place')
    .execute()
  for (const row of rows) {
    const check = byKey.get(row.check_id) ?? row.check_id
    const point = { id: row.id, recoverableTo: row.recoverable_to, sizeBytes: row.size_bytes }
    const known = found.get(check)
    if (known) known.push(point)
    else found.set(check, [point])
  }
  return found
}
