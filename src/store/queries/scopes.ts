import { type ExpressionOrFactory, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { Check } from '../../domain/check.ts'
import { type Instant, instant, plus } from '../../domain/instant.ts'
import type { CheckId } from '../../domain/recovery-point.ts'
import type { Scope, ScopeId } from '../../domain/scope.ts'
import { type Db, type Upsert, upsert } from '../database.ts'
import { LeaseLostError, type LookOutcome, type ScopeLease, type ScopeState } from '../store.ts'
import type { ScopeTable, Tables } from '../tables.ts'
import { key, whole, wholeOrNull, word } from '../text.ts'

const DECLARED: Upsert = {
  table: 'scope',
  columns: {
    id: 'text',
    source: 'text',
    name: 'text',
    status: 'text',
    failures: 'bigint',
    next_look_at: 'bigint',
    lease_token: 'bigint',
  },
  key: ['id'],
  onConflict: `do update set source = excluded.source, name = excluded.name, retired_at = null,
    next_look_at = case when scope.retired_at is null then scope.next_look_at else excluded.next_look_at end
    where scope.retired_at is not null or scope.source <> excluded.source or scope.name <> excluded.name`,
}

export async function declareScopes(
  db: Db,
  scopes: readonly Scope[],
  sources: readonly string[],
  now: Instant,
): Promise<CheckId[]> {
  const rows = scopes.map((scope) => ({
    id: key(scope.id),
    source: word(scope.source),
    name: key(scope.name),
    status: 'never',
    failures: 0,
    next_look_at: now,
    lease_token: 0,
  }))
  await upsert(db, DECLARED, rows)
  const declared = new Set(rows.map((row) => row.id))
  const known = await db.q
    .selectFrom('scope')
    .select('id')
    .where((eb) => db.dialect.among(eb.ref('source'), sources.map(word)))
    .where('retired_at', 'is', null)
    .execute()
  const gone = known.map((row) => row.id).filter((id) => !declared.has(id))
  if (gone.length === 0) return []
  await retire(db, now, (eb) => db.dialect.among(eb.ref('id'), gone))
  return idsOf(db, (eb) => db.dialect.among(eb.ref('scope'), gone))
}

export async function retireOtherSources(db: Db, sources: readonly string[], now: Instant): Promise<CheckId[]> {
  const kept = sources.map(word)
  await retire(db, now, (eb) => eb.not(db.dialect.among(eb.ref('source'), kept)))
  return idsOf(db, (eb) => eb.not(db.dialect.among(eb.ref('source'), kept)))
}

/** Without its lease: what a worker still brings of a retired scope is refused. */
async function retire(db: Db, now: Instant, which: ExpressionOrFactory<Tables, 'scope', SqlBool>): Promise<void> {
  await db.q
    .updateTable('scope')
    .set({ retired_at: now, lease_worker: null, lease_until: null })
    .where('retired_at', 'is', null)
    .where(which)
    .execute()
}

/** As they were given: the column may hold a long one cut. */
async function idsOf(db: Db, which: ExpressionOrFactory<Tables, 'check', SqlBool>): Promise<CheckId[]> {
  const rows = await db.q
    .selectFrom('check')
    .select('body')
    .where('retired_at', 'is', null)
    .where(which)
    .orderBy('id')
    .execute()
  return rows.map(({ body }) => {
    const { id }: Check = JSON.parse(body)
    return id
  })
}

/** A lease that ends later than this many of its own lengths from now was taken before the clock jumped back. */
const PLAUSIBLE_LEASES = 4

export async function claimScope(
  db: Db,
  worker: string,
  now: Instant,
  leaseMs: number,
  sources?: readonly string[],
): Promise<ScopeLease | null> {
  let free = db.q
    .selectFrom('scope')
    .selectAll()
    .where('retired_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('lease_until', 'is', null),
        eb('lease_until', '<=', now),
        eb('lease_until', '>', plus(now, PLAUSIBLE_LEASES * leaseMs)),
      ]),
    )
  if (sources) free = free.where((eb) => db.dialect.among(eb.ref('source'), sources.map(word)))
  const due = free.where('next_look_at', '<=', now).orderBy('next_look_at').orderBy('id')
  // its last start lies ahead: the clock has jumped back, and nextLookAt was reckoned from a wrong time
  const ahead = free.where('last_started_at', '>', now).orderBy('last_started_at', 'desc').orderBy('id')
  const row = (await first(db, due)) ?? (await first(db, ahead))
  if (!row) return null

  const claimed = {
    last_started_at: now,
    next_look_at: instant(Math.min(row.next_look_at, now)),
    wanted_at: null,
    lease_worker: worker,
    lease_token: row.lease_token + 1,
    lease_until: plus(now, leaseMs),
  }
  await db.q.updateTable('scope').set(claimed).where('id', '=', row.id).execute()
  return {
    scope: row.id,
    worker,
    token: claimed.lease_token,
    until: claimed.lease_until,
    state: toState({ ...row, ...claimed }),
  }
}

