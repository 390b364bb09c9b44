import { instant, parseInstant } from '../../src/domain/instant.ts'
import type { CheckItem, Notification, ServiceItem, SourceItem } from '../../src/domain/notification.ts'

export const NOW = parseInstant('2026-11-20T12:00:00Z') ?? instant(0)
const HOUR = 3_600_000

export function anItem(more: Partial<CheckItem> = {}): CheckItem {
  return {
    event: 'event-1',
    kind: 'opened',
    at: NOW,
    incident: 'incident-1',
    type: 'BACKUP_STALE',
    state: 'open',
    severity: 'critical',
    reason: 'The newest good recovery point is from 2026-11-18T09:00:00Z: past its limit since 2026-11-19T09:00:00Z.',
    check: 'fleet/web-server',
    checkType: 'restic',
    source: 'fleet',
    status: 'stale',
    resource: {
      id: 'web-server',
      name: 'web-server',
      provider: 'aws',
      account: '123456789012',
      region: 'eu-central-1',
    },
    advice: 'See whether the job ran on the machine that is backed up.',
    owner: 'payments-team',
    services: ['payments'],
    lastRecoveryPointAt: instant(NOW - 51 * HOUR),
    ageMs: 51 * HOUR,
    thresholdMs: 24 * HOUR,
    thresholdFrom: 'sources.fleet.max_age',
    ...more,
  }
}

/** Of a rule that judges services. */
export function aServiceItem(more: Partial<ServiceItem> = {}): ServiceItem {
  return {
    event: 'event-2',
    kind: 'opened',
    at: NOW,
    incident: 'incident-2',
    type: 'SERVICE_OFF_SITE',
    state: 'open',
    severity: 'warning',
    reason: 'All copies are in one account (123456789012): its loss takes every way back.',
    owner: 'payments-team',
    subject: 'service',
    service: 'payments',
    tier: 1,
    rule: 'off-site',
    advice: 'Keep at least one copy in a separate failure domain.',
    ...more,
  }
}

export function aSourceItem(more: Partial<SourceItem> = {}): SourceItem {
  return {
    event: 'event-3',
    kind: 'opened',
    at: NOW,
    incident: 'incident-3',
    type: 'SOURCE_MASS_CHANGE',
    state: 'open',
    severity: 'critical',
    reason: '12 of 40 checks that were well turned bad together: look for one cause, and think of an attack.',
    owner: null,
    subject: 'source',
    source: 'fleet',
    rule: 'mass-change',
    advice: null,
    ...more,
  }
}

export function aNotification(more: Partial<Notification> = {}): Notification {
  return { key: '0190-key-1', createdAt: NOW, test: false, url: null, items: [anItem()], omitted: [], ...more }
}

/** What a name may hold when somebody means harm. */
export const HOSTILE = 'x\r\nBcc: all@example.com\u202e<!here> <script>alert(1)</script> & @channel *b* `c`\u0000\ud800'
