import type { CopyView, ServiceView } from '../estate.ts'
import { type Judged, list, type ServiceRule } from '../rule.ts'

const ADVICE =
  'Use database-aware tooling (pg_dump, pgBackRest, xtrabackup, RDS), or replay logs, WAL or binlogs as designed: a storage snapshot alone is as if the power had failed.'

const DATABASE =
  /(?:postgres|pgsql|mysql|mariadb|mongo|oracle|mssql|sql-?server|sqlite|cassandra|redis|database|etcd|ldap|(?:^|[-_. ])(?:db|rds|pg)(?:$|[-_. 0-9]))/i
const APPLICATION =
  /app(?:lication)?[- ]consistent|\bWAL\b|binlog|archive ?log|\bdump|pg_dump|mysqldump|basebackup|pgbackrest|barman|xtrabackup|mydumper|\brman\b|\bPITR\b/i
const CRASH = /snapshot|crash[- ]consistent|\blvm\b|\bzfs\b|\brsync\b/i

/** By what makes the points. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html */
const BY_TYPE: Readonly<Record<string, 'application' | 'crash'>> = {
  'ebs-snapshot': 'crash',
  'rds-snapshot': 'application',
  'rds-cluster-snapshot': 'application',
  'rds-pitr': 'application',
  pgbackrest: 'application',
  barman: 'application',
}

export function isDatabase({ service, copies }: ServiceView): boolean {
  if (service.database !== null) return service.database
  if (DATABASE.test(service.name)) return true
  return copies.some(({ checks }) => checks.some(({ check }) => check.type.startsWith('rds-')))
}

function consistencyOf({ copy, checks }: CopyView, method: string | null): 'application' | 'crash' | 'unknown' {
  if (copy.consistency) return copy.consistency
  const [first] = checks
  const byType = first && BY_TYPE[first.check.type]
  if (byType) return byType
  for (const words of [copy.type, method ?? '']) {
    if (APPLICATION.test(words)) return 'application'
    if (CRASH.test(words)) return 'crash'
  }
  return 'unknown'
}

/** Does a database have a copy that it took part in? */
export const appConsistency: ServiceRule = {
  id: 'app-consistency',
  asks: 'for databases, a copy that the database took part in',
  judge(view): Judged {
    if (!isDatabase(view)) return { outcome: 'not-applicable', reason: 'It is not a database.' }
    const there = view.copies.filter(({ standing }) => standing !== 'absent')
    if (there.length === 0) return { outcome: 'not-applicable', reason: 'There is no copy.' }
    const kinds = there.map((copy) => consistencyOf(copy, view.service.method))
    const evidence = Object.fromEntries(there.map(({ title }, n) => [title, kinds[n] ?? 'unknown']))
    if (kinds.includes('application'))
      return { outcome: 'pass', reason: 'The database takes part in a copy.', evidence }
    if (kinds.includes('unknown')) {
      const reason = 'Nobody says whether the database takes part in its copies.'
      return { outcome: 'unknown', reason, advice: `Declare method: or a copy's consistency:. ${ADVICE}`, evidence }
    }
    const reason = `A database is on crash-consistent copies alone: ${list(there.map(({ title }) => title))}.`
    return { outcome: 'fail', reason, advice: ADVICE, evidence }
  },
}
