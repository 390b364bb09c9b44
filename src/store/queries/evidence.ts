import { randomUUID } from 'node:crypto'
import type { Instant } from '../../domain/instant.ts'
import { chained, type EvidenceEntry, type EvidenceItem } from '../../evidence/entry.ts'
import { cutItem } from '../../evidence/items.ts'
import type { Signer } from '../../evidence/key.ts'
import { type Db, locked, type Upsert, upsert } from '../database.ts'
import type { EvidenceHead } from '../store.ts'
import type { EvidenceHeadTable, EvidenceTable } from '../tables.ts'

const ENTRIES: Upsert = {
  table: 'evidence',
  columns: {
    seq: 'bigint',
    at: 'bigint',
    kind: 'text',
    prev: 'text',
    hash: 'text',
    body: 'text',
  } satisfies Record<keyof EvidenceTable, 'text' | 'bigint'>,
  key: [],
  onConflict: '',
}

/**
 * Adds to the end of the chain. It is the last thing that a transaction does: on PostgreSQL all others that have something to
 * add wait from here to its commit.
 */
export async function appendEvidence(db: Db, items: readonly EvidenceItem[]): Promise<void> {
  const [first] = items
  if (!first) return
  const before = await headRow(db)
  const chain = before.chain || randomUUID()
  const begun: EvidenceItem[] = before.chain ? [] : [{ kind: 'chain', at: first.at, body: { chain } }]
  const { entries, head } = chained({ ...before, chain }, [...begun, ...items])
  await upsert(db, ENTRIES, entries)
  const last = entries.at(-1)
  const checkpoint = entries.findLast(({ kind }) => kind === 'checkpoint' || kind === 'cut')
  await db.q
    .updateTable('evidence_head')
    .set({
      ...head,
      ...(last && { at: last.at }),
      ...(checkpoint && { checkpoint_seq: checkpoint.seq, checkpoint_at: checkpoint.at }),
    })
    .execute()
}

function headRow(db: Db): Promise<EvidenceHeadTable> {
  return locked(db, db.q.selectFrom('evidence_head').selectAll()).executeTakeFirstOrThrow()
}

export async function evidenceHead(db: Db): Promise<EvidenceHead | null> {
  const { chain, seq, hash, at, checkpoint_seq, checkpoint_at } = await headRow(db)
  if (seq === 0) return null
  return { chain, seq, hash, at, checkpoint: checkpoint_seq === 0 ? null : { seq: checkpoint_seq, at: checkpoint_at } }
}

/** In the order of their numbers, after `seq`. */
export async function evidence(db: Db, seq: number, limit: number): Promise<EvidenceEntry[]> {
  return db.q.selectFrom('evidence').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute()
}

/** The number of the first entry that is not older; null: all are. */
export async function evidenceSince(db: Db, at: Instant): Promise<number | null> {
  const row = await db.q
    .selectFrom('evidence')
    .select('seq')
    .where('at', '>=', at)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? null
}

/** Entries that one call removes: others wait for the writer meanwhile. */
const AT_ONCE = 20_000

/** Removes the oldest; what says so in the chain is for the end of the transaction. */
export async function cutEvidence(db: Db, before: Instant, signer: Signer, now: Instant): Promise<EvidenceItem[]> {
  const { seq: head } = await headRow(db)
  const kept = await evidenceSince(db, before)
  const [oldest] = await evidence(db, 0, 1)
  // the last one stays, so that there is something to go on from
  const last = oldest ? Math.min((kept ?? head) - 1, oldest.seq + AT_ONCE - 1) : 0
  if (!oldest || last < oldest.seq) return []
  const [to] = await evidence(db, last - 1, 1)
  if (to?.seq !== last) return []
  await db.q.deleteFrom('evidence').where('seq', '<=', last).execute()
  return [cutItem({ from: oldest.seq, to: last, hash: to.hash }, signer, now)]
}
