import type { Ping } from '../../domain/ping.ts'
import type { CheckId } from '../../domain/recovery-point.ts'
import { type Db, type Upsert, upsert } from '../database.ts'
import type { CreatedHeartbeat } from '../store.ts'
import type { PingTable } from '../tables.ts'
import { key, textOrNull, wholeOrNull, word } from '../text.ts'

const PINGS: Upsert = {
  table: 'ping',
  columns: {
    check_id: 'text',
    at: 'bigint',
    id: 'text',
    kind: 'text',
    run_id: 'text',
    exit_status: 'bigint',
    body: 'text',
    remote: 'text',
  } satisfies Record<keyof PingTable, 'text' | 'bigint'>,
  key: [],
  onConflict: '',
}

export async function addPings(db: Db, pings: readonly Ping[]): Promise<void> {
  const rows: PingTable[] = pings.map((ping) => ({
    check_id: key(ping.check),
    at: ping.at,
    id: key(ping.id),
    kind: ping.kind,
    run_id: textOrNull(ping.runId),
    exit_status: wholeOrNull(ping.exitStatus),
    body: textOrNull(ping.body),
    remote: textOrNull(ping.remote),
  }))
  await upsert(db, PINGS, rows)
}

/** Newest first. */
export async function pings(db: Db, check: CheckId, limit: number): Promise<Ping[]> {
  const rows = await db.q
    .selectFrom('ping')
    .selectAll()
    .where('check_id', '=', key(check))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    check,
    at: row.at,
    kind: row.kind,
    runId: row.run_id,
    exitStatus: row.exit_status,
    body: row.body,
    remote: row.remote,
  }))
}

export async function addHeartbeat(db: Db, heartbeat: CreatedHeartbeat): Promise<void> {
  await db.q
    .insertInto('heartbeat')
    .values({
      check_id: key(heartbeat.check),
      source: word(heartbeat.source),
      slug: key(heartbeat.slug),
      uuid: key(heartbeat.uuid),
      created_at: heartbeat.createdAt,
    })
    .execute()
}

export async function heartbeats(db: Db, source?: string): Promise<CreatedHeartbeat[]> {
  let query = db.q.selectFrom('heartbeat').selectAll()
  if (source !== undefined) query = query.where('source', '=', word(source))
  const rows = await query.orderBy('check_id').execute()
  return rows.map((row) => ({
    check: row.check_id,
    source: row.source,
    slug: row.slug,
    uuid: row.uuid,
    createdAt: row.created_at,
  }))
}
