import type { Instant } from '../domain/instant.ts'
import { plus } from '../domain/instant.ts'
import type { Delivery } from '../domain/notification.ts'
import { delivery } from './group.ts'

/** A made-up failure on its way to one channel: it takes the whole way of a real one, and says that it is a test. */
export function testDelivery(channel: string, id: string, now: Instant, url: string | null): Delivery {
  const ageMs = 51 * 3_600_000
  return delivery(channel, {
    key: id,
    createdAt: now,
    test: true,
    url,
    items: [
      {
        event: id,
        kind: 'opened',
        at: now,
        incident: id,
        type: 'BACKUP_STALE',
        state: 'open',
        severity: 'warning',
        reason: 'This is a test of this channel. Nothing is wrong with your backups.',
        subject: 'check',
        check: 'backproof/test',
        checkType: 'test',
        source: 'backproof',
        status: 'stale',
        resource: { id: 'test', name: 'test', provider: null, account: null, region: null },
        owner: null,
        services: [],
        lastRecoveryPointAt: plus(now, -ageMs),
        ageMs,
        thresholdMs: 24 * 3_600_000,
        thresholdFrom: 'a test',
      },
    ],
    omitted: [],
  })
}
