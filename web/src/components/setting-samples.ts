import type { SettingKind } from '../api/client.ts'

/** What a new entry begins with: small, and near to what most need. */
const SAMPLES: Record<string, string> = {
  'source files': 'path: /srv/dumps\npattern: "appdb-*.dump"\nmax_age: 25h\n',
  'source restic': 'repository: /srv/restic\npassword: \nmax_age: 1d\n',
  'source heartbeat': 'ping_key: \nheartbeats:\n  nightly-dump: { period: 1d, grace: 2h }\n',
  'source s3-dumps':
    'endpoint: https://s3.example.com\naccess_key_id: \nsecret_access_key: \nbucket: dumps\nprefix: app/\nmax_age: 25h\n',
  'channel slack': 'webhook_url: \n',
  'channel webhook': 'url: \n',
  'channel email':
    'host: mail.example.com\nusername: backproof\npassword: \nfrom: Backproof <backproof@example.com>\nto: oncall@example.com\n',
  service: 'tier: 1\nowner: \nrpo: 1h\nrto: 4h\ncopies:\n  - { type: off-site-object-storage, check: SOURCE/NAME }\n',
  route: 'match: { severity: critical }\nto: [CHANNEL]\nrepeat: 4h\n',
}

export function sampleOf(kind: SettingKind, type: string): string {
  if (kind === 'service' || kind === 'route') return SAMPLES[kind] ?? ''
  return `type: ${type}\n${SAMPLES[`${kind} ${type}`] ?? ''}`
}
