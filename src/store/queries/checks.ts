import { type SelectQueryBuilder, sql } from 'kysely'
import type { Check } from '../../domain/check.ts'
import type { Instant } from '../../domain/instant.ts'
import type { CheckId } from '../../domain/recovery-point.ts'
import type { ScopeId } from '../../domain/scope.ts'
import { type CheckStatus, emptySummary, STATUSES, type StatusSummary } from '../../domain/status.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { type Db, locked, type Upsert, updating, upsert } from '../database.ts'
import type { CheckFilter, Page, StatusChange } from '../store.ts'
import type { CheckTable, StatusChangeTable, Tables } from '../tables.ts'
import { key, searchable, sortable, word, wordOrNull } from '../text.ts'
import { walk } from '../walk.ts'

/** Worst first. The numbers are in the database: never change one. */
const RANKS: Readonly<Record<CheckStatus, number>> = {
  missing: 0,
  failed: 1,
  stale: 2,
  error: 3,
  due: 4,
  paused: 5,
  ok: 6,
}
const STATUS_OF = new Map(STATUSES.map((status) => [RANKS[status], status]))

const STABLE = ['source', 'scope', 'type', 'account', 'owner', 'rank', 'sort_name', 'search', 'retired_at']

const CHECKS: Upsert = {
  table: 'check',
  columns: {
    id: 'text',
    source: 'text',
    scope: 'text',
    type: 'text',
    account: 'text',
    owner: 'text',
    rank: 'bigint',
    sort_name: 'text',
    search: 'text',
    changes_at: 'bigint',
    retired_at: 'bigint',
    body: 'text',
  } satisfies Record<keyof CheckTable, 'text' | 'bigint'>,
  key: ['id'],
  onConflict: updating([...STABLE, 'changes_at', 'body']),
  stable: STABLE,
}

function toRow(check: Check): CheckTable {
  const { judgement, resource } = check
  return {
    id: key(check.id),
    source: word(check.source),
    scope: key(check.scope),
    type: word(check.type),
    account: wordOrNull(resource.account),
    owner: wordOrNull(judgement.owner),
    rank: RANKS[judgement.status],
    sort_name: sortable(resource.name),
    search: searchable(check.id, resource.name, resource.id),
    changes_at: judgement.changesAt,
    retired_at: check.retiredAt,
    body: JSON.stringify(check),
  }
}

function toCheck(row: { body: string }): Check {
  return JSON.parse(row.body)
}

export async function checksById(db: Db, ids: readonly CheckId[]): Promise<Check[]> {
  if (ids.length === 0) return []
  const rows = await locked(
    db,
    db.q
      .selectFrom('check')
      .select('body')
      .where((eb) => db.dialect.among(eb.ref('id'), ids.map(key)))
      .orderBy('id'),
  ).execute()
  return rows.map(toCheck)
}

export async function check(db: Db, id: CheckId): Promise<Check | null> {
  return (await checksById(db, [id]))[0] ?? null
}

export async function checksOfScope(db: Db, scope: ScopeId, after: CheckId | null, limit: number): Promise<Check[]> {
  let query = db.q.selectFrom('check').select('body').where('scope', '=', key(scope)).where('retired_at', 'is', null)
  if (after !== null) query = query.where('id', '>', key(after))
  const rows = await locked(db, query.orderBy('id').limit(limit)).execute()
  return rows.map(toCheck)
}

export async function checksTurning(db: Db, scope: ScopeId, now: Instant, limit: number): Promise<Check[]> {
  const query = db.q
    .selectFrom('check')
    .select('body')
    .where('scope', '=', key(scope))
    .where('retired_at', 'is', null)
    .where('changes_at', 'is not', null)
    .where('changes_at', '<=', now)
    .orderBy('changes_at')
    .limit(limit)
  return (await locked(db, query).execute()).map(toCheck)
}

export async function nextTurn(db: Db, scope: ScopeId): Promise<Instant | null> {
  const row = await db.q
    .selectFrom('check')
    .select('changes_at')
    .where('scope', '=', key(scope))
    .where('retired_at', 'is', null)
    .where('changes_at', 'is not', null)
    .orderBy('changes_at')
    .limit(1)
    .executeTakeFirst()
  return row?.changes_at ?? null
}

export async function saveChecks(db: Db, checks: readonly Check[]): Promise<void> {
  await upsert(db, CHECKS, checks.map(toRow))
}

const CHANGES: Upsert = {
  table: 'status_change',
  columns: { check_id: 'text', at: 'bigint', body: 'text' } satisfies Record<
    Exclude<keyof StatusChangeTable, 'seq'>,
    'text' | 'bigint'
  >,
  key: [],
  onConflict: '',
}

export async function addStatusChanges(db: Db, changes: readonly StatusChange[]): Promise<void> {
  const rows = changes.map((change) => ({ check_id: key(change.check), at: change.at, body: JSON.stringify(change) }))
  await upsert(db, CHANGES, rows)
}

