import { hash } from 'node:crypto'
import type { Config } from '../config/config.ts'
import type { Json } from '../domain/json.ts'
import { canonicalJson } from '../lib/canonical-json.ts'
import { redact } from '../lib/redact.ts'
import { thresholdFields } from '../sources/source.ts'

/** A part of the configuration in force, as it enters the chain. */
export interface ConfigurationPart {
  /** SHA-256 of all that it says, with secrets masked: whether two are the same. */
  sha256: string
  /** What checks and services are judged by, as JSON. The rest is nobody's business: addresses, credentials, uuids of heartbeats. */
  settings: string
}

/** What the sources' own settings say of thresholds, wherever in them it stands. */
const JUDGED_BY: ReadonlySet<string> = new Set([
  ...Object.keys(thresholdFields),
  'period',
  'pitr_max_age',
  'count_from',
  'min_size',
  'min_age',
])

/** The parts by their names: "sources.fleet", "services.payments", "channels.oncall", "routes", "rest". */
export function configurationParts(config: Config): Map<string, ConfigurationPart> {
  const parts = new Map<string, ConfigurationPart>()
  const put = (name: string, whole: unknown, shown: unknown) =>
    parts.set(name, { sha256: sha256(redact(canonicalJson(whole))), settings: masked(shown) })
  for (const { at: _, source: kind, ...source } of config.sources) {
    const { config: own, ...common } = source
    const judged = { ...common, defaultMaxAgeMs: kind.defaultMaxAgeMs, settings: judgedBy(own) }
    put(`sources.${source.name}`, source, judged)
  }
  for (const { at: _, ...service } of config.services) {
    const keys = service.keys.map(({ where: _where, ...key }) => key)
    put(`services.${service.name}`, service, { ...service, keys })
  }
  for (const { at: _, notifier: _kind, ...channel } of config.channels)
    put(`channels.${channel.name}`, channel, { name: channel.name, type: channel.type })
  put('routes', config.routes, config.routes)
  const { errorGrace, defaults, defaultEveryMs, keepHistoryMs, evidence, server, watchdog } = config
  const rest = { errorGrace, defaults, defaultEveryMs, keepHistoryMs, keepEvidenceMs: evidence.keepMs }
  const shown = { ...rest, settings: server.settings, login: server.auth !== null, watchdogs: watchdog.length }
  put('rest', { ...rest, server, watchdog }, shown)
  return parts
}

export function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}

/** Masking a text as a whole might break it, and most hold nothing to mask. */
function masked(value: unknown): string {
  const text = canonicalJson(value)
  return redact(text) === text ? text : canonicalJson(value, redact)
}

/** The thresholds in a tree, in their places; undefined: there are none. */
function judgedBy(value: unknown): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const found: [string, Json][] = []
  for (const [key, part] of Object.entries(value)) {
    const kept = JUDGED_BY.has(key) ? plain(part) : judgedBy(part)
    if (kept !== undefined) found.push([key, kept])
  }
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

function plain(value: unknown): string | number | boolean | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}
