import { type RawBuilder, sql } from 'kysely'
import type { Incident, IncidentEvent, IncidentState } from '../../domain/incident.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Severity } from '../../domain/severity.ts'
import type { SubjectId, SubjectKind } from '../../domain/subject.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { type Db, locked, type Upsert, updating, upsert } from '../database.ts'
import type { IncidentFilter, Page } from '../store.ts'
import type { IncidentTable } from '../tables.ts'
import { key } from '../text.ts'

const INCIDENTS: Upsert = {
  table: 'incident',
  columns: {
    id: 'text',
    subject: 'text',
    type: 'text',
    severity: 'text',
    state: 'text',
    unresolved: 'bigint',
    rank: 'bigint',
    opened_at: 'bigint',
    resolved_at: 'bigint',
    last_notified_at: 'bigint',
    body: 'text',
  } satisfies Record<keyof IncidentTable, 'text' | 'bigint'>,
  key: ['id'],
  // not last_notified_at: events alone move it
  onConflict: updating([
    'subject',
    'type',
    'severity',
    'state',
    'unresolved',
    'rank',
    'opened_at',
    'resolved_at',
    'body',
  ]),
}

/** In what order the unresolved ones are listed. The numbers are in the database: never change one. */
const INCIDENT_RANKS: Readonly<Record<Severity, number>> = { info: 1, warning: 2, critical: 3 }

function toRow(incident: Incident): IncidentTable {
  return {
    id: key(incident.id),
    subject: key(incident.subject),
    type: incident.type,
    severity: incident.severity,
    state: incident.state,
    unresolved: incident.state === 'resolved' ? 0 : 1,
    rank: incident.state === 'resolved' ? 0 : INCIDENT_RANKS[incident.severity],
    opened_at: incident.openedAt,
    resolved_at: incident.resolvedAt,
    last_notified_at: incident.openedAt,
    body: JSON.stringify(incident),
  }
}

function parsed(row: { body: string }): Incident {
  return JSON.parse(row.body)
}

export async function unresolvedIncidents(db: Db, subjects: readonly SubjectId[]): Promise<Incident[]> {
  if (subjects.length === 0) return []
  const query = db.q
    .selectFrom('incident')
    .select('body')
    .where((eb) => db.dialect.among(eb.ref('subject'), subjects.map(key)))
    .where('unresolved', '=', sql.lit(1))
    .orderBy('id')
  return (await locked(db, query).execute()).map(parsed)
}

export async function unresolvedOfKind(db: Db, kind: SubjectKind): Promise<Incident[]> {
  const query = db.q
    .selectFrom('incident')
    .select('body')
    .where('unresolved', '=', sql.lit(1))
    .where(kindIs(kind))
    .orderBy('id')
  return (await locked(db, query).execute()).map(parsed)
}

/** By the beginning of the subject; the ids of checks begin with the name of a source, which holds no colon. */
function kindIs(kind: SubjectKind): RawBuilder<boolean> {
  const begins = (prefix: string) => sql<boolean>`substr(subject, 1, ${sql.lit(prefix.length)}) = ${sql.lit(prefix)}`
  if (kind !== 'check') return begins(`${kind}:`)
  return sql<boolean>`not (${begins('service:')} or ${begins('source:')})`
}

export async function incident(db: Db, id: string): Promise<Incident | null> {
  const row = await locked(db, db.q.selectFrom('incident').select('body').where('id', '=', key(id))).executeTakeFirst()
  return row ? parsed(row) : null
}

/** As they are in the database; those that are not are left out. */
export async function incidentsById(db: Db, ids: readonly string[]): Promise<Incident[]> {
  if (ids.length === 0) return []
  const query = db.q
    .selectFrom('incident')
    .select('body')
    .where((eb) => db.dialect.among(eb.ref('id'), ids.map(key)))
  return (await query.execute()).map(parsed)
}

export async function saveIncidents(db: Db, incidents: readonly Incident[]): Promise<void> {
  const last = new Map(incidents.map((incident) => [incident.id, incident]))
  // those that end make room for those that begin: one may be unresolved of a subject and a type
  const rows = [...last.values()].map(toRow)
  for (const unresolved of [0, 1])
    await upsert(
      db,
      INCIDENTS,
      rows.filter((row) => row.unresolved === unresolved),
    )
}

const EVENTS: Upsert = {
  table: 'incident_event',
  columns: { incident: 'text', body: 'text' },
  key: [],
  onConflict: '',
}

export async function addEvents(db: Db, events: readonly IncidentEvent[]): Promise<void> {
  await upsert(
    db,
    EVENTS,
    events.map((event) => ({ incident: key(event.incident), body: JSON.stringify(event) })),
  )
  const notified = Map.groupBy(
    events.filter((event) => event.kind !== 'note'),
    (event) => event.at,
  )
  for (const [at, group] of notified)
    await db.q
      .updateTable('incident')
      .set({ last_notified_at: at })
      .where((eb) =>
        db.dialect.among(
          eb.ref('id'),
          group.map((event) => key(event.incident)),
        ),
      )
      .execute()
}

/** Acknowledged ones are not reminded of; were they listed, they would fill the limit for ever. */
export async function incidentsToRemind(db: Db, before: Instant, limit: number, skip = 0): Promise<Incident[]> {
  const query = db.q
    .selectFrom('incident')
    .select('body')
    .where('state', '=', sql.lit('open'))
    .where('last_notified_at', '<=', before)
    .orderBy('last_notified_at')
    .orderBy('id')
    .limit(limit)
    .offset(skip)
  return (await locked(db, query).execute()).map(parsed)
}

export async function incidents(
  db: Db,
  filter: IncidentFilter,
  limit: number,
  cursor?: string | null,
): Promise<Page<Incident>> {
  let query = db.q.selectFrom('incident').select(['rank', 'opened_at', 'id', 'body'])
  if (filter.subject !== undefined) query = query.where('subject', '=', key(filter.subject))
  const { states, severities, kinds } = filter
  if (kinds) query = query.where((eb) => eb.or(kinds.map(kindIs)))
  if (states) query = query.where((eb) => db.dialect.among(eb.ref('state'), states))
  if (severities) query = query.where((eb) => db.dialect.among(eb.ref('severity'), severities))
  if (cursor) {
    const [rank, openedAt, id] = fromCursor(cursor, ['number', 'number', 'string'])
    query = query.where(sql<boolean>`(rank, opened_at, id) < (${rank}, ${openedAt}, ${id})`)
  }
  const rows = await query
    .orderBy('rank', 'desc')
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const next = rows.length > limit && last ? toCursor([last.rank, last.opened_at, last.id]) : null
  return { items: items.map(parsed), next }
}

/** In the order in which they happened, whatever the clock said. */
export async function events(db: Db, incident: string): Promise<IncidentEvent[]> {
  const rows = await db.q
    .selectFrom('incident_event')
    .select('body')
    .where('incident', '=', key(incident))
    .orderBy('seq')
    .execute()
  return rows.map((row): IncidentEvent => JSON.parse(row.body))
}

export async function incidentCounts(db: Db): Promise<Record<IncidentState, number>> {
  const rows = await db.q
    .selectFrom('incident')
    .select(['state', sql<number>`count(*)`.as('count')])
    .groupBy('state')
    .execute()
  const out = { open: 0, acknowledged: 0, resolved: 0 }
  for (const { state, count } of rows) out[state] = count
  return out
}
