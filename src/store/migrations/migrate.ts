import { CompiledQuery, type Kysely, sql } from 'kysely'
import { StoreError } from '../store.ts'
import type { Tables } from '../tables.ts'
import { initial } from './0001-initial.ts'
import { settings } from './0002-settings.ts'
import { drill } from './0003-drill.ts'
import { evidence } from './0004-evidence.ts'
import { news } from './0006-news.ts'
import { worstIncidentsFirst } from './0007-worst-incidents-first.ts'
import type { Migration } from './migration.ts'

/** In order; the version of a database is how many of them it has. */
export const MIGRATIONS: readonly Migration[] = [initial, settings, drill, evidence, news, worstIncidentsFirst]

// any number that other programs on the same database are unlikely to choose
const LOCK = 0x62_70_72_66

/** Brings the schema up to date: all steps in one transaction, by one process at a time. Returns the steps that it took. */
export async function migrate(
  db: Kysely<Tables>,
  dialect: 'sqlite' | 'postgres',
  where: string,
  steps: readonly Migration[] = MIGRATIONS,
): Promise<string[]> {
  return db.transaction().execute(async (tx) => {
    if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`.execute(tx)
    await tx.executeQuery(
      CompiledQuery.raw('create table if not exists schema_version (version bigint primary key, name text not null)'),
    )
    const done = await schemaVersion(tx)
    refuseNewer(done, steps.length, where)
    const todo = steps.slice(done)
    for (const [i, step] of todo.entries()) {
      for (const statement of step.statements(dialect)) await tx.executeQuery(CompiledQuery.raw(statement))
      await sql`insert into schema_version (version, name) values (${done + i + 1}, ${step.name})`.execute(tx)
    }
    return todo.map((step) => step.name)
  })
}

/** Refuses a schema that this version can't read: for those who only read. */
export async function requireSchema(db: Kysely<Tables>, where: string): Promise<void> {
  const version = await schemaVersion(db)
  refuseNewer(version, MIGRATIONS.length, where)
  if (version < MIGRATIONS.length)
    throw new StoreError(
      `${where} was written by an older Backproof: start this version's server once to bring it up to date`,
    )
}

async function schemaVersion(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ version: number | null }>`select max(version) as version from schema_version`.execute(db)
  return rows[0]?.version ?? 0
}

function refuseNewer(version: number, known: number, where: string): void {
  if (version > known)
    throw new StoreError(
      `${where} was written by a newer Backproof (schema ${version}, this version knows ${known}): ` +
        'run that version again, or give this one another database',
    )
}