/** The first that no other worker is just about to take. */
function first(db: Db, query: SelectQueryBuilder<Tables, 'scope', ScopeTable>): Promise<ScopeTable | undefined> {
  return (db.locks ? query.forUpdate().skipLocked() : query).limit(1).executeTakeFirst()
}

export async function renewScope(db: Db, lease: ScopeLease, until: Instant): Promise<boolean> {
  const { numUpdatedRows } = await held(db, lease).set({ lease_until: until }).executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function finishLook(db: Db, lease: ScopeLease, outcome: LookOutcome): Promise<void> {
  const { numUpdatedRows } = await held(db, lease)
    .set({
      status: outcome.status,
      ...(outcome.status === 'complete' ? { last_complete_at: outcome.at } : { last_failed_at: outcome.at }),
      took_ms: whole(outcome.tookMs),
      fault: outcome.fault && JSON.stringify(outcome.fault),
      failures: outcome.failures,
      next_look_at: sql<Instant>`case when wanted_at < ${outcome.nextLookAt} then wanted_at else ${outcome.nextLookAt} end`,
      wanted_at: null,
      ...(outcome.memory === undefined ? {} : { memory: JSON.stringify(outcome.memory) }),
      lease_worker: null,
      lease_until: null,
    })
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw lost(lease)
}

export async function holdScope(db: Db, lease: ScopeLease): Promise<void> {
  const query = db.q
    .selectFrom('scope')
    .select('id')
    .where('id', '=', key(lease.scope))
    .where('lease_worker', '=', lease.worker)
    .where('lease_token', '=', lease.token)
    .where('retired_at', 'is', null)
  const row = await (db.locks ? query.forUpdate() : query).executeTakeFirst()
  if (!row) throw lost(lease)
}

/** A lease that has run out is still held until another worker takes the scope: the token tells. */
function held(db: Db, lease: ScopeLease) {
  return db.q
    .updateTable('scope')
    .where('id', '=', key(lease.scope))
    .where('lease_worker', '=', lease.worker)
    .where('lease_token', '=', lease.token)
    .where('retired_at', 'is', null)
}

function lost(lease: ScopeLease): LeaseLostError {
  return new LeaseLostError(
    `${lease.worker} no longer holds the scope ${lease.scope}: it took longer than its lease, or the scope was retired`,
  )
}

export async function requestLook(db: Db, which: { source?: string; scope?: ScopeId }, now: Instant): Promise<number> {
  let query = broughtForward(db, now)
  if (which.source !== undefined) query = query.where('source', '=', word(which.source))
  if (which.scope !== undefined) query = query.where('id', '=', key(which.scope))
  return Number((await query.executeTakeFirst()).numUpdatedRows)
}

export async function lookNoLaterThan(db: Db, scope: ScopeId, at: Instant): Promise<boolean> {
  const moved = await broughtForward(db, at)
    .where('id', '=', key(scope))
    .where((eb) => eb.or([eb('next_look_at', '>', at), eb('wanted_at', 'is', null), eb('wanted_at', '>', at)]))
    .executeTakeFirst()
  return moved.numUpdatedRows > 0n
}

export async function knownScopes(db: Db, ids: readonly ScopeId[]): Promise<Set<ScopeId>> {
  const rows = await db.q
    .selectFrom('scope')
    .select('id')
    .where((eb) => db.dialect.among(eb.ref('id'), ids.map(key)))
    .where('retired_at', 'is', null)
    .execute()
  const found = new Set(rows.map(({ id }) => id))
  return new Set(ids.filter((id) => found.has(key(id))))
}

function broughtForward(db: Db, at: Instant) {
  return db.q
    .updateTable('scope')
    .set({
      next_look_at: sql<Instant>`case when next_look_at < ${at} then next_look_at else ${at} end`,
      wanted_at: sql<Instant>`case when wanted_at < ${at} then wanted_at else ${at} end`,
    })
    .where('retired_at', 'is', null)
}

export async function scopes(db: Db, source?: string): Promise<ScopeState[]> {
  let query = db.q.selectFrom('scope').selectAll().where('retired_at', 'is', null)
  if (source !== undefined) query = query.where('source', '=', word(source))
  return (await query.orderBy('id').execute()).map(toState)
}

export async function nextLookAt(db: Db): Promise<Instant | null> {
  const row = await db.q
    .selectFrom('scope')
    .select(
      sql<Instant | null>`min(case when lease_until > next_look_at then lease_until else next_look_at end)`.as('at'),
    )
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return row?.at ?? null
}

function toState(row: ScopeTable): ScopeState {
  return {
    id: row.id,
    source: row.source,
    name: row.name,
    status: row.status,
    lastStartedAt: row.last_started_at,
    lastCompleteAt: row.last_complete_at,
    lastFailedAt: row.last_failed_at,
    tookMs: wholeOrNull(row.took_ms),
    fault: row.fault === null ? null : JSON.parse(row.fault),
    failures: row.failures,
    nextLookAt: row.next_look_at,
    memory: row.memory === null ? null : JSON.parse(row.memory),
  }
}
