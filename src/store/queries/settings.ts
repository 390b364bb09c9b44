import { randomUUID } from 'node:crypto'
import { type Db, locked } from '../database.ts'
import type { Setting, SettingKind } from '../store.ts'
import type { SettingTable } from '../tables.ts'
import { clean, key, text } from '../text.ts'
import { setValue, value } from './sessions.ts'

const REVISION = 'settings.revision'

function toSetting(row: SettingTable): Setting {
  const { kind, name, body } = row
  return { kind, name, body, createdAt: row.created_at, updatedAt: row.updated_at, updatedBy: row.updated_by }
}

export async function saveSetting(db: Db, setting: Setting): Promise<void> {
  const changed = { body: clean(setting.body), updated_at: setting.updatedAt, updated_by: text(setting.updatedBy) }
  await db.q
    .insertInto('setting')
    .values({ kind: setting.kind, name: key(setting.name), created_at: setting.createdAt, ...changed })
    .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet(changed))
    .execute()
  await setValue(db, REVISION, randomUUID())
}

export async function dropSetting(db: Db, kind: SettingKind, name: string): Promise<boolean> {
  const result = await db.q
    .deleteFrom('setting')
    .where('kind', '=', kind)
    .where('name', '=', key(name))
    .executeTakeFirst()
  if (result.numDeletedRows === 0n) return false
  await setValue(db, REVISION, randomUUID())
  return true
}

export async function settings(db: Db): Promise<Setting[]> {
  const rows = await locked(db, db.q.selectFrom('setting').selectAll().orderBy('kind').orderBy('name')).execute()
  return rows.map(toSetting)
}

export async function settingsRevision(db: Db): Promise<string | null> {
  return value(db, REVISION)
}
