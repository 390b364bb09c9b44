import { type RawBuilder, sql } from 'kysely'
import { type Instant, plus } from '../../domain/instant.ts'
import type { Db } from '../database.ts'
import type { Tables } from '../tables.ts'

/** Rows of one kind that one call removes: others wait for the writer meanwhile. */
const AT_ONCE = 20_000

export async function prune(db: Db, before: Instant, now: Instant): Promise<number> {
  let removed = 0
  for (const [table, old] of tooOld(before, now)) {
    const row = sql.ref(db.dialect.rowId)
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)}
      where ${row} in (select ${row} from ${sql.table(table)} where ${old} limit ${AT_ONCE})`.execute(db.q)
    removed += Number(numAffectedRows ?? 0n)
  }
  return removed
}

/** No sender repeats anything for longer: SNS for an hour, EventBridge for a day; what was on a queue for longer is looked into again. */
const NEWS_KEPT_MS = 3 * 86_400_000

/** Their order matters: a check goes only once nothing is left that hangs on it. */
function tooOld(before: Instant, now: Instant): [keyof Tables, RawBuilder<unknown>][] {
  const retired = sql`retired_at is not null and retired_at < ${before}`
  return [
    ['ping', sql`at < ${before}`],
    ['status_change', sql`at < ${before}`],
    ['incident', sql`unresolved = 0 and resolved_at < ${before}`],
    ['delivery', sql`finished_at is not null and finished_at < ${before}`],
    ['session', sql`expires_at <= ${now}`],
    ['news', sql`heard_at < ${plus(now, -NEWS_KEPT_MS)}`],
    ['recovery_point', sql`gone_at is not null and gone_at < ${before}`],
    ['recovery_point', sql`check_id in (select id from "check" where ${retired})`],
    [
      'check',
      sql`${retired}
        and not exists (select 1 from recovery_point where check_id = "check".id)
        and not exists (select 1 from incident where subject = "check".id)`,
    ],
    ['scope', retired],
    ['drill', sql`origin <> 'hand' and at < ${before} and ${surpassed}`],
  ]
}

/**
 * A drill without which everything that its subject has proven stays proven: it was corrected, or a newer one came as far, as fast. One that a
 * person has withdrawn stays, or it would come back with the next look at where it was seen.
 */
const surpassed = sql`(
  exists (select 1 from drill_end where drill_end.drill = drill.id and drill_end.replaced_by is not null)
  or (
    not exists (select 1 from drill_end where drill_end.drill = drill.id)
    and exists (
      select 1 from drill as later
      where later.subject = drill.subject and later.at > drill.at and later.outcome >= drill.outcome
        and (drill.rta_ms is null or drill.outcome = 0 or later.rta_ms <= drill.rta_ms)
        and not exists (select 1 from drill_end where drill_end.drill = later.id))))`
