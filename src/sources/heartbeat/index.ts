import type { ObservedCheck } from '../../domain/observation.ts'
import { outgoingPing, type PushSource } from '../source.ts'
import {
  checkIdOf,
  DEFAULT_MAX_AGE_MS,
  type HeartbeatConfig,
  heartbeatConfig,
  settingsOf,
  thresholdOfHeartbeat,
} from './config.ts'

export { applyPing } from './apply-ping.ts'
export type { HeartbeatConfig } from './config.ts'
export { configuredHeartbeats, HeartbeatIndex, type Recipient, type Resolution } from './heartbeat-index.ts'
export { parsePingRequest } from './parse-request.ts'
export { pingReply } from './reply.ts'

/** Jobs that report by themselves, at the addresses of Healthchecks and of Uptime Kuma's push monitors. */
export const heartbeat: PushSource<HeartbeatConfig> = {
  type: 'heartbeat',
  defaultMaxAgeMs: DEFAULT_MAX_AGE_MS,
  config: heartbeatConfig,
  checks: (name, config) =>
    Object.entries(config.heartbeats ?? {}).map(([slug, { tags }]) => declaredHeartbeat(name, slug, tags)),
  threshold: thresholdOfHeartbeat,
  owner: (name, config, check) => settingsOf(name, config, check).owner ?? null,
  push: (name, config, check) => outgoingPing(settingsOf(name, config, check).push_url),
  unsafe: () => [],
  // it asks nobody for anything
  permissions: () => [],
}

/** The check of a heartbeat, declared by the configuration or made by its first report. */
export function declaredHeartbeat(source: string, slug: string, tags: Record<string, string> = {}): ObservedCheck {
  return {
    kind: 'resource',
    check: checkIdOf(source, slug),
    type: 'heartbeat',
    resource: { id: slug, name: slug, provider: null, account: null, region: null, tags },
  }
}
