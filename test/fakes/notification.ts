import { instant, parseInstant } from '../../src/domain/instant.ts'
import type { Notification, NotificationItem } from '../../src/domain/notification.ts'

export const NOW = parseInstant('2026-11-20T12:00:00Z') ?? instant(0)
const HOUR = 3_600_000

export function anItem(more: Partial<NotificationItem> = {}): NotificationItem {
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
    owner: 'payments-team',
    services: ['payments'],
    lastRecoveryPointAt: instant(NOW - 51 * HOUR),
    ageMs: 51 * HOUR,
    thresholdMs: 24 * HOUR,
    thresholdFrom: 'sources.fleet.max_age',
    ...more,
  }
}

export function aNotification(more: Partial<Notification> = {}): Notification {
  return { key: '0190-key-1', createdAt: NOW, test: false, url: null, items: [anItem()], omitted: [], ...more }
}

/** What a name may hold when somebody means harm. */
export const HOSTILE = 'x\r\nBcc: all@example.com\u202e<!here> <script>alert(1)</script> & @channel *b* `c`\u0000\ud800'
