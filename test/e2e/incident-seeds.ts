import type { Incident, IncidentEvent } from '../../src/domain/incident.ts'
import { plus } from '../../src/domain/instant.ts'
import type { Delivery } from '../../src/domain/notification.ts'
import { aNotification, anItem, NOW } from '../fakes/notification.ts'
import { HEARTBEAT_ID, STALE_ID } from './seeds.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const ago = (ms: number) => plus(NOW, -ms)

const incident = (id: string, subject: string, type: Incident['type'], more: Partial<Incident> = {}): Incident => ({
  id,
  subject,
  rule: 'freshness',
  type,
  severity: 'warning',
  severities: ['warning'],
  state: 'open',
  reason: 'It is late.',
  openedAt: ago(3 * HOUR),
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  ...more,
})

export const INCIDENTS: readonly Incident[] = [
  incident('inc-5', STALE_ID, 'BACKUP_STALE', {
    severity: 'critical',
    openedAt: ago(28 * HOUR),
    reason:
      'The newest good recovery point is from 2026-11-18T08:00:00Z: past its threshold since 2026-11-19T08:00:00Z.',
    advice:
      'See whether the job ran on the machine that is backed up (its log there, systemctl status, journalctl). `restic -r /srv/restic/web-server snapshots` shows what is there.',
  }),
  incident('inc-4', 'fleet/new-laptop', 'BACKUP_MISSING', {
    severity: 'critical',
    openedAt: ago(2 * DAY),
    reason: 'The scope was read whole, and there is no good recovery point.',
    state: 'acknowledged',
    acknowledgedAt: ago(DAY),
    acknowledgedBy: 'dashboard',
  }),
  incident('inc-3', HEARTBEAT_ID, 'BACKUP_FAILED', { reason: 'The newest job failed: exit status 12.' }),
  incident('inc-2', 'fleet/old-vault', 'CHECK_ERROR', {
    openedAt: ago(50 * MINUTE),
    reason: 'restic could not open the repository: wrong password or no key found.',
  }),
  incident('inc-6', 'service:payments-postgres', 'SERVICE_OFF_SITE', {
    rule: 'off-site',
    openedAt: ago(5 * DAY),
    reason: 'Production and all copies are in one site (dc-a): its loss takes every way back.',
    advice:
      'Keep at least one copy in a separate failure domain with separate access control: another region, another account or another provider. A second bucket in the same account is not off-site.',
    about: { owner: 'payments-team', tier: 1, tags: { team: 'payments', env: 'prod' } },
  }),
  incident('inc-7', 'source:fleet', 'SOURCE_MASS_CHANGE', {
    rule: 'mass-change',
    severity: 'critical',
    openedAt: ago(9 * DAY),
    reason: '7 of 12 checks that were well turned bad together: look for one cause, and think of an attack.',
    advice: 'Find the one cause before anything else runs.',
    state: 'resolved',
    resolvedAt: ago(9 * DAY - 2 * HOUR),
    resolvedBy: 'recovery',
  }),
  incident('inc-1', 'fleet/web-server', 'BACKUP_STALE', {
    openedAt: ago(6 * DAY),
    state: 'resolved',
    resolvedAt: ago(6 * DAY - 5 * HOUR),
    resolvedBy: 'recovery',
  }),
]

export const EVENTS: readonly IncidentEvent[] = INCIDENTS.flatMap((known) => [
  {
    id: `${known.id}-1`,
    incident: known.id,
    kind: 'opened' as const,
    at: known.openedAt,
    severity: known.severity,
    reason: known.reason,
    by: null,
  },
  ...(known.id === 'inc-5'
    ? [
        {
          id: 'inc-5-2',
          incident: known.id,
          kind: 'reminder' as const,
          at: plus(known.openedAt, 4 * HOUR),
          severity: known.severity,
          reason: 'Still unresolved after 4 h.',
          by: null,
        },
      ]
    : []),
])

const message = (id: string, more: Partial<Delivery>): Delivery => ({
  id,
  channel: 'oncall',
  state: 'delivered',
  attempts: 1,
  createdAt: ago(28 * HOUR),
  triedAt: null,
  nextAttemptAt: ago(28 * HOUR),
  finishedAt: ago(28 * HOUR - 2000),
  lastError: null,
  notification: aNotification({ key: id, items: [anItem({ incident: 'inc-5', check: STALE_ID })] }),
  ...more,
})

export const DELIVERIES: readonly Delivery[] = [
  message('msg-1', {}),
  message('msg-2', {
    channel: 'mail',
    state: 'dead',
    attempts: 9,
    finishedAt: ago(20 * HOUR),
    lastError: 'mail.example.com refused the message: 550 5.1.1 no such user ops@example.com',
  }),
  message('msg-3', {
    channel: 'siem',
    state: 'pending',
    attempts: 3,
    nextAttemptAt: plus(NOW, 4 * MINUTE),
    finishedAt: null,
    lastError: 'siem.example.com answered 503: try again later',
  }),
]