/** Newest first. */
export async function statusChanges(db: Db, check: CheckId, limit: number): Promise<StatusChange[]> {
  const rows = await db.q
    .selectFrom('status_change')
    .select('body')
    .where('check_id', '=', key(check))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row): StatusChange => JSON.parse(row.body))
}

function filtered<O>(db: Db, query: SelectQueryBuilder<Tables, 'check', O>, filter: CheckFilter) {
  let narrowed = query.where('retired_at', 'is', null)
  for (const field of ['source', 'scope', 'account', 'type', 'owner'] as const) {
    const value = filter[field]
    if (value !== undefined)
      narrowed = narrowed.where((eb) =>
        eb(db.dialect.unsought(eb.ref(field)), '=', field === 'scope' ? key(value) : word(value)),
      )
  }
  if (filter.statuses) {
    const ranks = filter.statuses.map((status) => RANKS[status])
    // an empty list is a filter that nothing passes, and "in ()" is no SQL
    narrowed = ranks.length ? narrowed.where('rank', 'in', ranks) : narrowed.where(sql.lit(1), '=', sql.lit(0))
  }
  const part = filter.text ? searchable(filter.text) : ''
  return part === '' ? narrowed : narrowed.where((eb) => db.dialect.contains(eb.ref('search'), part))
}

export async function summary(db: Db, filter: CheckFilter = {}): Promise<StatusSummary> {
  const out = emptySummary()
  const counted = db.q.selectFrom('check').select(['rank', sql<number>`count(*)`.as('count')])
  for (const row of await filtered(db, counted, filter).groupBy('rank').execute()) add(out, row)
  return out
}

function add(summary: StatusSummary, { rank, count }: { rank: number; count: number }): void {
  const status = STATUS_OF.get(rank)
  if (status === undefined) throw new Error(`the database holds an unknown rank: ${rank}`)
  summary[status] += count
  summary.total += count
}

/** One pass over one index, however many sources there are. */
export async function counts(db: Db): Promise<{ source: string; type: string; summary: StatusSummary }[]> {
  const rows = await db.q
    .selectFrom('check')
    .select(['source', 'type', 'rank', sql<number>`count(*)`.as('count')])
    .where('retired_at', 'is', null)
    .groupBy(['source', 'type', 'rank'])
    .orderBy('source')
    .orderBy('type')
    .execute()
  const out: { source: string; type: string; summary: StatusSummary }[] = []
  for (const row of rows) {
    let group = out.at(-1)
    if (group?.source !== row.source || group.type !== row.type) {
      group = { source: row.source, type: row.type, summary: emptySummary() }
      out.push(group)
    }
    add(group.summary, row)
  }
  return out
}

export async function checks(db: Db, filter: CheckFilter, limit: number, cursor?: string | null): Promise<Page<Check>> {
  let page = filtered(db, db.q.selectFrom('check').select('id'), filter)
  if (cursor) {
    const [rank, name, id] = fromCursor(cursor, ['number', 'string', 'string'])
    page = page.where(sql<boolean>`(rank, sort_name, id) > (${rank}, ${name}, ${id})`)
  }
  // the page is found by an index alone; only its own rows are then read whole
  const ids = page
    .orderBy('rank')
    .orderBy('sort_name')
    .orderBy('id')
    .limit(limit + 1)
  const rows = await db.q
    .selectFrom('check')
    .select(['id', 'rank', 'sort_name', 'body'])
    .where('id', 'in', ids)
    .orderBy('rank')
    .orderBy('sort_name')
    .orderBy('id')
    .execute()
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const next = rows.length > limit && last ? toCursor([last.rank, last.sort_name, last.id]) : null
  return { items: items.map(toCheck), next }
}

export async function facets(db: Db) {
  const rows = await db.q
    .selectFrom('check')
    .select(['source', 'type', 'account', 'owner'])
    .distinct()
    .where('retired_at', 'is', null)
    .execute()
  const values = (of: (row: (typeof rows)[number]) => string | null) =>
    [...new Set(rows.map(of))].filter((value) => value !== null).sort()
  return {
    sources: values((row) => row.source),
    accounts: values((row) => row.account),
    types: values((row) => row.type),
    owners: values((row) => row.owner),
  }
}

export function eachCheck(db: Db): AsyncIterable<Check> {
  const query = db.q.selectFrom('check').select(['id', 'body']).where('retired_at', 'is', null)
  return walk(query, ['id'], 2_000, toCheck)
}

export function checksMark(db: Db): Promise<string> {
  return db.dialect.mark(db.q)
}

export async function checksSince(db: Db, mark: string): Promise<Check[] | null> {
  const written = await db.dialect.writtenSince(db.q, mark)
  if (written === null) return null
  return (await db.q.selectFrom('check').select('body').where(written).execute()).map(toCheck)
}
