import { sql } from 'kysely'
import type { Delivery, DeliveryState } from '../../domain/notification.ts'
import { type Db, locked, type Upsert, updating, upsert } from '../database.ts'
import type { DeliveryTable } from '../tables.ts'
import { key } from '../text.ts'

const DELIVERIES: Upsert = {
  table: 'delivery',
  columns: {
    id: 'text',
    channel: 'text',
    state: 'text',
    finished_at: 'bigint',
    body: 'text',
  } satisfies Record<keyof DeliveryTable, 'text' | 'bigint'>,
  key: ['id'],
  onConflict: updating(['channel', 'state', 'finished_at', 'body']),
}

const INCIDENTS: Upsert = {
  table: 'delivery_incident',
  columns: { incident: 'text', delivery: 'text' },
  key: ['incident', 'delivery'],
  onConflict: 'do nothing',
}

function toRow(delivery: Delivery): DeliveryTable {
  return {
    id: key(delivery.id),
    channel: key(delivery.channel),
    state: delivery.state,
    finished_at: delivery.finishedAt,
    body: JSON.stringify(delivery),
  }
}

function parsed(row: { body: string }): Delivery {
  return JSON.parse(row.body)
}

export async function addDeliveries(db: Db, deliveries: readonly Delivery[]): Promise<void> {
  await upsert(db, DELIVERIES, deliveries.map(toRow))
  const about = deliveries.flatMap((delivery) =>
    delivery.notification.items.map((item) => ({ incident: key(item.incident), delivery: key(delivery.id) })),
  )
  await upsert(db, INCIDENTS, about)
}

export async function saveDelivery(db: Db, delivery: Delivery): Promise<void> {
  await upsert(db, DELIVERIES, [toRow(delivery)])
}

export async function nextDelivery(db: Db, channel: string): Promise<Delivery | null> {
  const row = await db.q
    .selectFrom('delivery')
    .select('body')
    .where('state', '=', sql.lit('pending'))
    .where('channel', '=', key(channel))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ? parsed(row) : null
}

export async function channelsWithPending(db: Db): Promise<string[]> {
  const rows = await db.q
    .selectFrom('delivery')
    .select('channel')
    .distinct()
    .where('state', '=', sql.lit('pending'))
    .orderBy('channel')
    .execute()
  return rows.map((row) => row.channel)
}

/** Newest first. */
export async function deliveries(
  db: Db,
  filter: { state?: DeliveryState; channel?: string; incident?: string },
  limit: number,
): Promise<Delivery[]> {
  let query = db.q.selectFrom('delivery').select('body')
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.channel !== undefined) query = query.where('channel', '=', key(filter.channel))
  const { incident } = filter
  if (incident !== undefined)
    query = query.where('id', 'in', (eb) =>
      eb.selectFrom('delivery_incident').select('delivery').where('incident', '=', key(incident)),
    )
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(parsed)
}

export async function delivery(db: Db, id: string): Promise<Delivery | null> {
  const query = db.q.selectFrom('delivery').select('body').where('id', '=', key(id))
  const row = await locked(db, query).executeTakeFirst()
  return row ? parsed(row) : null
}

export async function deliveryCounts(db: Db): Promise<{ channel: string; state: DeliveryState; count: number }[]> {
  return db.q
    .selectFrom('delivery')
    .select(['channel', 'state', sql<number>`count(*)`.as('count')])
    .groupBy(['channel', 'state'])
    .orderBy('channel')
    .orderBy('state')
    .execute()
}
