import { sql } from 'kysely'
import type { Instant } from '../../domain/instant.ts'
import type { CheckStatus } from '../../domain/status.ts'
import type { Db } from '../database.ts'
import type { StatusChange, StatusTurn, Unrest } from '../store.ts'
import { word } from '../text.ts'

const UNJUDGED: ReadonlySet<CheckStatus> = new Set(['error', 'paused'])

/** Where much has changed. Retired checks are left out: what is gone by itself takes its points along. */

export async function unrest(db: Db, since: Instant): Promise<Unrest[]> {
  const changed = await db.q
    .selectFrom('status_change')
    .innerJoin('check', 'check.id', 'status_change.check_id')
    .select(['check.source', sql<number>`count(distinct status_change.check_id)`.as('count')])
    .where('status_change.at', '>=', since)
    .where('check.retired_at', 'is', null)
    .groupBy('check.source')
    .execute()
  const gone = await db.q
    .selectFrom('recovery_point')
    .innerJoin('check', 'check.id', 'recovery_point.check_id')
    .select(['check.source', sql<number>`count(*)`.as('count')])
    .where('recovery_point.gone_at', '>=', since)
    .where('recovery_point.state', '=', sql.lit('complete'))
    .where('check.retired_at', 'is', null)
    .groupBy('check.source')
    .execute()
  const bySource = new Map<string, Unrest>()
  const of = (source: string) => {
    const known = bySource.get(source) ?? { source, changed: 0, gone: 0 }
    bySource.set(source, known)
    return known
  }
  for (const { source, count } of changed) of(source).changed = count
  for (const { source, count } of gone) of(source).gone = count
  return [...bySource.values()]
}

export async function turns(db: Db, source: string, since: Instant): Promise<StatusTurn[]> {
  const rows = await db.q
    .selectFrom('status_change')
    .innerJoin('check', 'check.id', 'status_change.check_id')
    .select('status_change.body')
    .where('status_change.at', '>=', since)
    .where('check.source', '=', word(source))
    .where('check.retired_at', 'is', null)
    .orderBy('status_change.seq')
    .execute()
  const found = new Map<string, StatusTurn>()
  for (const { body } of rows) {
    const { check, from, to }: StatusChange = JSON.parse(body)
    const first = found.get(check)?.from ?? null
    // one that was well for a while counts as well, also if it was new before, or nobody could read or watched it
    found.set(check, { check, from: first === null || UNJUDGED.has(first) ? from : first, to })
  }
  return [...found.values()]
}

export async function losses(
  db: Db,
  source: string,
  since: Instant,
  until: Instant,
): Promise<{ check: string; gone: number; fresh: number }[]> {
  const gone = sql<number>`sum(case when recovery_point.gone_at >= ${since} then 1 else 0 end)`
  const fresh = sql<number>`sum(case when recovery_point.first_seen_at between ${since} and ${until} and recovery_point.gone_at is null then 1 else 0 end)`
  const rows = await db.q
    .selectFrom('recovery_point')
    .innerJoin('check', 'check.id', 'recovery_point.check_id')
    .select([
      'check.id',
      gone.as('gone'),
      fresh.as('fresh'),
      sql<number>`min(recovery_point.first_seen_at)`.as('first'),
    ])
    .where('check.source', '=', word(source))
    .where('check.retired_at', 'is', null)
    .where('recovery_point.state', '=', sql.lit('complete'))
    .groupBy('check.id')
    .having(gone, '>', 0)
    .execute()
  // what the first look at a check has found took nobody's place
  return rows.map(({ id, gone, fresh, first }) => ({
    check: id,
    gone,
    fresh: first < since ? fresh : 0,
  }))
}

export async function pointCount(db: Db, source: string): Promise<number> {
  const row = await db.q
    .selectFrom('recovery_point')
    .innerJoin('check', 'check.id', 'recovery_point.check_id')
    .select(sql<number>`count(*)`.as('count'))
    .where('check.source', '=', word(source))
    .where('check.retired_at', 'is', null)
    .where('recovery_point.state', '=', sql.lit('complete'))
    .where('recovery_point.gone_at', 'is', null)
    .executeTakeFirst()
  return row?.count ?? 0
}

export async function newestStatusChange(db: Db): Promise<number | null> {
  const row = await db.q.selectFrom('status_change').select(sql<number | null>`max(seq)`.as('seq')).executeTakeFirst()
  return row?.seq ?? null
}
