/** What the demo's business knows of its services: some are well looked after, some are not. */
export const demoServices = {
  identity: {
    tier: 1,
    owner: 'platform',
    method: 'logical dump every night',
    rpo: '25h',
    rto: '1h',
    production: { site: 'dc-a', medium: 'vm-pool', credential: 'platform-admin' },
    keys: [{ name: 'restic', holders: ['ann', 'bob'], where: 'the safe in dc-b', last_rehearsed: day(40) }],
    copies: [
      {
        type: 'local-dump',
        check: 'dumps/ldap',
        site: 'dc-a',
        medium: 'nas-1',
        credential: 'backup-a',
        encryption: 'none',
      },
      {
        type: 'off-site-repository',
        check: 'fleet/web-server',
        site: 'dc-b',
        medium: 's3-dr',
        credential: 'backup-b',
        encryption: 'restic',
        keys: ['restic'],
      },
    ],
  },
  'shop-database': {
    tier: 1,
    owner: 'shop-team',
    method: 'pg_dump every night',
    rpo: '25h',
    rto: '2h',
    depends_on: ['identity'],
    production: { site: 'dc-a', medium: 'vm-pool', credential: 'platform-admin' },
    retention: { daily: 7, weekly: 4 },
    copies: [
      { type: 'local-dump', check: 'dumps/appdb', site: 'dc-a', medium: 'nas-1', credential: 'backup-a' },
      { type: 'off-site-repository', check: 'fleet/db-server', site: 'dc-b', medium: 's3-dr', credential: 'backup-b' },
    ],
  },
  'web-shop': {
    tier: 2,
    owner: 'shop-team',
    rpo: '2d',
    rto: '4h',
    depends_on: ['shop-database'],
    production: { site: 'dc-a', medium: 'vm-pool', credential: 'platform-admin' },
    copies: [{ type: 'repository', check: 'fleet/fileserver', site: 'dc-a', medium: 'nas-1', credential: 'backup-a' }],
  },
  wiki: {
    tier: 3,
    owner: 'office',
    rpo: '7d',
    rto: '2d',
    production: { site: 'office' },
    copies: [{ type: 'local-dump', check: 'dumps/wiki', site: 'office', medium: 'usb-disk' }],
    waivers: [{ rule: 'off-site', reason: 'the new link comes soon', owner: 'office', until: day(-90) }],
  },
  mail: {
    tier: 2,
    owner: 'office',
    rpo: '1d',
    rto: '1d',
    depends_on: ['identity'],
    copies: [{ type: 'off-site-copy', check: 'jobs/mail', site: 'dc-b' }],
  },
}

/** Restores that people have tried, as they tell the API. */
export const demoDrills = [
  {
    id: '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405071',
    service: 'identity',
    at: time(12),
    by: 'ann',
    outcome: 'verified',
    phases: [
      { name: 'transfer', seconds: 240 },
      { name: 'restore', seconds: 900 },
      { name: 'validate', seconds: 600 },
    ],
    rpa_seconds: 5 * 3600,
    checked: ['logins of three people', 'number of entries'],
  },
  {
    id: '6f1c3a3e-0c0e-4c4e-9a3f-1d2e3f405072',
    service: 'shop-database',
    at: time(75),
    by: 'bob',
    outcome: 'restored',
    rta_seconds: 3 * 3600,
    gaps: ['the password of the application user was not in the safe'],
  },
]

/** The date of `ago` days ago; negative: to come. */
function day(ago: number): string {
  return time(ago).slice(0, 10)
}

function time(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString()
}
