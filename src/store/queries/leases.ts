import { type Instant, plus } from '../../domain/instant.ts'
import { type Db, locked } from '../database.ts'
import { key } from '../text.ts'

export async function takeLease(db: Db, name: string, owner: string, now: Instant, leaseMs: number): Promise<boolean> {
  const until = plus(now, leaseMs)
  // one that ends far later than a lease may was taken before the clock jumped back
  const implausible = plus(now, 4 * leaseMs)
  const taken = await db.q
    .insertInto('lease')
    .values({ name: key(name), owner: key(owner), until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ owner: key(owner), until })
        .where((eb) =>
          eb.or([
            eb('lease.owner', '=', key(owner)),
            eb('lease.until', '<=', now),
            eb('lease.until', '>', implausible),
          ]),
        ),
    )
    .returning('owner')
    .executeTakeFirst()
  return taken !== undefined
}

/** What another has taken meanwhile, or taken and dropped, is not held any more: the row is theirs, or gone. */
export async function holdsLease(db: Db, name: string, owner: string, now: Instant): Promise<boolean> {
  const query = db.q.selectFrom('lease').select('until').where('name', '=', key(name)).where('owner', '=', key(owner))
  const held = await locked(db, query).executeTakeFirst()
  return held !== undefined && now < held.until
}

export async function dropLease(db: Db, name: string, owner: string): Promise<void> {
  await db.q.deleteFrom('lease').where('name', '=', key(name)).where('owner', '=', key(owner)).execute()
}

export async function dropAllLeases(db: Db): Promise<void> {
  await db.q.deleteFrom('lease').execute()
  await db.q
    .updateTable('scope')
    .set({ lease_worker: null, lease_until: null })
    .where('lease_worker', 'is not', null)
    .execute()
}
