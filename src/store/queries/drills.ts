import { sql } from 'kysely'
import type { Drill, DrillEnd, DrillOutcome, DrillRecord } from '../../domain/drill.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { type Db, locked, type Upsert, upsert } from '../database.ts'
import type { DrillFilter, Page } from '../store.ts'
import type { DrillEndTable, DrillTable } from '../tables.ts'
import { key, text, wholeOrNull, word, wordOrNull } from '../text.ts'

/** The numbers are in the database: never change one. */
const RANKS: Readonly<Record<DrillOutcome, number>> = { failed: 0, restored: 1, verified: 2 }

const DRILLS: Upsert = {
  table: 'drill',
  columns: {
    id: 'text',
    subject: 'text',
    service: 'text',
    check_id: 'text',
    at: 'bigint',
    outcome: 'bigint',
    rta_ms: 'bigint',
    origin: 'text',
    reference: 'text',
    body: 'text',
  } satisfies Record<keyof DrillTable, 'text' | 'bigint'>,
  key: ['id'],
  onConflict: 'do nothing',
}

function toRow(drill: Drill): DrillTable {
  const { service, check } = drill
  return {
    id: key(drill.id),
    subject: service === null ? key(`check ${check}`) : key(`service ${service}`),
    service: wordOrNull(service),
    check_id: check === null ? null : key(check),
    at: drill.at,
    outcome: RANKS[drill.outcome],
    rta_ms: wholeOrNull(drill.rtaMs),
    origin: drill.origin,
    reference: drill.reference === null ? null : key(drill.reference),
    body: JSON.stringify(drill),
  }
}

type EndColumns = { [K in keyof Omit<DrillEndTable, 'drill'> as `end_${K}`]: DrillEndTable[K] | null }

function toRecord(row: { body: string } & EndColumns): DrillRecord {
  const drill: Drill = JSON.parse(row.body)
  const { end_at: at, end_by_whom: by, end_reason: reason, end_replaced_by: replacedBy } = row
  return { ...drill, ended: at === null ? null : { at, by: by ?? '', reason: reason ?? '', replacedBy } }
}

const ENDED = [
  'drill.body',
  'drill_end.at as end_at',
  'drill_end.by_whom as end_by_whom',
  'drill_end.reason as end_reason',
  'drill_end.replaced_by as end_replaced_by',
] as const

const withEnds = (db: Db) => db.q.selectFrom('drill').leftJoin('drill_end', 'drill_end.drill', 'drill.id')

/** Locks records, so that none is ended twice. */
async function hold(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await locked(
    db,
    db.q
      .selectFrom('drill')
      .select('id')
      .where((eb) => db.dialect.among(eb.ref('id'), ids.map(key)))
      .orderBy('id'),
  ).execute()
  return new Set(rows.map(({ id }) => id))
}

/** Returns those that were not known. */
export async function addDrills(db: Db, drills: readonly Drill[], reason = 'corrected'): Promise<Drill[]> {
  await hold(
    db,
    drills.flatMap(({ replaces }) => replaces ?? []),
  )
  const known = await hold(
    db,
    drills.map(({ id }) => id),
  )
  const fresh = drills.filter(({ id }) => !known.has(key(id)))
  await upsert(db, DRILLS, fresh.map(toRow))
  for (const { id, replaces, recordedAt: at, recordedBy: by } of fresh)
    if (replaces !== null) await endDrill(db, replaces, { at, by, reason, replacedBy: id })
  return fresh
}

export async function endDrill(db: Db, id: string, { at, by, reason, replacedBy }: DrillEnd): Promise<void> {
  await db.q
    .insertInto('drill_end')
    .values({
      drill: key(id),
      at,
      by_whom: text(by),
      reason: text(reason),
      replaced_by: replacedBy === null ? null : key(replacedBy),
    })
    .execute()
}

export async function drill(db: Db, id: string): Promise<DrillRecord | null> {
  if (db.locks) await hold(db, [id])
  const row = await withEnds(db).select(ENDED).where('drill.id', '=', key(id)).executeTakeFirst()
  return row ? toRecord(row) : null
}

export async function drillsByReference(db: Db, references: readonly string[]): Promise<DrillRecord[]> {
  if (references.length === 0) return []
  const rows = await withEnds(db)
    .select(ENDED)
    .where((eb) => db.dialect.among(eb.ref('drill.reference').$notNull(), references.map(key)))
    .where('drill_end.replaced_by', 'is', null)
    .execute()
  return rows.map(toRecord)
}

export async function drills(
  db: Db,
  filter: DrillFilter,
  limit: number,
  cursor?: string | null,
): Promise<Page<DrillRecord>> {
  let query = withEnds(db).select([...ENDED, 'drill.at', 'drill.id'])
  const { service, checks, outcomes } = filter
  if (service !== undefined || checks !== undefined)
    query = query.where((eb) =>
      eb.or([
        ...(service === undefined ? [] : [eb('drill.service', '=', word(service))]),
        ...(checks === undefined ? [] : [db.dialect.among(eb.ref('drill.check_id').$notNull(), checks.map(key))]),
      ]),
    )
  if (outcomes)
    query = query.where(
      'drill.outcome',
      'in',
      outcomes.map((outcome) => RANKS[outcome]),
    )
  if (!filter.ended) query = query.where('drill_end.drill', 'is', null)
  if (cursor) {
    const [at, id] = fromCursor(cursor, ['number', 'string'])
    query = query.where(sql<boolean>`(drill.at, drill.id) < (${at}, ${id})`)
  }
  const rows = await query
    .orderBy('drill.at', 'desc')
    .orderBy('drill.id', 'desc')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(toRecord), next: rows.length > limit && last ? toCursor([last.at, last.id]) : null }
}

export async function newestDrills(db: Db, most: number): Promise<Drill[]> {
  const { rows } = await sql<{ body: string }>`
    select body from (
      select body, at, id, row_number() over (partition by subject order by at desc, id desc) as place
      from drill where not exists (select 1 from drill_end where drill_end.drill = drill.id)
    ) as ranked
    where place <= ${most} order by at desc, id desc`.execute(db.q)
  return rows.map(({ body }): Drill => JSON.parse(body))
}
