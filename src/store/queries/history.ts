import { sql } from 'kysely'
import type { Check } from '../../domain/check.ts'
import type { Incident } from '../../domain/incident.ts'
import type { Instant } from '../../domain/instant.ts'
import type { CheckId } from '../../domain/recovery-point.ts'
import type { Db } from '../database.ts'
import type { PointTimes, StatusChange } from '../store.ts'
import { key } from '../text.ts'
import { walk } from '../walk.ts'

/** Rows that are held at once, however much history there is. */
const PAGE = 5_000

export function changesSince(db: Db, checks: readonly CheckId[], since: Instant): AsyncIterable<StatusChange> {
  const query = db.q
    .selectFrom('status_change')
    .select(['check_id', 'seq', 'body'])
    .where((eb) => db.dialect.among(eb.ref('check_id'), checks.map(key)))
    .where('at', '>=', since)
  return walk(query, ['check_id', 'seq'], PAGE, ({ body }): StatusChange => JSON.parse(body))
}

export function pointsSince(db: Db, checks: readonly CheckId[], since: Instant): AsyncIterable<PointTimes> {
  // as they were given: the column may hold a long one cut
  const byKey = new Map(checks.map((check) => [key(check), check]))
  const query = db.q
    .selectFrom('recovery_point')
    .select(['check_id', 'id', 'recoverable_to', 'completed_at', 'gone_at'])
    .where((eb) => db.dialect.among(eb.ref('check_id'), [...byKey.keys()]))
    .where('recoverable_to', '>=', since)
    .where('state', '=', 'complete')
  return walk(query, ['check_id', 'recoverable_to', 'id'], PAGE, (row) => ({
    check: byKey.get(row.check_id) ?? row.check_id,
    recoverableTo: row.recoverable_to,
    completedAt: row.completed_at,
    goneAt: row.gone_at,
  }))
}

/** Two walks, each along an index: what ended since then, and what has not ended. */
export async function* incidentsBetween(db: Db, from: Instant, to: Instant): AsyncGenerator<Incident> {
  const query = db.q
    .selectFrom('incident')
    .select(['id', 'resolved_at', 'opened_at', 'body'])
    .where('opened_at', '<', to)
  const incident = ({ body }: { body: string }): Incident => JSON.parse(body)
  // written out: the indexes are partial ones
  const ended = query.where('unresolved', '=', sql.lit(0)).where('resolved_at', '>=', from)
  yield* walk(ended, ['resolved_at', 'id'], PAGE, incident)
  yield* walk(query.where('unresolved', '=', sql.lit(1)), ['opened_at', 'id'], PAGE, incident)
}

export function retiredSince(db: Db, since: Instant): AsyncIterable<Check> {
  const query = db.q
    .selectFrom('check')
    .select(['id', 'retired_at', 'body'])
    .where('retired_at', 'is not', null)
    .where('retired_at', '>=', since)
  return walk(query, ['retired_at', 'id'], PAGE, ({ body }): Check => JSON.parse(body))
}
