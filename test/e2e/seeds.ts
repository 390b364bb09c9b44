import type { Check } from '../../src/domain/check.ts'
import { plus } from '../../src/domain/instant.ts'
import type { Ping } from '../../src/domain/ping.ts'
import type { RecoveryPoint } from '../../src/domain/recovery-point.ts'
import { aCheck } from '../fakes/checks.ts'
import { NOW } from '../fakes/notification.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const ACCOUNT = '123456789012'

const ago = (ms: number) => plus(NOW, -ms)

type Kind = Pick<Check, 'source' | 'type'> & { scope: string; limitMs: number; from: string }

const FLEET: Kind = { source: 'fleet', type: 'restic', scope: '', limitMs: DAY, from: 'sources.fleet.max_age' }
const EBS: Kind = {
  source: 'prod-aws',
  type: 'ebs-snapshot',
  scope: 'prod-aws/eu-central-1',
  limitMs: 7 * DAY,
  from: 'sources.prod-aws.checks.ebs.max_age',
}
const RDS: Kind = { ...EBS, type: 'rds-snapshot', limitMs: 25 * HOUR, from: 'sources.prod-aws.checks.rds.max_age' }
const DUMP: Kind = { ...FLEET, source: 'dumps', type: 'file', limitMs: 25 * HOUR, from: 'sources.dumps.files.max_age' }
const JOB: Kind = { ...FLEET, source: 'jobs', type: 'heartbeat', from: 'sources.jobs.heartbeats' }

type More = NonNullable<Parameters<typeof aCheck>[1]>

/** A check whose newest good point is `ageMs` old; null: it has none. */
function seed(kind: Kind, name: string, ageMs: number | null, more: More = {}): Check {
  const aws = kind.source === 'prod-aws'
  return aCheck(`${kind.source}/${name}`, {
    type: kind.type,
    scope: kind.scope === '' ? `${kind.source}/${name}` : kind.scope,
    ...more,
    resource: {
      ...(aws && { provider: 'aws', account: ACCOUNT, region: 'eu-central-1' }),
      ...more.resource,
    },
    facts: {
      newestGood: ageMs === null ? null : { id: 'p0', recoverableTo: ago(ageMs), sizeBytes: 1_400_000_000 },
      pointCount: ageMs === null ? 0 : 30,
      ...more.facts,
    },
    judgement: {
      thresholdMs: kind.limitMs,
      thresholdFrom: kind.from,
      deadlineAt: ageMs === null ? null : ago(ageMs - kind.limitMs),
      since: ago(9 * DAY),
      reason:
        ageMs === null
          ? 'The scope was read whole, and there is no good recovery point.'
          : 'The newest good recovery point is within its threshold.',
      ...more.judgement,
    },
  })
}

const volume = (id: string, name: string, ageMs: number, more: More = {}) =>
  seed(EBS, id, ageMs, { ...more, resource: { id: `arn:aws:ec2:eu-central-1:${ACCOUNT}:volume/${id}`, name } })

export const STALE_ID = 'fleet/db-server'
export const HEARTBEAT_ID = 'jobs/mail-archive'

/** A small company's estate on a bad morning: every status is there. */
export const ESTATE: readonly Check[] = [
  seed(FLEET, 'new-laptop', null, {
    judgement: { status: 'missing', severity: 'critical', since: ago(2 * DAY), owner: 'it' },
  }),
  seed(JOB, 'mail-archive', 27 * HOUR, {
    facts: { newestFailure: { at: ago(3 * HOUR), reason: 'exit status 12' } },
    judgement: {
      status: 'failed',
      severity: 'warning',
      since: ago(3 * HOUR),
      reason: 'The newest job failed 3 h ago: exit status 12. The last good one is 27 h old.',
      owner: 'mail-team',
    },
  }),
  seed(FLEET, 'db-server', 52 * HOUR, {
    resource: { tags: { env: 'prod', team: 'payments' } },
    judgement: {
      status: 'stale',
      severity: 'critical',
      since: ago(28 * HOUR),
      reason:
        'The newest good recovery point is from 2026-11-18T08:00:00Z: past its threshold since 2026-11-19T08:00:00Z.',
      owner: 'payments-team',
      tier: 1,
      services: ['payments-postgres', 'ledger'],
    },
  }),
  volume('vol-0d94f3a8b21c7e650', 'jenkins-home', 9 * DAY, {
    judgement: {
      status: 'stale',
      severity: 'warning',
      since: ago(2 * DAY),
      reason: 'The newest good recovery point is 9 d old, the threshold is 7 d.',
    },
  }),
  seed(FLEET, 'old-vault', 30 * HOUR, {
    look: {
      outcome: 'failed',
      tries: 4,
      fault: {
        kind: 'credentials',
        message: 'restic could not open the repository /srv/restic/old-vault: wrong password or no key found',
        advice: 'Set the password of this repository in sources.fleet.repositories.old-vault.password.',
      },
    },
    judgement: {
      status: 'error',
      severity: 'warning',
      since: ago(61 * MINUTE),
      reason: 'It could not be checked since 10:59: wrong password or no key found.',
    },
  }),
  seed(DUMP, 'billing', 22 * HOUR, {
    judgement: {
      status: 'due',
      severity: 'info',
      since: ago(2 * HOUR),
      reason: 'The newest good recovery point is 22 h old: in 3 h it passes its threshold.',
    },
  }),
  seed({ ...JOB, limitMs: 97 * DAY }, 'quarterly-archive', 40 * DAY, {
    paused: { until: plus(NOW, 14 * DAY), by: 'dashboard', reason: 'the archive is being moved to the new array' },
    judgement: { status: 'paused', since: ago(DAY), reason: 'Paused by dashboard until 2026-12-04.' },
  }),
  seed(FLEET, 'web-server', 2 * HOUR),
  seed(FLEET, 'fileserver', 11 * HOUR),
  seed(FLEET, 'git-server', 5 * HOUR),
  seed(RDS, 'orders-production', 6 * HOUR, { judgement: { owner: 'shop', tier: 1, services: ['shop'] } }),
  seed(RDS, 'customers-production', 6 * HOUR),
  seed(RDS, 'analytics', 7 * HOUR),
  volume('vol-04b8c11d2e9a6f733', 'k8s-node-1-data', 2 * DAY),
  volume('vol-0a7e55c90d13b8f42', 'k8s-node-2-data', 2 * DAY),
  volume('vol-0f1d8b62a4c3970e5', 'wiki-data', 4 * DAY),
  seed(DUMP, 'appdb', 3 * HOUR),
  seed(DUMP, 'wiki', 4 * HOUR),
  seed(DUMP, 'ldap', 5 * HOUR),
  seed(JOB, 'nightly', 9 * HOUR),
  seed({ ...JOB, limitMs: 7 * DAY }, 'photos', 30 * HOUR),
]

