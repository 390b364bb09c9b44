import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { HookKind, NewsOutcome } from '../domain/news.ts'

/** What happens in this process, one function per event. Labels are bounded: never an id, a name from outside, a reason. */

const registry = new Registry()
const registers = [registry]

const scans = new Counter({
  name: 'backproof_scans_total',
  help: 'Looks at scopes that have ended.',
  labelNames: ['source', 'outcome'],
  registers,
})
const scanSeconds = new Histogram({
  name: 'backproof_scan_duration_seconds',
  help: 'How long looks at scopes took.',
  labelNames: ['source'],
  buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 1800],
  registers,
})
const pings = new Counter({
  name: 'backproof_pings_total',
  help: 'Heartbeats that came in.',
  labelNames: ['outcome'],
  registers,
})
const deliveries = new Counter({
  name: 'backproof_delivery_attempts_total',
  help: 'Attempts to hand a message to a channel.',
  labelNames: ['channel', 'outcome'],
  registers,
})
const deliverySeconds = new Histogram({
  name: 'backproof_delivery_duration_seconds',
  help: 'How long attempts to hand a message to a channel took.',
  labelNames: ['channel'],
  buckets: [0.05, 0.25, 1, 2, 5, 10, 30],
  registers,
})
const incidents = new Counter({
  name: 'backproof_incident_events_total',
  help: 'What happened to incidents.',
  labelNames: ['kind', 'severity'],
  registers,
})
const reloads = new Counter({
  name: 'backproof_config_reloads_total',
  help: 'Times that the configuration was read again.',
  labelNames: ['outcome'],
  registers,
})
const hookMessages = new Counter({
  name: 'backproof_hook_messages_total',
  help: 'Messages that told of something by themselves, by how they came and what became of them.',
  labelNames: ['kind', 'outcome'],
  registers,
})
const newsSeconds = new Histogram({
  name: 'backproof_news_age_seconds',
  help: 'How old news were when they came, as their senders say.',
  labelNames: ['kind'],
  buckets: [0.5, 1, 2, 5, 15, 60, 300, 1800, 7200],
  registers,
})
const detectSeconds = new Histogram({
  name: 'backproof_time_to_detect_seconds',
  help: 'From the end of a job that failed to its incident.',
  labelNames: ['source'],
  buckets: [1, 2, 5, 15, 60, 300, 900, 3600, 14_400, 86_400],
  registers,
})
const cycle = new Gauge({
  name: 'backproof_last_cycle_timestamp_seconds',
  help: 'When the scheduler last had nothing overdue to do.',
  registers,
})

export function scanFinished(source: string, outcome: 'complete' | 'failed' | 'lost', tookMs: number): void {
  scans.inc({ source, outcome })
  scanSeconds.observe({ source }, tookMs / 1000)
}

export function pingReceived(
  outcome: 'recorded' | 'created' | 'unknown' | 'ambiguous' | 'refused' | 'unavailable',
): void {
  pings.inc({ outcome })
}

export function deliveryAttempted(channel: string, outcome: 'delivered' | 'retry' | 'rejected', tookMs: number): void {
  deliveries.inc({ channel, outcome })
  deliverySeconds.observe({ channel }, tookMs / 1000)
}

export function incidentChanged(kind: string, severity: 'info' | 'warning' | 'critical'): void {
  incidents.inc({ kind, severity })
}

export function hookMessage(kind: HookKind, outcome: NewsOutcome): void {
  hookMessages.inc({ kind, outcome })
}

export function newsHeard(kind: HookKind, ageMs: number): void {
  newsSeconds.observe({ kind }, Math.max(0, ageMs) / 1000)
}

export function incidentDetected(source: string, afterMs: number): void {
  detectSeconds.observe({ source }, Math.max(0, afterMs) / 1000)
}

export function configurationReloaded(outcome: 'applied' | 'refused'): void {
  reloads.inc({ outcome })
}

export function cycleFinished(at: number): void {
  cycle.set(at / 1000)
}

let collecting = false

/** The text of these, with those of the process (memory, event loop, garbage collection) from the first call on. */
export function ownMetrics(): Promise<string> {
  if (!collecting) collectDefaultMetrics({ register: registry })
  collecting = true
  return registry.metrics()
}
