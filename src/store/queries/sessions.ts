import { type Db, locked } from '../database.ts'
import type { Session } from '../store.ts'
import { clean, key } from '../text.ts'

export async function addSession(db: Db, session: Session): Promise<void> {
  await db.q
    .insertInto('session')
    .values({ id: key(session.id), created_at: session.createdAt, expires_at: session.expiresAt })
    .execute()
}

export async function dropSession(db: Db, id: string): Promise<void> {
  await db.q.deleteFrom('session').where('id', '=', key(id)).execute()
}

/** Also one that has expired: who asks knows what time it is. */
export async function session(db: Db, id: string): Promise<Session | null> {
  const row = await db.q.selectFrom('session').selectAll().where('id', '=', key(id)).executeTakeFirst()
  return row ? { id: row.id, createdAt: row.created_at, expiresAt: row.expires_at } : null
}

export async function setValue(db: Db, name: string, value: string): Promise<void> {
  await db.q
    .insertInto('value')
    .values({ key: key(name), value: clean(value) })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: clean(value) }))
    .execute()
}

export async function value(db: Db, name: string): Promise<string | null> {
  const row = await locked(db, db.q.selectFrom('value').select('value').where('key', '=', key(name))).executeTakeFirst()
  return row?.value ?? null
}