export const LONG = `${'a-very-long-name-'.repeat(18)}end`
export const SCRIPT = '<script>alert(1)</script>'
/** What names may hold when somebody means harm, or nothing at all. */
export const HOSTILE_NAMES: readonly string[] = [
  SCRIPT,
  '"><img src=x onerror=alert(2)>.dump',
  LONG,
  'two\nlines and a \u0007bell',
  'right\u202eto left',
  '💾 backups 👩‍👩‍👧 ü 漢字',
  '../../etc/passwd?x=1&y=%2F#z',
  '{{constructor.constructor("alert(3)")()}}',
  '__proto__',
]

export const HOSTILE: readonly Check[] = HOSTILE_NAMES.map((name, n) =>
  seed({ ...FLEET, scope: 'fleet/hostile' }, name, HOUR, {
    resource: { name, account: name, tags: { [name]: name } },
    judgement: {
      status: n % 2 === 0 ? 'missing' : 'stale',
      severity: 'critical',
      reason: `What it says: ${name}`,
      owner: name,
      services: [name],
    },
  }),
)

/** One point a day, with a night that was left out, one that was broken, and old ones that were pruned. */
export const POINTS: readonly RecoveryPoint[] = [52, 76, 100, 125, 196, 220, 244, 268, 292, 316, 340, 364].map(
  (hours, n) => ({
    check: STALE_ID,
    id: `${(n + 11).toString(16)}c3f09a1b2d4e`.repeat(4),
    recoverableTo: ago(hours * HOUR),
    completedAt: ago(hours * HOUR - 12 * MINUTE),
    sizeBytes: 1_400_000_000 + n * 12_345_678,
    state: n === 3 ? 'implausible' : 'complete',
    problem: n === 3 ? 'It holds 0 files: the one before held 40,112.' : null,
  }),
)
/** Of jobs that mostly do what they should. */
export const REGULAR_POINTS: readonly RecoveryPoint[] = [
  ...regular(HEARTBEAT_ID, 27, 24, 7),
  ...regular('fleet/web-server', 2, 12, 60),
]

function regular(check: string, newestHours: number, everyHours: number, count: number): RecoveryPoint[] {
  return Array.from({ length: count }, (_, n) => {
    const at = ago((newestHours + n * everyHours) * HOUR)
    return {
      check,
      id: `point-${n}`,
      recoverableTo: at,
      completedAt: at,
      sizeBytes: null,
      state: 'complete',
      problem: null,
    }
  })
}

/** Of POINTS, those that have been pruned since. */
export const isPruned = (point: RecoveryPoint) => point.recoverableTo < ago(300 * HOUR)

export const PINGS: readonly Ping[] = [
  ['fail', 3, 12, `rsync: [sender] write error: Broken pipe (32)\n${'rsync error in socket IO\n'.repeat(20)}${SCRIPT}`],
  ['start', 3.2, null, null],
  ['success', 27, 0, 'sent 3.1 GiB\ttotal 81 GiB'],
  ['start', 27.1, null, null],
].map(([kind, hours, exitStatus, body], n) => ({
  id: `ping-${9 - n}`,
  check: HEARTBEAT_ID,
  at: ago(Number(hours) * HOUR),
  kind: kind === 'fail' || kind === 'start' ? kind : 'success',
  runId: null,
  exitStatus: typeof exitStatus === 'number' ? exitStatus : null,
  body: typeof body === 'string' ? body : null,
  remote: '192.0.2.17',
}))
