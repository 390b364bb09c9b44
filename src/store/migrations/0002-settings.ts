import type { Migration } from './migration.ts'

export const settings: Migration = {
  name: '0002-settings',
  statements(dialect) {
    const text = dialect === 'postgres' ? 'text collate "C"' : 'text'
    return [
      `create table setting (
        kind ${text} not null, name ${text} not null, body ${text} not null, created_at bigint not null,
        updated_at bigint not null, updated_by ${text} not null, primary key (kind, name))`,
    ]
  },
}
