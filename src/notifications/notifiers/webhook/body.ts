import { type Instant, toIso } from '../../../domain/instant.ts'
import {
  type CheckItem,
  type Notification,
  type NotificationItem,
  type ServiceItem,
  type SourceItem,
  subjectOfItem,
} from '../../../domain/notification.ts'

/** The JSON that is posted; readme.md documents it. Fields may be added, none is renamed or taken away. */
export function webhookBody({ createdAt, key, test, url, items, omitted }: Notification): string {
  return JSON.stringify({
    type: 'incidents.changed',
    timestamp: toIso(createdAt),
    data: { id: key, test, url, items: items.map(toJson), omitted },
  })
}

function toJson(item: NotificationItem) {
  return {
    event: {
      id: item.event,
      kind: item.kind,
      at: toIso(item.at),
    },
    incident: {
      id: item.incident,
      type: item.type,
      state: item.state,
      severity: item.severity,
      reason: item.reason,
    },
    subject: subjectOfItem(item),
    ...(item.subject === 'service' || item.subject === 'source' ? judged(item) : ofCheck(item)),
    advice: item.advice ?? null,
    owner: item.owner,
  }
}

/** What is no check has the fields of one as null: whoever reads them finds them. */
function judged(item: ServiceItem | SourceItem) {
  return {
    rule: item.rule,
    tier: item.subject === 'service' ? item.tier : null,
    check: null,
    resource: null,
    services: item.subject === 'service' ? [item.service] : [],
  }
}

function ofCheck(item: CheckItem) {
  return {
    check: {
      id: item.check,
      type: item.checkType,
      source: item.source,
      status: item.status,
      last_recovery_point_at: isoOrNull(item.lastRecoveryPointAt),
      age_seconds: seconds(item.ageMs),
      threshold_seconds: seconds(item.thresholdMs),
      threshold_from: item.thresholdFrom,
    },
    resource: {
      id: item.resource.id,
      name: item.resource.name,
      provider: item.resource.provider,
      account: item.resource.account,
      region: item.resource.region,
    },
    services: item.services,
  }
}

const isoOrNull = (at: Instant | null): string | null => (at === null ? null : toIso(at))
const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1000))
