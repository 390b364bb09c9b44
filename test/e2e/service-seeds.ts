import { plus } from '../../src/domain/instant.ts'
import { NOWHERE, type Service } from '../../src/domain/service.ts'
import { NOW } from '../fakes/notification.ts'
import { aCopy, aDrill, aService } from '../fakes/services.ts'
import { HOSTILE_NAMES } from './seeds.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const DC_A = { ...NOWHERE, provider: 'own', site: 'dc-a', medium: 'vmware-1' }
const CLOUD = { ...NOWHERE, provider: 'aws', account: '123456789012', region: 'eu-central-1' }

/** What the small company's estate is for: some of it would come back. */
export const SERVICES: readonly Service[] = [
  aService('payments-postgres', {
    tier: 1,
    owner: 'payments-team',
    method: 'pg_dump every night, storage snapshots',
    database: true,
    rpoMs: 24 * HOUR,
    rtoMs: 2 * HOUR,
    dataClass: 'card data',
    runbook: 'https://wiki.example.com/runbooks/payments',
    labels: { team: 'payments', env: 'prod' },
    dependsOn: ['identity', 'dns'],
    production: DC_A,
    retention: { last: 0, hourly: 0, daily: 7, weekly: 4, monthly: 0, yearly: 0 },
    keys: [
      {
        name: 'restic',
        holders: ['ann', 'bob'],
        where: 'the safe in dc-b',
        lastRehearsedAt: plus(NOW, -90 * DAY),
        rehearseEveryMs: 365 * DAY,
      },
    ],
    waivers: [
      { rule: 'immutability', reason: 'the new bucket comes in March', owner: 'cto', until: plus(NOW, 120 * DAY) },
    ],
    copies: [
      aCopy({
        type: 'restic',
        location: 'dc-a / nas01',
        check: 'fleet/db-server',
        site: 'dc-a',
        medium: 'nas01',
        credential: 'backup-key',
        keys: ['restic'],
      }),
      aCopy({
        type: 'dump',
        location: 'dc-a / nas01',
        check: 'dumps/billing',
        site: 'dc-a',
        medium: 'nas01',
        credential: 'backup-key',
        encryption: 'age',
      }),
      aCopy({
        type: 'tape',
        location: 'vault / tape',
        site: 'vault',
        medium: 'tape',
        offline: true,
        maxAgeMs: 31 * DAY,
      }),
    ],
  }),
  aService('shop', {
    tier: 1,
    owner: 'shop',
    rpoMs: 25 * HOUR,
    rtoMs: HOUR,
    dependsOn: ['payments-postgres', 'identity'],
    production: CLOUD,
    copies: [
      aCopy({ type: 'rds-snapshot', check: 'prod-aws/orders-production', credential: 'admin-role' }),
      aCopy({ type: 'rds-snapshot', check: 'prod-aws/customers-production', credential: 'admin-role' }),
    ],
  }),
  aService('identity', {
    tier: 1,
    owner: 'it',
    rpoMs: 24 * HOUR,
    rtoMs: HOUR,
    dependsOn: ['dns'],
    production: DC_A,
    copies: [
      aCopy({ type: 'dump', location: 'dc-b / nas02', check: 'dumps/ldap', site: 'dc-b', medium: 'nas02' }),
      aCopy({ type: 'restic', check: 'fleet/git-server', provider: 'aws', account: '99', region: 'eu-west-1' }),
    ],
  }),
  aService('dns', { tier: 1, owner: 'it', rpoMs: 7 * DAY, rtoMs: HOUR / 2, production: DC_A }),
  aService('wiki', {
    tier: 3,
    owner: 'it',
    rpoMs: 3 * DAY,
    rtoMs: 24 * HOUR,
    dependsOn: ['identity'],
    copies: [
      aCopy({ type: 'dump', location: 'dc-b / nas02', check: 'dumps/wiki', site: 'dc-b', medium: 'nas02' }),
      aCopy({ type: 'ebs-snapshot', check: 'prod-aws/vol-0f1d8b62a4c3970e5' }),
    ],
  }),
  aService('mail-archive', {
    tier: 2,
    owner: 'mail-team',
    rpoMs: 24 * HOUR,
    copies: [aCopy({ type: 'rsync', check: 'jobs/mail-archive', site: 'dc-b' })],
  }),
  aService('old-vault', { tier: 3, rpoMs: 24 * HOUR, copies: [aCopy({ type: 'restic', check: 'fleet/old-vault' })] }),
]

export const DRILLS = [
  aDrill('wiki', {
    id: 'drill-2',
    at: plus(NOW, -30 * DAY),
    rtaMs: 3 * HOUR,
    rpaMs: 5 * HOUR,
    gaps: ['nobody had the password of the new host'],
  }),
  aDrill('wiki', { id: 'drill-1', at: plus(NOW, -210 * DAY), outcome: 'failed', rtaMs: null, rpaMs: null }),
]

/** Services whose every word means harm, or nothing at all. */
export const HOSTILE_SERVICES: readonly Service[] = HOSTILE_NAMES.map((name, n) =>
  aService(name, {
    tier: 1,
    owner: name,
    method: name,
    dataClass: name,
    runbook: n === 0 ? 'javascript:alert(4)' : name,
    rpoMs: HOUR,
    labels: { [name]: name },
    dependsOn: [HOSTILE_NAMES[n + 1] ?? 'dns', `${name}, gone`],
    production: { ...NOWHERE, provider: name, site: name, credential: name },
    keys: [{ name, holders: [name], where: name, lastRehearsedAt: null, rehearseEveryMs: DAY }],
    waivers: [{ rule: 'off-site', reason: name, owner: name, until: plus(NOW, DAY) }],
    copies: [
      aCopy({
        type: name,
        location: name,
        check: `fleet/${name}`,
        provider: name,
        account: name,
        region: name,
        site: name,
        medium: name,
        credential: name,
        encryption: name,
        keys: [name],
      }),
      aCopy({ type: name, check: `nothing/${name}` }),
    ],
  }),
)

/** What people and places tell of restores is as hostile as any name. */
export const HOSTILE_DRILLS = HOSTILE_NAMES.flatMap((name, n) => [
  aDrill(name, {
    id: `hostile-${n}`,
    by: name,
    phases: [{ name, startedAt: null, tookMs: HOUR }],
    checked: [name],
    gaps: [name],
    note: name,
    outcome: (['verified', 'restored', 'failed'] as const)[n % 3] ?? 'failed',
  }),
  aDrill('', { id: `hostile-alone-${n}`, service: null, check: `fleet/${name}`, by: name, recordedBy: name }),
])
