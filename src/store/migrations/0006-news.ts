import type { Migration } from './migration.ts'

export const news: Migration = {
  name: '0006-news',
  statements(dialect) {
    const text = dialect === 'postgres' ? 'text collate "C"' : 'text'
    return [
      `create table news (source ${text} not null, id ${text} not null, heard_at bigint not null, primary key (source, id))`,
      'create index news_heard on news (heard_at)',
    ]
  },
}
