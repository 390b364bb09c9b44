import type { Migration } from './migration.ts'

export const initial: Migration = {
  name: '0001-initial',
  statements(dialect) {
    const postgres = dialect === 'postgres'
    // bytes decide the order, on both: pages must not depend on the server's language
    const text = postgres ? 'text collate "C"' : 'text'
    const serial = postgres ? 'bigint generated always as identity primary key' : 'integer primary key'
    // SQLite answers lists from this one index, whatever they are filtered by (retired_at is in it, since SQLite takes no
    // index for covering without). PostgreSQL's entries are limited to 2,704 bytes: the lengths in text.ts keep to that
    const listed = postgres ? ', search' : ', search, source, scope, type, account, owner, retired_at'
    const counted = postgres ? '' : ', retired_at'
    return [
      `create table scope (
        id ${text} primary key, source ${text} not null, name ${text} not null, status ${text} not null,
        last_started_at bigint, last_complete_at bigint, last_failed_at bigint, took_ms bigint, fault ${text},
        failures bigint not null, next_look_at bigint not null, wanted_at bigint, memory ${text},
        lease_worker ${text}, lease_token bigint not null, lease_until bigint, retired_at bigint)`,
      'create index scope_due on scope (next_look_at, id) where retired_at is null',
      'create index scope_started on scope (last_started_at) where retired_at is null',
      'create index scope_source on scope (source)',

      `create table "check" (
        id ${text} primary key, source ${text} not null, scope ${text} not null, type ${text} not null,
        account ${text}, owner ${text}, rank bigint not null, sort_name ${text} not null, search ${text} not null,
        changes_at bigint, retired_at bigint, body ${text} not null)`,
      `create index check_list on "check" (rank, sort_name, id${listed}) where retired_at is null`,
      `create index check_counts on "check" (rank, source, type, account, owner${counted}) where retired_at is null`,
      ...(postgres ? ['create index check_source on "check" (source) where retired_at is null'] : []),
      'create index check_scope on "check" (scope, id) where retired_at is null',
      'create index check_turning on "check" (scope, changes_at) where retired_at is null and changes_at is not null',
      'create index check_retired on "check" (retired_at) where retired_at is not null',

      `create table recovery_point (
        check_id ${text} not null, id ${text} not null, recoverable_to bigint not null, completed_at bigint,
        size_bytes bigint, state ${text} not null, problem ${text}, first_seen_at bigint not null, gone_at bigint,
        primary key (check_id, id))`,
      'create index recovery_point_newest on recovery_point (check_id, recoverable_to)',
      'create index recovery_point_gone on recovery_point (gone_at) where gone_at is not null',

      `create table status_change (seq ${serial}, check_id ${text} not null, at bigint not null, body ${text} not null)`,
      'create index status_change_check on status_change (check_id, seq)',
      'create index status_change_at on status_change (at)',

      `create table incident (
        id ${text} primary key, subject ${text} not null, type ${text} not null, severity ${text} not null,
        state ${text} not null, unresolved bigint not null, opened_at bigint not null, resolved_at bigint,
        last_notified_at bigint not null, body ${text} not null)`,
      'create unique index incident_one_unresolved on incident (subject, type) where unresolved = 1',
      'create index incident_list on incident (unresolved, opened_at, id)',
      'create index incident_subject on incident (subject, opened_at)',
      `create index incident_remind on incident (last_notified_at) where state = 'open'`,
      'create index incident_state on incident (state)',
      'create index incident_resolved on incident (resolved_at) where unresolved = 0',

      `create table incident_event (
        seq ${serial}, body ${text} not null, incident ${text} not null
        references incident (id) on delete cascade deferrable initially deferred)`,
      'create index incident_event_incident on incident_event (incident, seq)',

      `create table delivery (
        id ${text} primary key, channel ${text} not null, state ${text} not null, finished_at bigint,
        body ${text} not null)`,
      `create index delivery_pending on delivery (channel, id) where state = 'pending'`,
      'create index delivery_channel on delivery (channel, state)',
      'create index delivery_state on delivery (state, id)',
      'create index delivery_finished on delivery (finished_at) where finished_at is not null',
      `create table delivery_incident (
        incident ${text} not null, delivery ${text} not null
        references delivery (id) on delete cascade deferrable initially deferred,
        primary key (incident, delivery))`,
      'create index delivery_incident_delivery on delivery_incident (delivery)',

      `create table ping (
        check_id ${text} not null, at bigint not null, id ${text} not null, kind ${text} not null, run_id ${text},
        exit_status bigint, body ${text}, remote ${text})`,
      'create index ping_check on ping (check_id, at)',
      'create index ping_at on ping (at)',
      `create table heartbeat (
        check_id ${text} primary key, source ${text} not null, slug ${text} not null, uuid ${text} not null unique,
        created_at bigint not null)`,

      `create table lease (name ${text} primary key, owner ${text} not null, until bigint not null)`,
      `create table session (id ${text} primary key, created_at bigint not null, expires_at bigint not null)`,
      `create table value (key ${text} primary key, value ${text} not null)`,
    ]
  },
}
