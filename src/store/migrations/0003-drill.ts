import type { Migration } from './migration.ts'

export const drill: Migration = {
  name: '0003-drill',
  statements(dialect) {
    const text = dialect === 'postgres' ? 'text collate "C"' : 'text'
    return [
      `create table drill (
        id ${text} primary key, subject ${text} not null, service ${text}, check_id ${text}, at bigint not null,
        outcome bigint not null, rta_ms bigint, origin ${text} not null, reference ${text}, body ${text} not null)`,
      'create index drill_at on drill (at, id)',
      'create index drill_subject on drill (subject, at, id)',
      'create index drill_service on drill (service, at, id) where service is not null',
      'create index drill_check on drill (check_id, at, id) where check_id is not null',
      'create index drill_reference on drill (reference) where reference is not null',
      `create table drill_end (
        drill ${text} primary key references drill (id) on delete cascade, at bigint not null, by_whom ${text} not null,
        reason ${text} not null, replaced_by ${text})`,
    ]
  },
}
