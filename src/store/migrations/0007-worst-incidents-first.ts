import type { Migration } from './migration.ts'

/** See INCIDENT_RANKS: what is critical stands above what was opened later. */
export const worstIncidentsFirst: Migration = {
  name: '0007-worst-incidents-first',
  statements: () => [
    'alter table incident add column rank bigint not null default 0',
    `update incident set rank = case severity when 'critical' then 3 when 'warning' then 2 else 1 end where unresolved = 1`,
    'drop index incident_list',
    'create index incident_list on incident (rank, opened_at, id)',
  ],
}
