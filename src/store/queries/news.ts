import type { Instant } from '../../domain/instant.ts'
import type { Db } from '../database.ts'
import { key, word } from '../text.ts'

export async function addNews(db: Db, source: string, ids: readonly string[], now: Instant): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const added = await db.q
    .insertInto('news')
    .values([...new Set(ids.map(key))].map((id) => ({ source: word(source), id, heard_at: now })))
    .onConflict((conflict) => conflict.columns(['source', 'id']).doNothing())
    .returning('id')
    .execute()
  const fresh = new Set(added.map(({ id }) => id))
  return new Set(ids.filter((id) => fresh.has(key(id))))
}
