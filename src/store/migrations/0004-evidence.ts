import type { Migration } from './migration.ts'

export const evidence: Migration = {
  name: '0004-evidence',
  statements(dialect) {
    const postgres = dialect === 'postgres'
    const text = postgres ? 'text collate "C"' : 'text'
    // nothing is looked up in it but by number: each index would cost at every change
    const key = postgres ? 'bigint primary key' : 'integer primary key'
    return [
      `create table evidence (
        seq ${key}, at bigint not null, kind ${text} not null, prev ${text} not null, hash ${text} not null,
        body ${text} not null)`,
      `create table evidence_head (
        id bigint primary key, chain ${text} not null, seq bigint not null, hash ${text} not null, at bigint not null,
        checkpoint_seq bigint not null, checkpoint_at bigint not null)`,
      `insert into evidence_head (id, chain, seq, hash, at, checkpoint_seq, checkpoint_at)
        values (1, '', 0, '${'0'.repeat(64)}', 0, 0, 0)`,
    ]
  },
}
